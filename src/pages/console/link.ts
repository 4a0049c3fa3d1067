import type { ClientMessage, Command, ServerMessage } from '../../web/operator/protocol.ts'
import { signsOfLife } from '../channel/lasting-socket.ts'
import {
  ask,
  assumeJoined,
  bind,
  empty,
  lose,
  receive,
  type Station,
  type Unanswered,
} from './station.ts'

export type Link = {
  readonly current: () => Station
  /** Calls back after every change; answers a function that stops it. */
  readonly watch: (changed: () => void) => () => void
  /** Asks for something; kept, and asked again under the same id, until the server has answered. */
  readonly command: (command: Command) => void
  /** Asks to be told, or no longer, whom a call can be handed to. */
  readonly look: (isLooking: boolean) => void
  /** Takes the last refusal away, once it has been read. */
  readonly forget: () => void
  /** Tries at once instead of waiting for the next try. */
  readonly retry: () => void
  readonly close: () => void
}

export type LinkOptions = {
  readonly url: string
  /** Called when a connection could not be made or broke. `isOver`: the server said to sign in again. */
  readonly onLost: (isOver: boolean) => void
}

/** Milliseconds before each try; the last one again and again. */
const pauses = [300, 1000, 2000, 4000, 8000]

/** Half to one and a half times the pause, so that all consoles do not come back in one moment. */
const pause = (tries: number) =>
  (pauses[Math.min(tries, pauses.length - 1)] ?? 8000) * (0.5 + Math.random())

/** Silence after a greeting that means that nothing was missed. */
const quietMilliseconds = 1000

/** Codes by which the server closes a socket: the session is over; too many tabs are open. */
const sessionOver = 4401
const surplus = 4409

const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

/**
 * The console's connection for as long as somebody is signed in: comes back by itself, after pauses
 * that differ from tab to tab, and names the last message it knows.
 */
export function openLink({ url, onLost }: LinkOptions): Link {
  let station: Station = empty
  let socket: WebSocket
  let tries = 0
  let again: ReturnType<typeof setTimeout> | undefined
  let quiet: ReturnType<typeof setTimeout> | undefined
  let closed = false
  let isLooking = false
  const watchers = new Set<() => void>()

  function set(next: Station): void {
    if (next === station) return
    const cameBack = next.connection === 'online' && station.connection !== 'online'
    station = next
    if (cameBack) {
      if (isLooking) send({ type: 'look', isLooking })
      for (const { id, command } of next.unanswered) send({ type: 'command', id, command })
    }
    for (const changed of watchers) changed()
  }

  function send(message: ClientMessage): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }

  function hear(message: ServerMessage): void {
    const next = receive(station, message, Date.now())
    if (next === 'gap') leave()
    else set(next)
  }

  function open(): void {
    clearTimeout(again)
    const opening = new WebSocket(url)
    socket = opening
    opening.onopen = () => {
      tries = 0
      if (station.connection !== 'connecting') set({ ...station, connection: 'joining' })
      send({ type: 'hello', after: station.sequence })
      quiet = setTimeout(() => set(assumeJoined(station)), quietMilliseconds)
    }
    opening.onmessage = ({ data }) => {
      if (socket === opening) hear(JSON.parse(String(data)) as ServerMessage)
    }
    opening.onclose = ({ code }) => {
      if (!closed && socket === opening) lost(code)
    }
  }

  function lost(code?: number): void {
    clearTimeout(quiet)
    clearTimeout(again)
    set(lose(station, code === surplus ? 'surplus' : 'offline'))
    if (code !== surplus) again = setTimeout(open, pause(tries++))
    onLost(code === sessionOver)
  }

  /** Gives this connection up, without waiting for the other side to agree. */
  function leave(): void {
    const left = socket
    left.onclose = null
    left.onmessage = null
    left.close()
    lost()
  }

  function retry(): void {
    if (!closed && station.connection === 'offline') open()
  }

  /** Where the person is, this tab is the one; else all would push each other out for ever. */
  function comeBack(): void {
    if (closed || station.connection !== 'surplus') return
    set(lose(station))
    open()
  }

  function networkLost(): void {
    if (!closed && station.connection !== 'offline' && station.connection !== 'surplus') leave()
  }

  open()
  window.addEventListener('online', retry)
  window.addEventListener('offline', networkLost)
  for (const sign of signsOfLife) window.addEventListener(sign, comeBack)

  return {
    current: () => station,
    watch(changed) {
      watchers.add(changed)
      return () => {
        watchers.delete(changed)
      }
    },
    command(command) {
      const isAsked = ({ command: other }: Unanswered) =>
        JSON.stringify(other) === JSON.stringify(command)
      // A second click on the same button before the first has been answered.
      if (station.unanswered.some(isAsked)) return
      const asked = bind(station, newId(), command)
      set(ask(station, asked))
      if (station.connection === 'online') send({ type: 'command', id: asked.id, command })
    },
    look(next) {
      if (next === isLooking) return
      isLooking = next
      if (station.connection === 'online') send({ type: 'look', isLooking })
    },
    forget: () => set({ ...station, refusal: null }),
    retry,
    close() {
      closed = true
      clearTimeout(again)
      clearTimeout(quiet)
      window.removeEventListener('online', retry)
      window.removeEventListener('offline', networkLost)
      for (const sign of signsOfLife) window.removeEventListener(sign, comeBack)
      socket.close()
    },
  }
}
