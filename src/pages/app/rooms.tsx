import { type RefObject, useEffect, useRef } from 'react'
import { Header } from '../look/header.tsx'
import type { Taste } from '../look/taste.ts'
import { useMedia } from '../look/use-media.ts'
import type { Account } from './account.ts'
import styles from './app.module.css'
import { Calls } from './calls.tsx'
import { Chat } from './chat.tsx'
import { GuestPage } from './guest-page.tsx'
import { Icon } from './icon.tsx'
import { OfflineBanner } from './offline-banner.tsx'
import { OwnPage } from './own-page.tsx'
import { People } from './people.tsx'
import { hashOf, type Route, useRoute } from './route.ts'
import { changeMe } from './session.ts'
import { useCalls } from './use-account.ts'
import { type AppLanguage, serverLanguages, useWords } from './words.tsx'

type RoomsProps = {
  taste: Taste<AppLanguage>
  account: Account
  onLeft: () => void
}

/** What somebody who is signed in has: a caller everything, a guest the one call. */
export function Rooms(props: RoomsProps) {
  const { account } = props
  const taste: Taste<AppLanguage> = {
    ...props.taste,
    chooseLanguage(language) {
      props.taste.chooseLanguage(language)
      if (account.home === null) return
      // The lines and messages speak it too, from the next one on.
      void changeMe({ language: serverLanguages[language] }).then((answer) => {
        if (answer.kind === 'done') account.knowMe(answer.value)
      })
    },
  }
  return account.home === null ? (
    <GuestPage {...props} taste={taste} />
  ) : (
    <CallerRooms {...props} taste={taste} />
  )
}

const tabs = [
  { at: 'calls', icon: 'call' },
  { at: 'people', icon: 'people' },
  { at: 'me', icon: 'person' },
] as const

function CallerRooms({ taste, account, onLeft }: RoomsProps) {
  const { say } = useWords()
  const route = useRoute()
  const isWide = useMedia('(width >= 900px)')
  const { live } = useCalls(account)
  const main = useRef<HTMLElement>(null)

  // A new room is read from its beginning, by eyes and by screen readers.
  const room = route.at
  const first = useRef(true)
  useEffect(() => {
    if (!first.current && room !== 'call') main.current?.focus({ preventScroll: true })
    first.current = false
  }, [room])

  const unread = live?.unread ?? 0
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${say('title')}` : say('title')
  }, [unread, say])

  const shown = route.at === 'call' ? route.channel : isWide ? (live?.channel ?? null) : null
  const section = route.at === 'call' ? 'calls' : route.at
  return (
    <div className={route.at === 'call' ? `${styles.page} ${styles.inCall}` : styles.page}>
      <Header taste={taste} />
      <OfflineBanner account={account} />
      <main className={styles.rooms}>
        <div className={styles.side}>
          <nav className={styles.tabs} aria-label={say('rooms')}>
            {tabs.map(({ at, icon }) => (
              <a key={at} href={hashOf({ at })} aria-current={section === at ? 'page' : undefined}>
                <Icon name={icon} size={24} />
                {say(`room.${at}`)}
              </a>
            ))}
          </nav>
          <Section account={account} at={section} focus={main} shown={shown} onLeft={onLeft} />
        </div>
        <div className={styles.talk}>
          {shown === null ? (
            <p className={styles.teach}>{say('chat.none')}</p>
          ) : (
            <Chat key={shown} account={account} channel={shown} />
          )}
        </div>
      </main>
    </div>
  )
}

function Section(props: {
  account: Account
  at: Exclude<Route['at'], 'call'>
  focus: RefObject<HTMLElement | null>
  shown: string | null
  onLeft: () => void
}) {
  return (
    <section className={styles.main} ref={props.focus} tabIndex={-1}>
      {props.at === 'calls' && <Calls account={props.account} shown={props.shown} />}
      {props.at === 'people' && <People account={props.account} />}
      {props.at === 'me' && <OwnPage account={props.account} onLeft={props.onLeft} />}
    </section>
  )
}
