import type { WebSocket } from '@fastify/websocket'
import type { Actor } from '../../operators/operator.ts'
import { readClientMessage } from './client-message.ts'
import { type CommandPorts, carryOut } from './commands.ts'
import type { ConsoleHub, Joined } from './console-hub.ts'
import { messageText } from './message-text.ts'
import type { ClientMessage, ServerMessage } from './protocol.ts'

/** Why the server closes a console's socket: codes of the protocol. */
export const closeCodes = {
  /** Signed out, expired, disabled, or the password or role has changed: sign in again. */
  sessionOver: 4401,
  /** Not of the protocol, or too much of it. */
  policy: 1008,
  /** The server restarts: come back. */
  restart: 1012,
  /** The client does not read: come back. */
  slow: 1013,
} as const

/** Unsent bytes beyond which a reader is too slow to be kept. */
const maxUnsentBytes = 1024 * 1024

/** Messages a second, and how many may come at once. */
const messageRate = { perSecond: 20, burst: 60 }

/** How long a client may take to say hello. */
const helloMs = 10_000

export type ConsoleSocket = {
  readonly sessionId: string
  readonly login: string
  readonly close: (code: number, reason: string) => void
  /** Asks for a sign of life; ends the socket when two were not given. */
  readonly ping: () => void
}

export type SocketPorts = {
  readonly hub: ConsoleHub
  readonly commands: CommandPorts
  /** Whether a session still is. */
  readonly isAlive: (sessionId: string) => Promise<boolean>
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number
  readonly onFault: (cause: unknown) => void
}

/** Serves one socket of an operator who is signed in. */
export const serveConsole = (
  ports: SocketPorts,
  actor: Extract<Actor, { kind: 'operator' }>,
  socket: WebSocket,
): ConsoleSocket => {
  const allowance = rate(ports.elapsed)
  let joined: Joined | null = null
  let hasGreeted = false
  let isLooking = false
  let unanswered = 0

  const close = (code: number, reason: string): void => {
    socket.close(code, reason)
    // A client that does not answer the closing is not waited for.
    setTimeout(() => socket.terminate(), 2_000).unref()
  }
  const sessionOver = () => close(closeCodes.sessionOver, 'session over')
  const send = (message: ServerMessage): void => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > maxUnsentBytes) {
      // It would not read the closing either.
      joined?.leave()
      socket.terminate()
      return
    }
    socket.send(messageText(message))
  }
  const greet = async (after: number | null): Promise<void> => {
    if (hasGreeted) return close(closeCodes.policy, 'second hello')
    hasGreeted = true
    joined = await ports.hub.join(actor.login, after, { send, gone: sessionOver })
    if (socket.readyState !== socket.OPEN) return joined.leave()
    joined.look(isLooking)
  }
  const obey = async (text: string): Promise<void> => {
    const message = readClientMessage(text)
    if (message === null) return close(closeCodes.policy, 'not of the protocol')
    if (message.type === 'command') return command(message)
    // At every message, so that a role or session taken away counts at once; a command looks itself.
    if (!(await ports.isAlive(actor.sessionId))) return sessionOver()
    if (message.type === 'hello') return greet(message.after)
    isLooking = message.isLooking
    joined?.look(isLooking)
  }
  const command = async ({ id, command }: Extract<ClientMessage, { type: 'command' }>) => {
    const outcome = await carryOut(ports.commands, actor, id, command)
    if (outcome === 'signed-out') return sessionOver()
    const { kind, ...rest } = outcome
    send({ type: 'answer', id, outcome: kind, ...rest })
  }

  const greeting = setTimeout(() => {
    if (!hasGreeted) close(closeCodes.policy, 'no hello')
  }, helloMs)
  greeting.unref()
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    // What comes after the closing was said to one that is gone.
    if (socket.readyState !== socket.OPEN) return
    if (isBinary || !allowance()) return close(closeCodes.policy, 'too much')
    obey(data.toString('utf8')).catch((cause) => {
      ports.onFault(cause)
      close(1011, 'fault')
    })
  })
  socket.on('pong', () => {
    unanswered = 0
  })
  const end = (): void => {
    clearTimeout(greeting)
    joined?.leave()
  }
  socket.on('close', end)
  socket.on('error', end)
  return {
    sessionId: actor.sessionId,
    login: actor.login,
    close,
    ping: () => {
      if (unanswered >= 2) return socket.terminate()
      unanswered += 1
      socket.ping()
    },
  }
}

/** Whether one more message is allowed now. */
const rate = (elapsed: () => number): (() => boolean) => {
  let left = messageRate.burst
  let last = elapsed()
  return () => {
    const now = elapsed()
    left = Math.min(messageRate.burst, left + ((now - last) / 1000) * messageRate.perSecond)
    last = now
    if (left < 1) return false
    left -= 1
    return true
  }
}
