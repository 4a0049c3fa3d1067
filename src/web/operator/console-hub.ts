import { randomInt } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { ChangedRows, ConsoleState } from '../../operators/console-state.ts'
import type { Touched } from '../../queues/ports.ts'
import { coalesced } from '../http/coalesced.ts'
import { alsoTouched, noRows } from './changed-rows.ts'
import { diff, rememberingLists } from './diff.ts'
import type { CallCard, ServerMessage, Snapshot } from './protocol.ts'
import { type Lists, type Setting, snapshotFor, type Views, viewsOf } from './views.ts'

export type HubOptions = {
  /** @param changed all that may be different since the reading before; null = anything */
  readonly read: (changed: ChangedRows | null) => Promise<ConsoleState>
  readonly setting: () => Setting
  /** Reads a card and notes in the journal that it was shown; null = not this operator's. Many may be asked for at once. */
  readonly card: (login: string, reservationId: string) => Promise<CallCard | null>
  readonly onFault: (cause: unknown) => void
  /** Milliseconds between two readings, so that a storm of hints costs no more. Default 40. */
  readonly restMs?: number
}

export type Subscriber = {
  readonly send: (message: ServerMessage) => void
  /** The operator is no more. */
  readonly gone: () => void
}

/** One client that is being told. */
export type Joined = {
  /** Tells it of those a call can be handed to, or no longer. */
  readonly look: (isLooking: boolean) => void
  readonly leave: () => void
}

/** The consoles of one node. */
export type ConsoleHub = {
  /** Sends what a client has missed after the message it names, or a snapshot, and all that follows. */
  join(login: string, after: number | null, subscriber: Subscriber): Promise<Joined>
  /**
   * Something may have changed: reads again soon. Resolves when a reading that began after it is out.
   *
   * @param touched what it was; default: anything
   */
  refresh(touched?: Touched): Promise<void>
  close(): void
}

/** Messages kept for clients that come back. */
const keptMessages = 256

/** How long a stream that nobody reads is kept, in milliseconds. */
const keptMs = 120_000

/**
 * To so many consoles everything goes out at once; to more, what all operators see alike goes out so seldom:
 * what changes in a shift grows with it, and so does whom it has to be told. One's own call and the board of
 * a supervisor never wait.
 */
const atOnce = 25
const commonMs = 1_000

/** After so many consoles whatever else has come in is done first: a caller waits for it, perhaps. */
const withoutPause = 50

type Events = Extract<ServerMessage, { type: 'events' }>

/** What one operator sees, the same in all tabs. */
type Stream = {
  snapshot: Snapshot | null
  sequence: number
  missed: readonly Events[]
  card: CallCard | null
  /** The card that is being read. */
  reading: Promise<void> | null
  readonly subscribers: Set<Subscriber>
  /** Those of them who look at whom a call can be handed to. */
  readonly looking: Set<Subscriber>
  expiry: NodeJS.Timeout | null
}

/**
 * Keeps the snapshots of everybody who is connected in step with the database. Numbers of a stream
 * begin at random, so that a number of another node, or of this one before a restart, is none of ours
 * and leads to a snapshot.
 */
