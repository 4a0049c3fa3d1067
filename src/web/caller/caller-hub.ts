import type { AppSession } from '../../callers/caller.ts'
import type { AppSessions, AppStates } from '../../callers/ports.ts'
import { coalesced } from '../http/coalesced.ts'
import { mostPages } from '../http/pages-of-session.ts'
import type { ServerMessage } from './protocol.ts'
import { callerView, callView, guestView, personView, type Setting } from './views.ts'

export type HubOptions = {
  readonly states: AppStates
  readonly sessions: Pick<AppSessions, 'alive'>
  readonly setting: () => Setting
  readonly onHint: OnHint
  readonly onFault: (cause: unknown) => void
  /** Calls that a page is told of. */
  readonly listedCalls: number
}

/**
 * What may have changed: `callers` anything of anybody, `calls` of those who are in a call, or what is in
 * these channels.
 */
export type Hint = 'callers' | 'calls' | { readonly channels: readonly string[] }

/** Calls back when that may be; answers how to stop it. */
export type OnHint = (listener: (hint: Hint) => void) => () => void

/** An open page. */
export type Listener = {
  readonly send: (message: ServerMessage) => void
  readonly sessionOver: () => void
  readonly restart: () => void
  /** Too many pages of one session are open. */
  readonly surplus: () => void
  readonly ping: () => void
}

/** The open app pages of one node. */
export type CallerHub = {
  /** Tells a page all it shows, then whatever changes of it. The answer ends that. */
  join(session: AppSession, listener: Listener): () => void
  sessionOver(sessionId: string): void
  close(): void
}

/** How often it is looked, without a hint, who is in a call and whose session still is. */
const pollMs = 2_000

/** Every so many of these looks all that pages show is read again, in case a hint was lost. */
const pollsForAll = 15

/** Between two readings, so that a storm of hints costs no more. */
const restMs = 200

const pingMs = 15_000

type Page = {
  readonly session: AppSession
  readonly listener: Listener
  /** What the page was told last, by type, as JSON. */
  readonly told: Map<ServerMessage['type'], string>
  /** Channels of the calls it was told of. */
  channels: ReadonlySet<string>
  /** A call that it was told of goes on. */
  isInCall: boolean
  /** Something of it may have changed. */
  isDue: boolean
}

/** Keeps open pages in step with the database: what is told is always all of its kind. */
export const createCallerHub = (options: HubOptions): CallerHub => {
  const pages = new Set<Page>()
  let isClosed = false
  let polls = 0
  let isPollDue = false

  /** Pages whose session is over, or whose calls begin or go on; now and then all. */
  const poll = async (open: readonly Page[]): Promise<void> => {
    polls += 1
    const [alive, inCall] = await Promise.all([
      options.sessions.alive([...new Set(open.map(({ session }) => session.sessionId))]),
      options.states.inCall(phonesOf(open)),
    ])
    for (const page of open) {
      const { user, sessionId } = page.session
      if (!alive.has(sessionId)) page.listener.sessionOver()
      if (polls % pollsForAll === 0 || page.isInCall || inCall.has(user.phone)) page.isDue = true
    }
  }
  const read = async (due: readonly Page[]): Promise<void> => {
    const states = await options.states.read(phonesOf(due), options.listedCalls)
    const setting = options.setting()
    for (const page of due) {
      const { user } = page.session
      if (user.kind === 'guest') {
        tell(page, { type: 'me', me: guestView(user) })
        continue
      }
      const state = states.get(user.phone)
      if (state === undefined) continue
      page.isInCall = state.calls.some(({ endedAt }) => endedAt === null)
      page.channels = new Set(state.calls.flatMap(({ channel }) => channel ?? []))
      tell(page, { type: 'me', me: callerView(state.caller) })
      tell(page, { type: 'people', items: state.persons.map(personView) })
      tell(page, { type: 'calls', items: state.calls.map((call) => callView(call, setting)) })
    }
  }
  const look = async (): Promise<void> => {
    if (isPollDue) {
      isPollDue = false
      await poll([...pages])
    }
    const due = [...pages].filter(({ isDue }) => isDue)
    for (const page of due) page.isDue = false
    try {
      if (due.length > 0) await read(due)
    } catch (cause) {
      for (const page of due) page.isDue = true
      throw cause
    }
  }
  const refresh = coalesced(look, restMs, () => isClosed)
  const lookAgain = (): void => {
    if (pages.size > 0) refresh().catch(options.onFault)
  }
  const stopHints = options.onHint((hint) => {
    if (hint === 'callers') isPollDue = true
    let isAny = isPollDue
    for (const page of pages) {
      const isMeant =
        hint === 'callers' ||
        (hint === 'calls' ? page.isInCall : hint.channels.some((id) => page.channels.has(id)))
      if (isMeant) page.isDue = true
      isAny ||= isMeant
    }
    if (isAny) lookAgain()
  })
  const timers = [
    setInterval(() => {
      isPollDue = true
      lookAgain()
    }, pollMs),
    setInterval(() => {
      for (const { listener } of pages) listener.ping()
    }, pingMs),
  ]
  for (const timer of timers) timer.unref()

  return {
    join: (session, listener) => {
      const page: Page = {
        ...{ session, listener, told: new Map() },
        ...{ channels: new Set<string>(), isInCall: false, isDue: true },
      }
      const others = [...pages].filter((other) => other.session.sessionId === session.sessionId)
      for (const oldest of others.slice(0, Math.max(0, others.length - mostPages + 1))) {
        pages.delete(oldest)
        oldest.listener.surplus()
      }
      pages.add(page)
      lookAgain()
      return () => pages.delete(page)
    },
    sessionOver: (sessionId) => {
      for (const { session, listener } of pages)
        if (session.sessionId === sessionId) listener.sessionOver()
    },
    close: () => {
      isClosed = true
      stopHints()
      for (const timer of timers) clearInterval(timer)
      for (const { listener } of pages) listener.restart()
      pages.clear()
    },
  }
}

/** Of those who are signed in with their own number. */
const phonesOf = (pages: readonly Page[]): readonly string[] => [
  ...new Set(
    pages.flatMap(({ session: { user } }) => (user.kind === 'caller' ? [user.phone] : [])),
  ),
]

const tell = ({ told, listener }: Page, message: ServerMessage): void => {
  const text = JSON.stringify(message)
  if (told.get(message.type) === text) return
  told.set(message.type, text)
  listener.send(message)
}
