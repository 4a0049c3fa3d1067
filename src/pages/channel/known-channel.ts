import type {
  Author,
  ChannelEvent,
  ChannelView,
  Online,
  Rights,
  ServerMessage,
} from '../../web/channel/protocol.ts'
import type { SocketState } from './lasting-socket.ts'

/** A channel as this page knows it. */
export type Channel = {
  readonly connection: SocketState
  /** What was shown before has been caught up with since the connection is back. */
  readonly isCurrent: boolean
  /** Null = not told yet, or the call's stream has not begun. */
  readonly view: ChannelView | null
  readonly rights: Rights | null
  readonly me: Author | null
  readonly online: Online
  /** All that happened, in the order of its numbers, without gaps from 1. */
  readonly events: readonly ChannelEvent[]
  /** Number of the last event that the server has told of. */
  readonly last: number
}

export const nothingKnown: Channel = {
  connection: 'connecting',
  isCurrent: false,
  view: null,
  rights: null,
  me: null,
  online: [],
  events: [],
  last: 0,
}

/** Number of the last event here; 0 = none. */
export const sequenceOf = (channel: Channel): number => channel.events.at(-1)?.sequence ?? 0

/** What an event changes of the channel as it stands. */
const touched = (view: ChannelView, event: ChannelEvent): ChannelView => {
  switch (event.type) {
    case 'chat':
      return { ...view, isChatOpen: event.isOpen }
    case 'operator':
      return { ...view, operator: event.operator }
    case 'location':
      return { ...view, location: event.location }
    case 'over':
      return { ...view, endedAt: view.endedAt ?? event.at, isChatOpen: false }
    default:
      return view
  }
}

/**
 * The channel after a message of the server. What came already is passed over; `gap` when something is
 * missing in between, which only a new connection brings.
 */
export const receive = (channel: Channel, message: ServerMessage): Channel | 'gap' => {
  switch (message.type) {
    case 'channel': {
      const { channel: view, rights, online, me, sequence } = message
      const known = { ...channel, view, rights, online, me, last: sequence }
      return { ...known, isCurrent: sequenceOf(channel) >= sequence }
    }
    case 'events': {
      let { view } = channel
      const events = [...channel.events]
      for (const event of message.events) {
        const expected = (events.at(-1)?.sequence ?? 0) + 1
        if (event.sequence < expected) continue
        if (event.sequence > expected) return 'gap'
        events.push(event)
        view = view && touched(view, event)
      }
      const sequence = events.at(-1)?.sequence ?? 0
      const last = Math.max(channel.last, sequence)
      return { ...channel, view, events, last, isCurrent: sequence >= last }
    }
    case 'rights':
      return { ...channel, rights: message.rights }
    case 'online':
      return { ...channel, online: message.online }
    case 'resync':
      return { ...channel, events: [], last: 0, isCurrent: false }
    default:
      return channel
  }
}

/** Whether two authors are the same participant. */
export const isSame = (one: Author, other: Author): boolean =>
  one.kind === other.kind && one.id === other.id

/** How far participants of a kind have got: everything up to these numbers is on their screen. */
export const marksOf = (
  events: readonly ChannelEvent[],
  kind: Author['kind'],
): { readonly delivered: number; readonly seen: number } => {
  let delivered = 0
  let seen = 0
  for (const event of events) {
    if (event.type !== 'mark' || event.by.kind !== kind) continue
    delivered = Math.max(delivered, event.delivered, event.seen)
    seen = Math.max(seen, event.seen)
  }
  return { delivered, seen }
}

/** Whether an operator of the call has the channel open in a page now. */
export const isOperatorOnline = ({ online, view }: Pick<Channel, 'online' | 'view'>): boolean =>
  online.some(
    (author) => author.kind === 'operator' && (!view?.operator || isSame(author, view.operator)),
  )

/** Whether the operator asked for a photo and none has come since. */
export const isPhotoAsked = ({ events }: Pick<Channel, 'events'>): boolean =>
  events.findLastIndex(({ type }) => type === 'photo-asked') >
  events.findLastIndex(({ type }) => type === 'photo')
