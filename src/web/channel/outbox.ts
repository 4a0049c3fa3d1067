import type { WebSocket } from '@fastify/websocket'
import type { ServerMessage } from './protocol.ts'

/** Unsent bytes beyond which a client gets nothing more until it has read. */
const behindBytes = 1024 * 1024
/** Unsent bytes beyond which it is not worth waiting for. */
const lostBytes = 4 * 1024 * 1024
const behindMs = 10_000

/** What goes to one client, and how far the client is with reading it. */
export type Outbox = {
  readonly send: (message: ServerMessage) => void
  /** Too much lies unsent, or something for too long: only what was missed may follow, later. */
  readonly isBehind: () => boolean
}

/**
 * The way to one client. One that does not read at all is cut off, so that it costs the others nothing.
 *
 * @param elapsed milliseconds of a clock that never goes back
 */
export const createOutbox = (
  socket: Pick<WebSocket, 'send' | 'terminate' | 'bufferedAmount' | 'readyState' | 'OPEN'>,
  elapsed: () => number,
): Outbox => {
  /** When each message that is not yet with the system was given to the socket. */
  const unsent: number[] = []
  const taken = (): void => {
    unsent.shift()
  }
  return {
    send: (message) => {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > lostBytes) return socket.terminate()
      unsent.push(elapsed())
      socket.send(JSON.stringify(message), taken)
    },
    isBehind: () => {
      const [oldest] = unsent
      return (
        socket.bufferedAmount > behindBytes ||
        (oldest !== undefined && elapsed() - oldest > behindMs)
      )
    },
  }
}
