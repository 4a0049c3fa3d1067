import type { CallView, Me, PersonView, ServerMessage } from '../../web/caller/protocol.ts'
import { keepSocket, type SocketState } from '../channel/lasting-socket.ts'
import { createStore, type Watched } from '../channel/store.ts'
import { askCalls } from './session.ts'

/** What the server keeps of a caller. Null = not told yet. */
export type Home = {
  readonly connection: SocketState
  readonly calls: readonly CallView[] | null
  /** Where earlier calls go on; null = there are no more. */
  readonly cursor: string | null
  readonly people: readonly PersonView[] | null
}

export type HomeLink = Watched<Home> & {
  /** Asks for the calls before those that are known. */
  readonly earlier: () => Promise<void>
  /** Puts in place what an answer brought of a person; null = removed. */
  readonly know: (id: string, person: PersonView | null) => void
  readonly close: () => void
}

/** One call, whatever of it changes. */
export const keyOfCall = ({ channel, startedAt, line }: CallView): string =>
  channel ?? `${startedAt} ${line.number}`

/** Calls after those at the head of the list were told anew; what came before them stays. */
export const withHead = (
  known: readonly CallView[] | null,
  head: readonly CallView[],
): readonly CallView[] => {
  const oldest = head.at(-1)
  if (!known || !oldest) return head
  const keys = new Set(head.flatMap((call) => [keyOfCall(call), startOf(call)]))
  const started = Date.parse(oldest.startedAt)
  return [
    ...head,
    ...known.filter(
      (call) =>
        !keys.has(keyOfCall(call)) &&
        !keys.has(startOf(call)) &&
        Date.parse(call.startedAt) <= started,
    ),
  ]
}

/** A call gets its channel while it lasts, and is the same one. */
const startOf = ({ startedAt, line }: CallView) => `${startedAt} ${line.number}`

/**
 * The caller's own connection: calls, settings and trusted persons as they change.
 *
 * @param onLost as of `keepSocket`
 */
export function openHome(onMe: (me: Me) => void, onLost: (isOver: boolean) => void): HomeLink {
  const store = createStore<Home>({
    connection: 'connecting',
    calls: null,
    cursor: null,
    people: null,
  })
  const change = (changes: Partial<Home>) => store.set({ ...store.current(), ...changes })

  function hear(message: ServerMessage): void {
    if (message.type === 'me') onMe(message.me)
    else if (message.type === 'people') change({ people: message.items })
    else change({ calls: withHead(store.current().calls, message.items) })
  }

  let isCursorKnown = false

  /** The socket tells everything else when it opens. */
  async function askCursor(): Promise<void> {
    if (isCursorKnown) return
    const page = await askCalls(null)
    if (page.kind !== 'done' || isCursorKnown) return
    isCursorKnown = true
    change({
      calls: withHead(store.current().calls, page.value.items),
      cursor: page.value.nextCursor,
    })
  }

  const socket = keepSocket({
    path: '/caller/socket',
    onState(connection) {
      change({ connection })
      if (connection === 'online') void askCursor()
    },
    onMessage: (message) => hear(message as ServerMessage),
    onLost,
  })

  return {
    current: store.current,
    watch: store.watch,
    async earlier() {
      const page = await askCalls(store.current().cursor)
      if (page.kind !== 'done') return
      const { items, nextCursor } = page.value
      const known = store.current().calls ?? []
      const keys = new Set(known.map(keyOfCall))
      const fresh = items.filter((call) => !keys.has(keyOfCall(call)))
      change({ calls: [...known, ...fresh], cursor: nextCursor })
    },
    know(id, person) {
      const { people } = store.current()
      if (people === null) return
      const isKnown = people.some((one) => one.id === id)
      if (person === null) change({ people: people.filter((one) => one.id !== id) })
      else if (isKnown) change({ people: people.map((one) => (one.id === id ? person : one)) })
      else change({ people: [...people, person] })
    },
    close: socket.close,
  }
}
