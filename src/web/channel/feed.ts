import type { ChannelEvent } from '../../channel/event.ts'
import { isAdmitted, rightsBy } from '../../channel/facts.ts'
import type { ChannelReading, ChannelState, Disclosed } from '../../channel/ports.ts'
import type { Rights } from '../../channel/rights.ts'
import type { Outbox } from './outbox.ts'
import type { ChannelView, Online, ServerMessage } from './protocol.ts'
import { channelView, eventView, factsOf, meView, onlineView, type Viewer } from './views.ts'

/** A client that has missed more than so many events begins anew. */
const mostMissed = 500

export type FeedPorts = {
  readonly viewer: Viewer
  readonly outbox: Outbox
  /** The channel as last read by this node. */
  readonly state: () => ChannelState
  /** Events after a number that are at hand; null = they have to be read. */
  readonly atHand: (after: number) => readonly ChannelEvent[] | null
  readonly read: (after: number) => Promise<ChannelReading>
  /** Notes that an operator is shown these, before they are. */
  readonly disclose: (login: string, what: readonly Disclosed[]) => Promise<void>
  /** There is no right to anything here, or no longer. */
  readonly onShut: () => void
}

export type Levels = Omit<Extract<ServerMessage, { readonly type: 'levels' }>, 'type'>

/** What one client is told of a channel. */
export type Feed = {
  /** Tells whatever there is that the client does not have. */
  readonly advance: () => Promise<void>
  /** The client had not read enough when there was something to tell. */
  readonly isHeld: () => boolean
  /** For who leads alone; of no worth to a client that is slow. */
  readonly tellLevels: (levels: Levels) => void
  readonly end: () => void
}

/**
 * Brings one client up to the channel, step by step: the channel first, then every event once and in order,
 * each by the rights as they stand when it is sent. A client that reads slowly gets the rest when it has
 * read. One that has missed too much, or may see something else than before, begins anew.
 *
 * @param cursor number of the last event that the client says to have; null = it has nothing
 */
export const createFeed = (ports: FeedPorts, cursor: unknown): Feed => {
  const { viewer, outbox } = ports
  const { participant } = viewer
  let sent: number | null = null
  /** On the way from where the client began to where events are at hand. */
  let isReplaying = true
  let told: Told | null = null
  let isOver = false
  let isHeld = false
  const disclosed = new Set<Disclosed>()

  /** Null: nothing may be told any more. */
  const rightsIn = (state: ChannelState): Rights | null => {
    const rights = rightsBy(participant, factsOf(state, participant))
    if (isAdmitted(rights)) return rights
    if (!isOver) {
      isOver = true
      outbox.send({ type: 'rights', rights })
      ports.onShut()
    }
    return null
  }

  /** What the journal does not have yet of what is about to be shown. */
  const undisclosed = ({ location }: ChannelState): readonly Disclosed[] => {
    if (participant.kind !== 'operator') return []
    const shown: readonly Disclosed[] =
      location === null ? ['profile', 'messages'] : ['profile', 'messages', 'location']
    return shown.filter((what) => !disclosed.has(what))
  }
  const disclose = async (what: readonly Disclosed[]): Promise<void> => {
    if (participant.kind !== 'operator') return
    await ports.disclose(participant.login, what)
    for (const each of what) disclosed.add(each)
  }

  const begin = (state: ChannelState, rights: Rights): void => {
    const from = told === null ? cursorIn(cursor, state.lastSequence) : null
    if (from === null && (told !== null || cursor !== null)) outbox.send({ type: 'resync' })
    told = toldOf(state, rights, viewer)
    sent = from ?? 0
    isReplaying = true
    outbox.send({
      type: 'channel',
      channel: channelView(state, rights, viewer),
      sequence: state.lastSequence,
      rights,
      online: told.online,
      me: meView(state, viewer),
    })
  }

  /** Tells what is no event. False: the client may see something else than it was told. */
  const tellChanges = (before: Told, now: Told): boolean => {
    if (!isSame(now.rights, before.rights)) outbox.send({ type: 'rights', rights: now.rights })
    if (
      now.rights.read !== before.rights.read ||
      now.rights.location !== before.rights.location ||
      !isSame(now.caller, before.caller)
    )
      return false
    if (!isSame(now.online, before.online)) outbox.send({ type: 'online', online: now.online })
    return true
  }

  const tell = ({ events, state }: ChannelReading): void => {
    // A reading may have been overtaken by another: what either forbids is not told.
    const [one, other] = [rightsIn(state), rightsIn(ports.state())]
    if (one === null || other === null) return
    const rights = {
      ...one,
      read: one.read && other.read,
      location: one.location && other.location,
    }
    outbox.send({
      type: 'events',
      events: events.map((event) => eventView(event, state, rights, viewer)),
    })
    sent = events.at(-1)?.sequence ?? sent
  }

  /** False: there is nothing more to tell now. */
  const step = async (): Promise<boolean> => {
    const state = ports.state()
    const rights = rightsIn(state)
    isHeld = outbox.isBehind()
    if (rights === null || isHeld) return false
    const missing = undisclosed(state)
    if (missing.length > 0) {
      await disclose(missing)
      return true
    }
    if (sent === null || told === null) {
      begin(state, rights)
      return true
    }
    const now = toldOf(state, rights, viewer)
    const isTold = tellChanges(told, now)
    told = now
    if (!isTold || (!isReplaying && state.lastSequence - sent > mostMissed)) {
      sent = null
      return true
    }
    const events = ports.atHand(sent)
    const reading = events === null ? await ports.read(sent) : { state, events }
    isReplaying = events === null
    if (isOver || reading.events.length === 0) return false
    // A page may be newer than what was disclosed.
    if (undisclosed(reading.state).length > 0) await disclose(undisclosed(reading.state))
    tell(reading)
    return true
  }

  const run = async (): Promise<void> => {
    do isAsked = false
    while (((await step()) || isAsked) && !isOver)
  }
  let running: Promise<void> | null = null
  let isAsked = false
  return {
    advance: () => {
      isAsked = true
      running ??= run().finally(() => {
        running = null
      })
      return running
    },
    isHeld: () => isHeld,
    tellLevels: (levels) => {
      if (told?.rights.lead && !isOver && !outbox.isBehind())
        outbox.send({ type: 'levels', ...levels })
    },
    end: () => {
      isOver = true
    },
  }
}

type Told = {
  readonly rights: Rights
  readonly caller: ChannelView['caller']
  readonly online: Online
}

const toldOf = (state: ChannelState, rights: Rights, viewer: Viewer): Told => ({
  rights,
  caller: channelView(state, rights, viewer).caller,
  online: onlineView(state, viewer),
})

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** The number to go on from; null where there is none, it is none of ours, or too much came after it. */
const cursorIn = (cursor: unknown, last: number): number | null =>
  typeof cursor === 'number' &&
  Number.isSafeInteger(cursor) &&
  cursor >= 0 &&
  cursor <= last &&
  last - cursor <= mostMissed
    ? cursor
    : null
