import type { ChannelEvent } from '../../channel/event.ts'
import { type Facts, isAdmitted, rightsBy } from '../../channel/facts.ts'
import type { ChannelHints } from '../../channel/hints.ts'
import { keyOf } from '../../channel/participant.ts'
import type {
  ChannelDisclosures,
  ChannelLife,
  ChannelReading,
  ChannelReads,
  ChannelState,
  ChannelWatchers,
} from '../../channel/ports.ts'
import { coalesced } from '../http/coalesced.ts'
import { createFeed, type Feed, type Levels } from './feed.ts'
import type { Outbox } from './outbox.ts'
import { factsOf, type Viewer } from './views.ts'

export type HubOptions = {
  readonly reads: ChannelReads
  readonly life: Pick<ChannelLife, 'ofCalls' | 'join' | 'catchUp'>
  readonly disclosures: ChannelDisclosures
  readonly watchers: ChannelWatchers
  readonly hints: Pick<ChannelHints, 'hint' | 'onHint'>
  /** Tells how a call sounds as long as that is known here; the answer stops it. */
  readonly levels: (callSid: string, listener: (levels: Levels) => void) => () => void
  readonly onFault: (cause: unknown) => void
  /** Milliseconds between two readings, so that a storm of hints costs no more. Default 20. */
  readonly restMs?: number
}

/** One client that has said which channel it means. */
export type Guest = {
  readonly viewer: Viewer
  readonly outbox: Outbox
  readonly of: { readonly channel: string } | { readonly call: string }
  readonly cursor: unknown
  /** There is no such channel for them, or no longer. */
  readonly onShut: () => void
}

export type Seat = {
  /** Once it was looked whether there is such a channel; what is said before waits for it. */
  readonly ready: Promise<void>
  /** Null as long as there is no channel. */
  readonly channelId: () => string | null
  /** What decides what the client may do, as far as this node knows. */
  readonly facts: () => Facts | null
  readonly leave: () => void
}

