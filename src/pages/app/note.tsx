import type { ChannelEvent } from '../../web/channel/protocol.ts'
import { MapLink } from './place.tsx'
import { type Say, useWords } from './words.tsx'

type Noted = Exclude<ChannelEvent, { type: 'message' | 'photo' | 'mark' | 'hidden' }>

/** Something that happened between the messages, in words. */
export function Note({ event, time }: { event: Noted; time: string }) {
  const { say } = useWords()
  return (
    <p>
      {wordsOf(event, say)}
      {event.type === 'location' && event.location !== null && (
        <>
          {' '}
          <MapLink location={event.location} />
        </>
      )}{' '}
      <small>{time}</small>
    </p>
  )
}

const wordsOf = (event: Noted, say: Say): string => {
  switch (event.type) {
    case 'chat':
      return say(event.isOpen ? 'note.open' : 'note.closed')
    case 'photo-asked':
      return say('note.photo-asked')
    case 'operator':
      return event.operator === null
        ? say('note.operator.none')
        : say('note.operator', { name: event.operator.name })
    case 'trusted':
      return say(`note.trusted.${event.is}`, { name: event.person.name })
    case 'location':
      return say(event.location === null ? 'note.place.over' : 'note.place')
    case 'over':
      return say('note.over')
  }
}
