import { randomInt } from 'node:crypto'
import type { ConsoleState } from '../../operators/console-state.ts'
import { diff, rememberingLists } from './diff.ts'
import type { CallCard, ServerMessage, Snapshot } from './protocol.ts'
import { type Setting, snapshotFor, type Views, viewsOf } from './views.ts'

export type HubOptions = {
  readonly read: () => Promise<ConsoleState>
  readonly setting: () => Setting
  /** Reads a card and notes in the journal that it was shown; null = not this operator's. */
  readonly card: (login: string, reservationId: string) => Promise<CallCard | null>
  readonly onFault: (cause: unknown) => void
  /** Milliseconds between two readings, so that a storm of hints costs no more. Default 50. */
  readonly restMs?: number
}

export type Subscriber = {
  readonly send: (message: ServerMessage) => void
  /** The operator is no more. */
  readonly gone: () => void
}

/** The consoles of one node. */
export type ConsoleHub = {
  /**
   * Sends what a client has missed after the message it names, or a snapshot, and all that follows. The
   * answer ends that.
   */
  join(login: string, after: number | null, subscriber: Subscriber): Promise<() => void>
  /** Something may have changed: reads again soon. Resolves when a reading that began after it is out. */
  refresh(): Promise<void>
  close(): void
}

/** Messages kept for clients that come back. */
const keptMessages = 256

/** How long a stream that nobody reads is kept, in milliseconds. */
const keptMs = 120_000

type Events = Extract<ServerMessage, { type: 'events' }>

/** What one operator sees, the same in all tabs. */
type Stream = {
  snapshot: Snapshot | null
  sequence: number
  missed: readonly Events[]
  card: CallCard | null
  readonly subscribers: Set<Subscriber>
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
  let isClosed = false

  const cycle = async (): Promise<void> => {
    const state = await options.read()
    await Promise.all(
      [...streams].map(async ([login, stream]) => {
        const reservationId = state.calls.get(login)?.reservationId
        if (reservationId === undefined) stream.card = null
        else if (stream.card?.reservationId !== reservationId && stream.subscribers.size > 0)
          // Without its entry in the journal a card is not shown; the next reading tries again.
          stream.card = await options.card(login, reservationId).catch((cause) => {
            options.onFault(cause)
            return null
          })
      }),
    )
    views = viewsOf(state, options.setting(), views)
    const listEvents = rememberingLists()
    for (const [login, stream] of streams) {
      if (stream.subscribers.size > 0) publish(views, login, stream, listEvents)
    }
  }
  const refresh = coalesced(cycle, options.restMs ?? 50, () => isClosed)

  const publish = (
    next: Views,
    login: string,
    stream: Stream,
    listEvents?: Parameters<typeof diff>[2],
  ): void => {
    const snapshot = snapshotFor(next, login, stream.card)
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
      subscribers: new Set(),
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
      const leave = (): void => {
        stream.subscribers.delete(waiting)
        stream.subscribers.delete(subscriber)
        if (stream.subscribers.size > 0 || stream.expiry !== null) return
        stream.expiry = setTimeout(() => streams.delete(login), keptMs)
        stream.expiry.unref()
      }
      try {
        await refresh()
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
      return leave
    },
    refresh: () => refresh().catch(options.onFault),
    close: () => {
      isClosed = true
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

/**
 * One run at a time; whoever asks meanwhile shares the next, which begins after the rest. So the answer
 * always stems from a run that began after the question.
 */
const coalesced = (
  run: () => Promise<void>,
  restMs: number,
  isClosed: () => boolean,
): (() => Promise<void>) => {
  let rested: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null
  return () => {
    next ??= rested.then(() => {
      next = null
      const work = isClosed() ? Promise.resolve() : run()
      rested = work.catch(() => {}).then(() => rest(restMs))
      return work
    })
    return next
  }
}

const rest = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
