import { useEffect, useRef } from 'react'
import type { Author, ChannelEvent } from '../../../web/channel/protocol.ts'
import { isSame } from '../../channel/known-channel.ts'
import { Written } from '../../channel/written.tsx'
import { wallClock } from '../../moments.ts'
import { type Say, useWords, wordFor } from '../words.tsx'
import styles from './conversation.module.css'
import { reachedBy } from './reached.ts'
import type { Talk, Unsent } from './talk-link.ts'

/** How near to the end counts as reading along, in pixels. */
const nearEnd = 80

/** What was written and shown, in the order of its numbers; what is not sent yet comes last. */
export function Conversation(props: {
  talk: Talk
  look: (isLooking: boolean) => void
  retry: (id: string) => void
  discard: (id: string) => void
  show: (url: string, label: string) => void
}) {
  const { say } = useWords()
  const { talk, look } = props
  const { events, me, unsent } = talk
  const list = useRef<HTMLOListElement>(null)
  const isAtEnd = useRef(true)

  // biome-ignore lint/correctness/useExhaustiveDependencies: what has been added moves the end
  useEffect(() => {
    const element = list.current
    if (element && isAtEnd.current) element.scrollTop = element.scrollHeight
  }, [events.length, unsent.length])

  useEffect(() => {
    const tell = () => look(document.visibilityState === 'visible' && isAtEnd.current)
    tell()
    document.addEventListener('visibilitychange', tell)
    return () => {
      document.removeEventListener('visibilitychange', tell)
      look(false)
    }
  }, [look])

  function onScroll(): void {
    const element = list.current
    if (!element) return
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearEnd
    look(isAtEnd.current && document.visibilityState === 'visible')
  }

  const shown = events.filter((event) => isShown(event))
  return (
    <ol
      ref={list}
      className={styles.list}
      aria-label={say('channel.messages')}
      aria-live="polite"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than the screen is scrolled by keys
      tabIndex={0}
      onScroll={onScroll}
    >
      {shown.length === 0 && unsent.length === 0 && (
        <li className={styles.note}>{say('channel.empty')}</li>
      )}
      {shown.map((event) => (
        <Item key={event.sequence} event={event} events={events} me={me} show={props.show} />
      ))}
      {unsent.map((message) => (
        <Waiting key={message.id} message={message} {...props} />
      ))}
    </ol>
  )
}

const isShown = ({ type }: ChannelEvent): boolean => type !== 'mark' && type !== 'hidden'

function Item(props: {
  event: ChannelEvent
  events: readonly ChannelEvent[]
  me: Author | null
  show: (url: string, label: string) => void
}) {
  const { say } = useWords()
  const { event, events, me } = props
  if (event.type !== 'message' && event.type !== 'photo') {
    return (
      <li className={styles.note}>
        <time dateTime={event.at}>{wallClock(event.at)}</time> {noteOf(event, say)}
      </li>
    )
  }
  const isOwn = me !== null && isSame(event.author, me)
  return (
    <li className={isOwn ? `${styles.message} ${styles.own}` : styles.message}>
      <p className={styles.byline}>
        <bdi>{isOwn ? say('channel.me') : nameOfAuthor(event.author, say)}</bdi>
        <time dateTime={event.at}>{wallClock(event.at)}</time>
        {isOwn && <span>{say(`channel.reached.${reachedBy(events, event.sequence)}`)}</span>}
      </p>
      {event.type === 'message' ? (
        <Written text={event.text} control={say('channel.control')} />
      ) : (
        <Photo event={event} show={props.show} />
      )}
    </li>
  )
}

function Photo(props: {
  event: Extract<ChannelEvent, { type: 'photo' }>
  show: (url: string, label: string) => void
}) {
  const { say } = useWords()
  const { photo, author, at } = props.event
  const url = `/operator/channel/photos/${photo.photoId}`
  const label = say('picture.label', { who: nameOfAuthor(author, say), time: wallClock(at) })
  return (
    <button type="button" className={styles.photo} onClick={() => props.show(url, label)}>
      <img
        src={`${url}/thumbnail`}
        alt={label}
        width={photo.width}
        height={photo.height}
        loading="lazy"
      />
    </button>
  )
}

function Waiting(props: {
  message: Unsent
  retry: (id: string) => void
  discard: (id: string) => void
}) {
  const { say } = useWords()
  const { id, text, refused } = props.message
  return (
    <li className={`${styles.message} ${styles.own} ${styles.waiting}`}>
      <p className={styles.byline}>
        <span role={refused === null ? undefined : 'alert'}>
          {refused === null
            ? say('channel.sending')
            : wordFor(say, `channel.refused.${refused}`, say('channel.refused'))}
        </span>
        {refused !== null && (
          <>
            <button type="button" className={styles.word} onClick={() => props.retry(id)}>
              {say('channel.again')}
            </button>
            <button type="button" className={styles.word} onClick={() => props.discard(id)}>
              {say('channel.discard')}
            </button>
          </>
        )}
      </p>
      <Written text={text} control={say('channel.control')} />
    </li>
  )
}

const nameOfAuthor = (author: Author, say: Say): string => {
  if (author.kind === 'caller') return author.name === '' ? say('channel.caller') : author.name
  return author.kind === 'trusted' ? say('channel.by-trusted', { name: author.name }) : author.name
}

/** What happened beside the messages, in words. */
const noteOf = (event: ChannelEvent, say: Say): string => {
  switch (event.type) {
    case 'chat':
      return say(event.isOpen ? 'note.chat-opened' : 'note.chat-closed')
    case 'photo-asked':
      return say('note.photo-asked')
    case 'operator':
      return event.operator === null
        ? say('note.nobody')
        : say('note.operator', { name: event.operator.name })
    case 'trusted':
      return say(`note.trusted.${event.is}`, { name: event.person.name })
    case 'location':
      return say(event.location === null ? 'note.location.over' : 'note.location')
    case 'over':
      return say('note.over')
    default:
      return ''
  }
}