/** The channels that are open in pages of this node. */
export type ChannelHub = {
  readonly join: (guest: Guest) => Seat
  /** Looks at everything once, without a hint. */
  readonly look: () => void
  /** Lets those go on who were too slow and have read. */
  readonly goOn: () => void
  /** Renews who of this node is there. */
  readonly keepWatching: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Events of a channel that are kept at hand, for those who are up to date. */
const kept = 50
/** Channels of one reading. */
const readAtOnce = 200
/** No channel has so many events. */
const lastOfAll = 2 ** 31 - 1

type Room = {
  state: ChannelState
  /** The last events, without gaps, up to `known`. */
  tail: readonly ChannelEvent[]
  known: number
  readonly feeds: Map<Feed, Place>
}

/** Whose a feed is, and what ends with it. */
type Place = { readonly person: string; readonly stopLevels: () => void }

type Waiting = {
  readonly guest: Guest
  readonly admit: (channelId: string, room: Room) => void
  /** There is nothing for them yet. */
  readonly onWaiting: () => void
}

/**
 * Keeps everybody who has a channel open in step with the database: it is read at each hint, and now and then
 * without one, so all pages on all nodes are told the same in the same order, whoever wrote it.
 */
export const createChannelHub = (options: HubOptions): ChannelHub => {
  const { reads, life, watchers, hints, onFault } = options
  const rooms = new Map<string, Room>()
  const waiting = new Set<Waiting>()
  const dirty = new Set<string>()
  let isClosed = false

  const advance = (feed: Feed): void => {
    feed.advance().catch(onFault)
  }
  const take = (room: Room, { state, events }: ChannelReading): void => {
    const fresh = events.filter(({ sequence }) => sequence > room.known)
    if (fresh.length === 0 && room.state.fingerprint === state.fingerprint) return
    room.state = state
    room.tail = [...room.tail, ...fresh].slice(-kept)
    room.known = room.tail.at(-1)?.sequence ?? room.known
    for (const feed of room.feeds.keys()) advance(feed)
  }

  const readRooms = async (): Promise<void> => {
    const ids = [...dirty].slice(0, readAtOnce)
    for (const id of ids) dirty.delete(id)
    const wants = ids.flatMap((channelId) => {
      const room = rooms.get(channelId)
      return room === undefined ? [] : [{ channelId, after: room.known }]
    })
    if (wants.length === 0) return
    const readings = await reads.read(wants).catch((cause) => {
      for (const id of ids) dirty.add(id)
      throw cause
    })
    for (const [channelId, reading] of readings) {
      const room = rooms.get(channelId)
      if (room === undefined) continue
      take(room, reading)
      if (room.known < reading.state.lastSequence) dirty.add(channelId)
    }
  }

  /** The channels that are meant, those that are there. */
  const readMeant = async (asked: readonly Waiting[]) => {
    const calls = asked.flatMap(({ guest: { of } }) => ('call' in of ? [of.call] : []))
    const byCall = calls.length === 0 ? new Map<string, string>() : await life.ofCalls(calls)
    const idOf = ({ guest: { of } }: Waiting) =>
      ('call' in of ? byCall.get(of.call) : of.channel) ?? ''
    const wants = [...new Set(asked.map(idOf))].flatMap((channelId) =>
      // Enough to know the channel by; feeds read what their clients need.
      channelId === '' ? [] : [{ channelId, after: rooms.get(channelId)?.known ?? lastOfAll }],
    )
    const readings = wants.length === 0 ? new Map() : await reads.read(wants)
    return (each: Waiting): ChannelReading | null => readings.get(idOf(each)) ?? null
  }
  const isLetIn = ({ guest: { viewer } }: Waiting, reading: ChannelReading | null): boolean =>
    reading !== null &&
    isAdmitted(rightsBy(viewer.participant, factsOf(reading.state, viewer.participant)))

  /** Lets in whoever may by now. */
  const readWaiting = async (): Promise<void> => {
    const asked = [...waiting]
    if (asked.length === 0) return
    let meant = await readMeant(asked)
    const isTurnedAway = (each: Waiting) =>
      'channel' in each.guest.of && !isLetIn(each, meant(each))
    // Who talks may not be noted yet: an operator is turned away only after looking.
    const isOperator = ({ guest: { viewer } }: Waiting) => viewer.participant.kind === 'operator'
    if (asked.some((each) => isOperator(each) && isTurnedAway(each))) {
      for (const changed of await life.catchUp()) hints.hint(changed)
      meant = await readMeant(asked)
    }
    for (const each of asked) {
      if (!waiting.has(each)) continue
      const reading = meant(each)
      if (reading !== null && isLetIn(each, reading)) {
        waiting.delete(each)
        each.admit(reading.state.id, roomOf(reading))
      } else if ('channel' in each.guest.of) {
        waiting.delete(each)
        each.guest.onShut()
      } else each.onWaiting()
    }
  }

  const roomOf = (reading: ChannelReading): Room => {
    const { state } = reading
    const known = rooms.get(state.id)
    if (known !== undefined) {
      take(known, reading)
      return known
    }
    const room = { state, tail: [], known: state.lastSequence, feeds: new Map() }
    rooms.set(state.id, room)
    return room
  }

  const cycle = coalesced(
    async () => {
      await readRooms()
      await readWaiting()
      if (dirty.size > 0) void refresh()
    },
    options.restMs ?? 20,
    () => isClosed,
  )
  const refresh = (): Promise<void> => cycle().catch(onFault)
  const look = (): void => {
    for (const id of rooms.keys()) dirty.add(id)
    if (dirty.size > 0 || waiting.size > 0) void refresh()
  }
  const stopHints = hints.onHint((channelIds) => {
    if (channelIds === null) return look()
    const here = channelIds.filter((id) => rooms.has(id))
    for (const id of here) dirty.add(id)
    if (here.length > 0 || waiting.size > 0) void refresh()
  })

  const sit = (guest: Guest, channelId: string, room: Room): Feed => {
    const { participant } = guest.viewer
    const person = keyOf(participant)
    const isFirst = !isHere(room, person)
    const feed = createFeed(
      {
        ...guest,
        state: () => room.state,
        atHand: (after) =>
          after >= room.known - room.tail.length
            ? room.tail.filter(({ sequence }) => sequence > after)
            : null,
        read: async (after) => {
          const readings = await reads.read([{ channelId, after }])
          return readings.get(channelId) ?? { state: room.state, events: [] }
        },
        disclose: (login, what) => options.disclosures.note(channelId, login, what),
      },
      guest.cursor,
    )
    const stopLevels =
      participant.kind === 'operator'
        ? options.levels(room.state.callSid, feed.tellLevels)
        : () => {}
    room.feeds.set(feed, { person, stopLevels })
    advance(feed)
    if (isFirst) {
      const come = async () => {
        await watchers.add(channelId, person)
        if (participant.kind === 'trusted') await life.join(channelId, participant)
        hints.hint(channelId)
      }
      come().catch(onFault)
    }
    return feed
  }
  const rise = (channelId: string, room: Room, feed: Feed): void => {
    const place = room.feeds.get(feed)
    feed.end()
    if (place === undefined) return
    place.stopLevels()
    room.feeds.delete(feed)
    if (room.feeds.size === 0) rooms.delete(channelId)
    const { person } = place
    if (isHere(room, person) || isClosed) return
    watchers
      .remove(channelId, person)
      .then(() => hints.hint(channelId))
      .catch(onFault)
  }

  return {
    join: (guest) => {
      let seat: { readonly channelId: string; readonly room: Room; readonly feed: Feed } | null =
        null
      let isToldToWait = false
      const waits: Waiting = {
        guest,
        admit: (channelId, room) => {
          seat = { channelId, room, feed: sit(guest, channelId, room) }
        },
        onWaiting: () => {
          if (!isToldToWait) guest.outbox.send({ type: 'waiting' })
          isToldToWait = true
        },
      }
      waiting.add(waits)
      return {
        ready: refresh(),
        channelId: () => seat?.channelId ?? null,
        facts: () => (seat === null ? null : factsOf(seat.room.state, guest.viewer.participant)),
        leave: () => {
          waiting.delete(waits)
          if (seat !== null) rise(seat.channelId, seat.room, seat.feed)
        },
      }
    },
    look,
    goOn: () => {
      for (const { feeds } of rooms.values())
        for (const feed of feeds.keys()) if (feed.isHeld()) advance(feed)
    },
    keepWatching: () =>
      watchers.keep(
        [...rooms].flatMap(([channelId, { feeds }]) =>
          [...new Set([...feeds.values()].map(({ person }) => person))].map((person) => ({
            channelId,
            person,
          })),
        ),
      ),
    close: async () => {
      isClosed = true
      stopHints()
      rooms.clear()
      waiting.clear()
      await watchers.keep([]).catch(onFault)
    },
  }
}

const isHere = ({ feeds }: Room, person: string): boolean =>
  [...feeds.values()].some((place) => place.person === person)