export const createConsoleHub = (options: HubOptions): ConsoleHub => {
  const streams = new Map<string, Stream>()
  let views: Views | null = null
  let common: { readonly lists: Lists; readonly at: number } | null = null
  let later: NodeJS.Timeout | null = null
  let isClosed = false
  /** Since the last reading; null = anything may have. */
  let changed: ChangedRows | null = null

  const cycle = async (): Promise<void> => {
    const toRead = changed
    changed = noRows
    const state = await options.read(toRead).catch((cause) => {
      changed = null
      throw cause
    })
    views = viewsOf(state, options.setting(), views)
    const lists = commonLists(views)
    const listEvents = rememberingLists()
    let told = 0
    for (const [login, stream] of streams) {
      if (streams.size > withoutPause && told % withoutPause === 0) await setImmediate()
      told += 1
      if (isClosed) return
      if (stream.subscribers.size === 0) continue
      const reservationId = state.calls.get(login)?.reservationId
      if (reservationId === undefined) stream.card = null
      else if (stream.card?.reservationId !== reservationId)
        stream.reading ??= readCard(login, stream, reservationId)
      publish(views, lists, login, stream, listEvents)
    }
  }

  /** Nobody else waits for it. Without its entry in the journal a card is not shown; the next reading tries again. */
  const readCard = async (login: string, stream: Stream, reservationId: string): Promise<void> => {
    try {
      stream.card = await options.card(login, reservationId)
    } catch (cause) {
      stream.card = null
      options.onFault(cause)
    }
    stream.reading = null
    if (stream.card !== null && views !== null && !isClosed)
      publish(views, common?.lists ?? views, login, stream)
  }

  /** What all operators see alike: as it is, or where that was told a moment ago, as it was then. */
  const commonLists = (next: Views): Lists => {
    const at = performance.now()
    const since = common === null ? Number.POSITIVE_INFINITY : at - common.at
    const wait = streams.size <= atOnce ? 0 : commonMs - since
    if (common === null || wait <= 0) {
      common = { lists: { queues: next.queues, signedIn: next.signedIn }, at }
    } else if (next.queues !== common.lists.queues || next.signedIn !== common.lists.signedIn) {
      later ??= setTimeout(() => {
        later = null
        tellAgain().catch(options.onFault)
      }, wait)
      later.unref()
    }
    return common.lists
  }
  const tellAgain = coalesced(cycle, options.restMs ?? 40, () => isClosed)
  const refresh = (touched: Touched = {}): Promise<void> => {
    changed = alsoTouched(changed, touched)
    return tellAgain()
  }

  const publish = (
    next: Views,
    lists: Lists,
    login: string,
    stream: Stream,
    listEvents?: Parameters<typeof diff>[2],
  ): void => {
    const snapshot = snapshotFor(next, login, stream.card, lists, stream.looking.size > 0)
    if (snapshot === null) {
      for (const subscriber of stream.subscribers) subscriber.gone()
      return
    }
    const events = stream.snapshot === null ? [] : diff(stream.snapshot, snapshot, listEvents)
    stream.snapshot = snapshot
    if (events === 'snapshot') {
      stream.sequence += 1
      stream.missed = []
      const message: ServerMessage = { type: 'snapshot', sequence: stream.sequence, snapshot }
      for (const subscriber of stream.subscribers) subscriber.send(message)
      return
    }
    if (events.length === 0) return
    stream.sequence += 1
    const message: Events = { type: 'events', sequence: stream.sequence, events }
    stream.missed = [...stream.missed, message].slice(-keptMessages)
    for (const subscriber of stream.subscribers) subscriber.send(message)
  }

  const streamOf = (login: string): Stream => {
    const known = streams.get(login)
    if (known !== undefined) return known
    const stream: Stream = {
      snapshot: null,
      sequence: randomInt(2 ** 47),
      missed: [],
      card: null,
      reading: null,
      subscribers: new Set(),
      looking: new Set(),
      expiry: null,
    }
    streams.set(login, stream)
    return stream
  }

  return {
    join: async (login, after, subscriber) => {
      const stream = streamOf(login)
      if (stream.expiry !== null) clearTimeout(stream.expiry)
      stream.expiry = null
      // Counts as a reader at once, so that the reading ahead brings the stream up to date.
      const waiting: Subscriber = { send: () => {}, gone: subscriber.gone }
      stream.subscribers.add(waiting)
      const look = (isLooking: boolean): void => {
        if (stream.looking.has(subscriber) === isLooking) return
        if (isLooking) stream.looking.add(subscriber)
        else stream.looking.delete(subscriber)
        if (views !== null && !isClosed) publish(views, common?.lists ?? views, login, stream)
      }
      const leave = (): void => {
        stream.subscribers.delete(waiting)
        stream.subscribers.delete(subscriber)
        look(false)
        if (stream.subscribers.size > 0 || stream.expiry !== null) return
        stream.expiry = setTimeout(() => streams.delete(login), keptMs)
        stream.expiry.unref()
      }
      try {
        await refresh({ login })
        await stream.reading
      } catch (cause) {
        leave()
        throw cause
      }
      stream.subscribers.delete(waiting)
      if (stream.snapshot === null) {
        leave()
        throw new Error('A console has no snapshot', { cause: { login } })
      }
      const messages = missedAfter(stream, after)
      if (messages === null) {
        if (after !== null) subscriber.send({ type: 'resync' })
        const { sequence, snapshot } = stream
        subscriber.send({ type: 'snapshot', sequence, snapshot })
      } else if (messages.length === 0) {
        // Nothing was missed: the client knows so, and may go on with what it left undone.
        subscriber.send({ type: 'events', sequence: stream.sequence, events: [] })
      } else for (const message of messages) subscriber.send(message)
      stream.subscribers.add(subscriber)
      return { look, leave }
    },
    refresh: (touched) => refresh(touched).catch(options.onFault),
    close: () => {
      isClosed = true
      if (later !== null) clearTimeout(later)
      for (const { expiry } of streams.values()) if (expiry !== null) clearTimeout(expiry)
      streams.clear()
    },
  }
}

/** Null: too old, from the future, or of another stream. */
const missedAfter = (stream: Stream, after: number | null): readonly Events[] | null => {
  if (after === null || !Number.isSafeInteger(after)) return null
  if (after === stream.sequence) return []
  const first = stream.missed[0]
  if (first === undefined || after < first.sequence - 1 || after > stream.sequence) return null
  return stream.missed.filter(({ sequence }) => sequence > after)
}
