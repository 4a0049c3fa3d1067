import { type FormEvent, useState } from 'react'
import { useWatched } from '../channel/store.ts'
import { unbroken } from '../number.ts'
import type { Account } from './account.ts'
import { Field } from './field.tsx'
import forms from './forms.module.css'
import styles from './people.module.css'
import { type Answer, changeMe } from './session.ts'
import { Switch } from './switch.tsx'
import { Trouble, troubleOf } from './trouble.tsx'
import { useWords } from './words.tsx'

/** What the person has told of themselves, who sees it, and the way out. */
export function OwnPage({ account, onLeft }: { account: Account; onLeft: () => void }) {
  const { say } = useWords()
  const me = useWatched(account.me)
  const [name, setName] = useState(me.kind === 'caller' ? (me.name ?? '') : '')
  const [isBusy, setIsBusy] = useState(false)
  const [answer, setAnswer] = useState<Answer<unknown> | null>(null)
  if (me.kind !== 'caller') return null

  async function change(settings: Parameters<typeof changeMe>[0]): Promise<Answer<unknown>> {
    const answered = await changeMe(settings)
    if (answered.kind === 'done') account.knowMe(answered.value)
    return answered
  }

  async function saveName(event: FormEvent): Promise<void> {
    event.preventDefault()
    setIsBusy(true)
    setAnswer(await change({ name: name.trim() === '' ? null : name.trim() }))
    setIsBusy(false)
  }

  const isChanged = name.trim() !== (me.name ?? '')
  return (
    <div className={styles.people}>
      <h2>{say('room.me')}</h2>
      <form className={`${forms.form} ${styles.person}`} onSubmit={saveName}>
        <p>{say('me.phone', { phone: unbroken(me.phone) })}</p>
        <Field
          label={say('me.name')}
          hint={say('me.name.who')}
          name="name"
          autoComplete="name"
          maxLength={100}
          value={name}
          onChange={setName}
        />
        <Trouble told={troubleOf(say, answer)} />
        {(isChanged || isBusy) && (
          <button type="submit" className={forms.primary} disabled={isBusy}>
            {say(isBusy ? 'saving' : 'save')}
          </button>
        )}
      </form>
      <section className={styles.person}>
        <Switch
          label={say('me.profile')}
          hint={say(me.isProfileShown ? 'me.profile.on' : 'me.profile.off')}
          isOn={me.isProfileShown}
          save={(isProfileShown) => change({ isProfileShown })}
        />
      </section>
      <section className={styles.person}>
        <h3>{say('me.install')}</h3>
        <p>{say('me.install.how')}</p>
      </section>
      <Leaving account={account} onLeft={onLeft} />
    </div>
  )
}

/** Signing out forgets everything here: what is unsent is told before. */
export function Leaving({ account, onLeft }: { account: Account; onLeft: () => void }) {
  const { say } = useWords()
  const unsent = useWatched(account.outbox).length
  const [isAsking, setIsAsking] = useState(false)
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')

  async function leave(): Promise<void> {
    if (unsent > 0 && !isAsking) return setIsAsking(true)
    setState('busy')
    if (await account.leave()) onLeft()
    else setState('failed')
  }

  return (
    <div className={styles.sure}>
      {isAsking && <p role="alert">{say('leave.unsent', { count: unsent })}</p>}
      <Trouble told={state === 'failed' ? say('leave.failed') : null} />
      <div className={forms.row}>
        <button
          type="button"
          className={isAsking ? forms.danger : forms.plain}
          disabled={state === 'busy'}
          onClick={() => void leave()}
        >
          {say(isAsking ? 'leave.anyway' : 'leave')}
        </button>
        {isAsking && (
          <button type="button" className={forms.plain} onClick={() => setIsAsking(false)}>
            {say('cancel')}
          </button>
        )}
      </div>
    </div>
  )
}
