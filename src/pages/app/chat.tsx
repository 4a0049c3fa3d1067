import { useEffect, useRef, useState } from 'react'
import { type Channel, isOperatorOnline, isPhotoAsked } from '../channel/known-channel.ts'
import { useWatched } from '../channel/store.ts'
import { clockFace } from '../clock-face.ts'
import { type Account, isLive } from './account.ts'
import calls from './calls.module.css'
import styles from './chat.module.css'
import { Composer } from './composer.tsx'
import forms from './forms.module.css'
import { Icon } from './icon.tsx'
import { Presence } from './live-call.tsx'
import { Log } from './log.tsx'
import { PlaceSheet, PlaceState } from './place.tsx'
import { useRoute } from './route.ts'
import { useChannel, useHome } from './use-account.ts'
import { useTicks } from './use-ticks.ts'
import { useWords } from './words.tsx'

/** One call in writing: live, or as it was. */
export function Chat({ account, channel: id }: { account: Account; channel: string }) {
  const { say } = useWords()
  const { channel, link } = useChannel(account, id)
  const { calls: known } = useHome(account)
  const me = useWatched(account.me)
  const unsent = useWatched(account.outbox).filter((item) => item.channel === id)
  const [isPlaceOpen, setIsPlaceOpen] = useState(false)
  const box = useRef<HTMLElement>(null)
  const title = useRef<HTMLHeadingElement>(null)

  const call = known?.find((one) => one.channel === id) ?? null
  const { view, rights } = channel
  const line = call?.line.name ?? view?.line ?? unsent[0]?.line ?? say('call')
  const isOver = view ? view.endedAt !== null : call !== null && !isLive(call)
  const isGuest = me.kind === 'guest'

  // Whoever chose this call means to read it on a telephone, to write at a desk.
  const route = useRoute()
  const isChosen = route.at === 'call' && route.channel === id
  useEffect(() => {
    if (!isChosen) return
    const field = window.matchMedia('(width < 900px)').matches
      ? null
      : box.current?.querySelector('textarea')
    const first = field ?? title.current
    first?.focus({ preventScroll: true })
  }, [isChosen])

  return (
    <section ref={box} className={styles.chat} aria-label={say('chat')}>
      <header className={styles.head}>
        {!isGuest && (
          <a className={styles.back} href="#calls" aria-label={say('chat.back')}>
            <Icon name="back" />
          </a>
        )}
        <div className={styles.title}>
          <h2 ref={title} tabIndex={-1}>
            <bdi>{isGuest ? say('guest.call', { name: me.caller }) : line}</bdi>
          </h2>
          <p>
            {!isOver && view !== null && <Timer since={call?.startedAt ?? view.startedAt} />}
            <HeadState channel={channel} isOver={isOver} />
          </p>
        </div>
        {rights?.locate && link && (
          <button
            type="button"
            className={styles.placeButton}
            aria-haspopup="dialog"
            onClick={() => setIsPlaceOpen(true)}
          >
            <Icon name="place" />
            <span>{say('place')}</span>
          </button>
        )}
      </header>
      {link && <PlaceState link={link} channel={channel} isGuest={isGuest} />}
      <Log account={account} channel={channel} link={link} unsent={unsent} isOver={isOver} />
      <Foot
        account={account}
        id={id}
        line={line}
        channel={channel}
        isOver={isOver}
        number={call?.line.number ?? null}
      />
      {isPlaceOpen && link && (
        <PlaceSheet account={account} link={link} onClose={() => setIsPlaceOpen(false)} />
      )}
    </section>
  )
}

function Timer({ since }: { since: string }) {
  const now = useTicks(true)
  return <time>{clockFace(now - Date.parse(since))}</time>
}

/** Below the title: who is there, or that it is over. */
function HeadState(props: { channel: Channel; isOver: boolean }) {
  const { say } = useWords()
  const { view, connection } = props.channel
  if (props.isOver) return say('chat.over.short')
  if (connection === 'refused') return say('chat.refused')
  if (view === null) return say(connection === 'offline' ? 'chat.offline' : 'chat.loading')
  if (view.operator === null) return say('live.nobody')
  return (
    <>
      <bdi className={styles.operator}>{view.operator.name}</bdi>
      {connection === 'online' && <Presence isOnline={isOperatorOnline(props.channel)} />}
    </>
  )
}

/** Where one writes; or why not, and what to do about it. */
function Foot(props: {
  account: Account
  id: string
  line: string
  channel: Channel
  isOver: boolean
  number: string | null
}) {
  const { say } = useWords()
  const { channel, isOver } = props
  const { rights, connection } = channel
  const whyNot = isOver ? 'call-over' : (rights?.whyNot ?? null)
  // Without the server nobody knows better than it was; what is written then waits.
  if (whyNot === null && (rights !== null || connection === 'offline')) {
    return (
      <Composer
        account={props.account}
        channel={props.id}
        line={props.line}
        isPhotoAsked={isPhotoAsked(channel)}
      />
    )
  }
  if (whyNot === null) return null
  return (
    <div className={styles.foot} role="status">
      <p className={calls.chatState}>
        <Icon name="lock" size={20} />
        <span>{say(`why-not.${whyNot}`)}</span>
      </p>
      {whyNot === 'call-over' && props.number !== null && (
        <a className={forms.plain} href={`tel:${props.number}`}>
          <Icon name="call" />
          {say('call.again')}
        </a>
      )}
    </div>
  )
}
