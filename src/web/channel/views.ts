import type { ChannelEvent } from '../../channel/event.ts'
import type { Facts } from '../../channel/facts.ts'
import { keyOf, type Participant } from '../../channel/participant.ts'
import type { ChannelState } from '../../channel/ports.ts'
import type { Rights } from '../../channel/rights.ts'
import { localIso } from '../../schedules/local-time.ts'
import type {
  Author,
  ChannelView,
  LocationView,
  Online,
  ChannelEvent as ToldEvent,
} from './protocol.ts'

/** Who looks, and how times and lines are told. */
export type Viewer = {
  readonly participant: Participant
  readonly timeZone: string
  /** Name of a line by its number; null = none any more. */
  readonly lineName: (number: string) => string | null
}

/** What decides what a participant may do in a channel as it stands. */
export const factsOf = (state: ChannelState, participant: Participant): Facts => ({
  isLive: state.closedAt === null,
  isChatOpen: state.isChatOpen,
  phone: state.phone,
  operator: state.operator,
  trust: participant.kind === 'trusted' ? trustOf(state, participant.id) : null,
})

const trustOf = (state: ChannelState, id: string): Facts['trust'] => {
  const person = state.trusted.find((each) => each.id === id)
  if (person === undefined) return null
  const { isToldPlace, mayRead, mayWrite, isChatShared } = person
  return { isToldPlace, mayRead, mayWrite, isChatShared }
}

/** The name of the caller is shown to operators only if the caller wants that. */
const callerFor = (state: ChannelState, { kind }: Participant): ChannelView['caller'] => {
  const { phone, caller } = state
  if (kind === 'operator' && caller !== null && !caller.isProfileShown) return null
  return { phone, name: caller?.name ?? null }
}

/** Logins are told to operators alone. */
export const authorOf = (key: string, state: ChannelState, { participant }: Viewer): Author => {
  const [kind, id] = key.split(/:(.*)/s)
  const name = state.names.get(key) ?? ''
  if (kind === 'operator')
    return participant.kind === 'operator' ? { kind, id: id ?? '', name } : { kind, name }
  return kind === 'trusted'
    ? { kind, id: id ?? '', name }
    : { kind: 'caller', name: callerFor(state, participant)?.name ?? '' }
}

export const channelView = (state: ChannelState, rights: Rights, viewer: Viewer): ChannelView => ({
  id: state.id,
  line: viewer.lineName(state.line) ?? state.line,
  startedAt: localIso(state.openedAt, viewer.timeZone),
  endedAt: state.closedAt === null ? null : localIso(state.closedAt, viewer.timeZone),
  isChatOpen: state.isChatOpen,
  operator: operatorOf(state.operator, state, viewer),
  caller: callerFor(state, viewer.participant),
  location: rights.location ? locationOf(state, viewer) : null,
})

/** An event as somebody with these rights is told it; what they may not see is its number alone. */
export const eventView = (
  event: ChannelEvent,
  state: ChannelState,
  rights: Rights,
  viewer: Viewer,
): ToldEvent => {
  const { sequence } = event
  const at = localIso(event.at, viewer.timeZone)
  const hidden = { type: 'hidden', sequence, at } as const
  const author = (key: string) => authorOf(key, state, viewer)
  switch (event.type) {
    case 'message': {
      const { id, text } = event
      return rights.read
        ? { type: 'message', sequence, at, id, author: author(event.author), text }
        : hidden
    }
    case 'photo': {
      const { id, photo } = event
      return rights.read
        ? { type: 'photo', sequence, at, id, author: author(event.author), photo }
        : hidden
    }
    case 'mark': {
      const { delivered, seen } = event
      return rights.read
        ? { type: 'mark', sequence, at, by: author(event.by), delivered, seen }
        : hidden
    }
    case 'chat':
      return rights.read ? { type: 'chat', sequence, at, isOpen: event.isOpen } : hidden
    case 'photo-asked':
      return rights.read ? { type: 'photo-asked', sequence, at } : hidden
    case 'location': {
      if (!rights.location) return hidden
      if (!event.isShared) return { type: 'location', sequence, at, location: null }
      // Of what a later one has replaced no coordinates are kept.
      return sequence === state.locationSequence
        ? { type: 'location', sequence, at, location: locationOf(state, viewer) }
        : hidden
    }
    case 'operator':
      return { type: 'operator', sequence, at, operator: operatorOf(event.operator, state, viewer) }
    case 'trusted':
      return { type: 'trusted', sequence, at, person: author(event.person), is: event.is }
    case 'over':
      return { type: 'over', sequence, at }
  }
}

export const onlineView = (state: ChannelState, viewer: Viewer): Online =>
  state.online.map((key) => authorOf(key, state, viewer))

export const meView = (state: ChannelState, viewer: Viewer): Author =>
  authorOf(keyOf(viewer.participant), state, viewer)

const operatorOf = (
  login: string | null,
  state: ChannelState,
  viewer: Viewer,
): ChannelView['operator'] => (login === null ? null : authorOf(`operator:${login}`, state, viewer))

const locationOf = ({ location }: ChannelState, { timeZone }: Viewer): LocationView | null =>
  location === null
    ? null
    : {
        latitude: location.latitude,
        longitude: location.longitude,
        accuracyMetres: location.accuracyMetres,
        at: localIso(location.at, timeZone),
        isFollowed: location.isFollowed,
      }
