import type { ClientMessage, Command, ServerMessage } from '../../web/operator/protocol.ts'
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

/** The code by which the server closes a socket whose session is over. */
const sessionOver = 4401

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
  const watchers = new Set<() => void>()

  function set(next: Station): void {
    if (next === station) return
    const cameBack = next.connection === 'online' && station.connection !== 'online'
    station = next
    if (cameBack) {
      for (const { id, command } of next.unanswered) send({ type: 'command', id, command })
    }
    for (const changed of watchers) changed()
  }

  function send(message: ClientMessage): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }

  function hear(message: ServerMessage): void {
    const next = receive(station, message, Date.now())
    if (next === 'gap') leave(false)
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
      if (!closed && socket === opening) lost(code === sessionOver)
    }
  }

  function lost(isOver: boolean): void {
    clearTimeout(quiet)
    clearTimeout(again)
    set(lose(station))
    again = setTimeout(open, pause(tries++))
    onLost(isOver)
  }

  /** Gives this connection up, without waiting for the other side to agree. */
  function leave(isOver: boolean): void {
    const left = socket
    left.onclose = null
    left.onmessage = null
    left.close()
    lost(isOver)
  }

  function retry(): void {
    if (!closed && station.connection === 'offline') open()
  }

  function networkLost(): void {
    if (!closed && station.connection !== 'offline') leave(false)
  }

  open()
  window.addEventListener('online', retry)
  window.addEventListener('offline', networkLost)

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
    forget: () => set({ ...station, refusal: null }),
    retry,
    close() {
      closed = true
      clearTimeout(again)
      clearTimeout(quiet)
      window.removeEventListener('online', retry)
      window.removeEventListener('offline', networkLost)
      socket.close()
    },
  }
}
