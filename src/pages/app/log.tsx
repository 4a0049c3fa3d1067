import { useCallback, useEffect, useRef } from 'react'
import type { ChannelEvent } from '../../web/channel/protocol.ts'
import { type Channel, isSame, marksOf } from '../channel/known-channel.ts'
import { createStore, useWatched } from '../channel/store.ts'
import type { Account } from './account.ts'
import type { ChannelLink } from './channel-link.ts'
import styles from './chat.module.css'
import type { Unsent } from './kept.ts'
import { Message, UnsentMessage } from './message.tsx'
import { Note } from './note.tsx'
import { useHome } from './use-account.ts'
import { clockOf, dayOf, listOf } from './when.ts'
import { useWords } from './words.tsx'

const noProgress = createStore<ReadonlyMap<string, number>>(new Map())

/** All that happened in a call, and what is not sent yet at its end, which stays in sight. */
export function Log(props: {
  account: Account
  channel: Channel
  link: ChannelLink | null
  unsent: readonly Unsent[]
  isOver: boolean
}) {
  const { say, language } = useWords()
  const { channel, link, unsent, account } = props
  const { events, me, isCurrent } = channel
  const progress = useWatched(link?.progress ?? noProgress)
  const marks = marksOf(events, 'operator')
  const scroller = useRef<HTMLDivElement>(null)

  const following = useRef(true)
  const follow = useCallback(() => {
    const box = scroller.current
    if (box && following.current) box.scrollTop = box.scrollHeight
  }, [])
  const count = events.length + unsent.length
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows every event
  useEffect(follow, [count, follow])
  useEffect(() => {
    const watch = new ResizeObserver(follow)
    if (scroller.current) watch.observe(scroller.current)
    for (const inside of scroller.current?.children ?? []) watch.observe(inside)
    return () => watch.disconnect()
  }, [follow])

  useEffect(() => {
    if (!link) return
    const look = () => link.look(document.visibilityState === 'visible')
    look()
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      link.look(false)
    }
  }, [link])

  let day = ''
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      onScroll={({ currentTarget: box }) => {
        following.current = box.scrollHeight - box.scrollTop - box.clientHeight < 60
      }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the keyboard
      tabIndex={0}
      role="log"
      aria-label={say('chat.log')}
    >
      {isCurrent && (
        <p className={styles.readers}>
          <Readers account={account} channel={channel} isOver={props.isOver} />
        </p>
      )}
      <ol className={styles.events}>
        {events.filter(isShown).map((event) => {
          const now = dayOf(event.at, language)
          const isNewDay = now !== day
          day = now
          return (
            <li key={event.sequence} className={kindOf(event, me)}>
              {isNewDay && <p className={styles.day}>{now}</p>}
              {event.type === 'message' || event.type === 'photo' ? (
                <Message
                  event={event}
                  isOwn={me !== null && isSame(event.author, me)}
                  mark={
                    event.sequence <= marks.seen
                      ? 'seen'
                      : event.sequence <= marks.delivered
                        ? 'delivered'
                        : 'sent'
                  }
                  time={clockOf(event.at)}
                />
              ) : (
                <Note event={event} time={clockOf(event.at)} />
              )}
            </li>
          )
        })}
        {unsent.map((item) => (
          <li key={item.id} className={styles.own}>
            <UnsentMessage
              item={item}
              progress={progress.get(item.id) ?? null}
              isOver={props.isOver}
              retry={() => account.retry(item)}
              discard={() => (link ? link.discard(item.id) : account.outbox.remove(item.id))}
            />
          </li>
        ))}
      </ol>
    </div>
  )
}

/** Who else reads what stands below, in plain words. */
function Readers(props: { account: Account; channel: Channel; isOver: boolean }) {
  const { say, language } = useWords()
  const { people } = useHome(props.account)
  const me = useWatched(props.account.me)
  const { events, rights } = props.channel
  if (rights?.read === false) return say('chat.hidden')
  if (props.isOver) return events.some(isSaid) ? null : say('chat.nothing')
  if (me.kind === 'guest') return null
  const readers = me.isChatShared
    ? (people ?? []).filter(({ state, mayRead }) => state === 'confirmed' && mayRead)
    : []
  if (readers.length === 0) return say('chat.readers')
  return say('chat.readers.people', {
    names: listOf(
      readers.map(({ name }) => name),
      language,
    ),
  })
}

type Shown = Exclude<ChannelEvent, { type: 'mark' | 'hidden' }>

const isShown = (event: ChannelEvent): event is Shown =>
  event.type !== 'mark' && event.type !== 'hidden'

const isSaid = ({ type }: ChannelEvent): boolean => type === 'message' || type === 'photo'

const kindOf = (event: Shown, me: Channel['me']): string | undefined => {
  if (event.type !== 'message' && event.type !== 'photo') return styles.note
  return me !== null && isSame(event.author, me) ? styles.own : styles.other
}
