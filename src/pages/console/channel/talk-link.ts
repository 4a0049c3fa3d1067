import type { ClientMessage, RefusalCode, ServerMessage } from '../../../web/channel/protocol.ts'
import {
  type Channel,
  isSame,
  nothingKnown,
  receive,
  sequenceOf,
} from '../../channel/known-channel.ts'
import { keepSocket } from '../../channel/lasting-socket.ts'
import { newId } from '../../channel/new-id.ts'
import { createStore, type Watched } from '../../channel/store.ts'

/** A message that the server has not confirmed. */
export type Unsent = {
  readonly id: string
  readonly text: string
  readonly refused: RefusalCode | null
}

export type Levels = Omit<Extract<ServerMessage, { type: 'levels' }>, 'type'>

/** The channel of the operator's call, as this page knows it. */
export type Talk = Channel & {
  /** The call's stream has not begun, so there is no channel yet. */
  readonly isAwaited: boolean
  readonly unsent: readonly Unsent[]
  /** How loud both sides are; null = not told. */
  readonly levels: Levels | null
  /** What the last order that was refused was refused for. */
  readonly refused: RefusalCode | null
}

export const noTalk: Talk = {
  ...nothingKnown,
  isAwaited: false,
  unsent: [],
  levels: null,
  refused: null,
}

export type TalkLink = Watched<Talk> & {
  readonly write: (text: string) => void
  /** Sends what was refused once more. */
  readonly retry: (id: string) => void
  readonly discard: (id: string) => void
  readonly openChat: (isOpen: boolean) => void
  readonly askPhoto: () => void
  /** The end of the conversation is before the operator's eyes, or no longer. */
  readonly look: (isLooking: boolean) => void
  readonly close: () => void
}

const marksMilliseconds = 200

/** Levels come several times a second; without them for so long nothing is known. */
const levelsMilliseconds = 3000

/**
 * The connection to the channel of a call, from before there is one until the page leaves the call.
 *
 * @param call identifier of the call at the carrier
 */
export function openTalkLink(call: string): TalkLink {
  const store = createStore<Talk>(noTalk)
  let isLooking = false
  let marked = 0
  let marking: ReturnType<typeof setTimeout> | undefined
  let quiet: ReturnType<typeof setTimeout> | undefined

  const change = (part: Partial<Talk>) => store.set({ ...store.current(), ...part })
  const send = (message: ClientMessage): boolean => socket.send(message)

  const socket = keepSocket({
    path: '/operator/channel/socket',
    onState(connection) {
      marked = 0
      change({ connection, isCurrent: false, levels: null })
      if (connection === 'online')
        send({ type: 'hello', of: { call }, after: sequenceOf(store.current()) || null })
    },
    onMessage: (message) => hear(message as ServerMessage),
    // Whether the session is over the console's own connection finds out.
    onLost: () => undefined,
  })

  function hear(message: ServerMessage): void {
    switch (message.type) {
      case 'waiting':
        change({ isAwaited: true })
        break
      case 'levels':
        clearTimeout(quiet)
        quiet = setTimeout(() => change({ levels: null }), levelsMilliseconds)
        change({ levels: message })
        break
      case 'refused':
        refuse(message.id, message.code)
        break
      case 'done':
        break
      default:
        learn(message)
    }
  }

  function learn(message: ServerMessage): void {
    const before = store.current()
    const next = receive(before, message)
    if (next === 'gap') {
      socket.drop()
      return
    }
    const arrived = new Set(next.events.flatMap((event) => ('id' in event ? [event.id] : [])))
    store.set({
      ...before,
      ...next,
      isAwaited: false,
      unsent: before.unsent.filter(({ id }) => !arrived.has(id)),
    })
    if (next.isCurrent && !before.isCurrent) sendAll()
    mark()
  }

  function refuse(id: string, refused: RefusalCode): void {
    const { unsent } = store.current()
    if (unsent.some((message) => message.id === id))
      change({ unsent: unsent.map((each) => (each.id === id ? { ...each, refused } : each)) })
    else change({ refused })
  }

  /** What was under way when the connection broke; what had arrived has no effect again. */
  function sendAll(): void {
    for (const { id, text, refused } of store.current().unsent)
      if (refused === null) send({ type: 'message', id, text })
  }

  /** Tells how far the operator has got, by what others wrote alone: a mark is an event too. */
  function mark(): void {
    clearTimeout(marking)
    marking = setTimeout(() => {
      const { events, me, isCurrent, view } = store.current()
      if (me === null || !isCurrent || view?.endedAt) return
      const last = events.findLast(
        (event) =>
          (event.type === 'message' || event.type === 'photo') && !isSame(event.author, me),
      )
      const delivered = last?.sequence ?? 0
      const seen = isLooking ? delivered : 0
      const reached = delivered + seen
      if (reached > marked && send({ type: 'mark', delivered, seen })) marked = reached
    }, marksMilliseconds)
  }

  return {
    current: store.current,
    watch: store.watch,
    write(text) {
      const message = { id: newId(), text, refused: null }
      change({ unsent: [...store.current().unsent, message] })
      if (store.current().isCurrent) send({ type: 'message', id: message.id, text })
    },
    retry(id) {
      const { unsent } = store.current()
      const message = unsent.find((each) => each.id === id)
      if (message === undefined) return
      change({ unsent: unsent.map((each) => (each.id === id ? { ...each, refused: null } : each)) })
      if (store.current().isCurrent) send({ type: 'message', id, text: message.text })
    },
    discard: (id) => change({ unsent: store.current().unsent.filter((each) => each.id !== id) }),
    openChat(isOpen) {
      change({ refused: null })
      send({ type: 'chat', id: newId(), isOpen })
    },
    askPhoto() {
      change({ refused: null })
      send({ type: 'ask-photo', id: newId() })
    },
    look(looking) {
      isLooking = looking
      if (looking) mark()
    },
    close() {
      clearTimeout(marking)
      clearTimeout(quiet)
      socket.close()
    },
  }
}
