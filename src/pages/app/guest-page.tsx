import { useState } from 'react'
import { useWatched } from '../channel/store.ts'
import { Header } from '../look/header.tsx'
import type { Taste } from '../look/taste.ts'
import type { Account } from './account.ts'
import styles from './app.module.css'
import { Chat } from './chat.tsx'
import forms from './forms.module.css'
import { OfflineBanner } from './offline-banner.tsx'
import { refuseTrust } from './session.ts'
import { Sheet } from './sheet.tsx'
import { Trouble } from './trouble.tsx'
import { type AppLanguage, useWords } from './words.tsx'

/** What a trusted person sees: the one call they were told of. */
export function GuestPage(props: {
  taste: Taste<AppLanguage>
  account: Account
  onLeft: () => void
}) {
  const { say } = useWords()
  const { account, onLeft } = props
  const me = useWatched(account.me)
  const [isLeaving, setIsLeaving] = useState(false)
  const [hasFailed, setHasFailed] = useState(false)
  if (me.kind !== 'guest') return null

  async function leave(isForGood: boolean): Promise<void> {
    const isRefused = !isForGood || (await refuseTrust(null, false)).kind === 'done'
    if (isRefused && (await account.leave())) onLeft()
    else setHasFailed(true)
  }

  return (
    <div className={`${styles.page} ${styles.inCall} ${styles.guest}`}>
      <Header taste={props.taste} />
      <OfflineBanner account={account} />
      <main className={styles.rooms}>
        <div className={styles.talk}>
          <Chat account={account} channel={me.channel} />
          <p className={styles.guestFoot}>
            <span>{say('guest.why', { name: me.caller })}</span>
            <button type="button" className={forms.quiet} onClick={() => setIsLeaving(true)}>
              {say('guest.leave')}
            </button>
          </p>
        </div>
      </main>
      {isLeaving && (
        <Sheet label={say('guest.leave')} onClose={() => setIsLeaving(false)}>
          <h2>{say('guest.leave')}</h2>
          <Trouble told={hasFailed ? say('leave.failed') : null} />
          <button type="button" className={forms.plain} onClick={() => void leave(false)}>
            {say('guest.leave.call')}
          </button>
          <button type="button" className={forms.danger} onClick={() => void leave(true)}>
            {say('guest.leave.good', { name: me.caller })}
          </button>
        </Sheet>
      )}
    </div>
  )
}
