import type { WebSocket } from '@fastify/websocket'
import { contribute } from '../../channel/contribute.ts'
import type { Content } from '../../channel/event.ts'
import type { ChannelHints } from '../../channel/hints.ts'
import { mark } from '../../channel/mark.ts'
import type { ChannelWrites } from '../../channel/ports.ts'
import type { ChannelSession } from '../../channel/session.ts'
import type { ChannelHub, Seat } from './channel-hub.ts'
import { readClientMessage } from './client-message.ts'
import { createOutbox } from './outbox.ts'
import type { ClientMessage } from './protocol.ts'
import { createRate } from './rate.ts'
import type { Viewer } from './views.ts'

/** Why the server closes a channel's socket: codes of the protocol. */
export const closeCodes = {
  /** Signed out, or the session is over: sign in again. */
  sessionOver: 4401,
  /** No such channel for this participant, or no longer: coming back is of no use. */
  noRight: 4403,
  /** Not of the protocol, or too much of it. */
  policy: 1008,
  fault: 1011,
  /** The server restarts: come back. */
  restart: 1012,
} as const

/** How long a client may take to say hello. */
const helloMs = 10_000

/** Marks of so long are written as one: each seen message is no statement of its own. */
const gatherMarksMs = 150

/** Messages of one client that wait for their turn; the rate keeps it far below. */
const mostQueued = 100

export type ChannelSocket = {
  readonly sessionId: string
  readonly close: (code: number, reason: string) => void
  /** Asks for a sign of life; ends the socket when two were not given. */
  readonly ping: () => void
}

export type ChannelSocketPorts = {
  readonly hub: ChannelHub
  readonly writes: ChannelWrites
  readonly hints: Pick<ChannelHints, 'hint'>
  /** Whether a session still is. */
  readonly isAlive: (sessionId: string) => Promise<boolean>
  readonly setting: () => Omit<Viewer, 'participant'>
  /** Told of each that was written and was not there before. */
  readonly onContributed: (type: Content['type']) => void
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number
  readonly onFault: (cause: unknown) => void
}

type Saying = Exclude<ClientMessage, { readonly type: 'hello' | 'mark' }>

/** Serves one socket of somebody who is signed in. */
export const serveChannel = (
  ports: ChannelSocketPorts,
  session: ChannelSession,
  socket: WebSocket,
): ChannelSocket => {
  const { participant } = session
  const outbox = createOutbox(socket, ports.elapsed)
  const rate = createRate(ports.elapsed)
  let seat: Seat | null = null
  let unanswered = 0
  let queue: Promise<void> = Promise.resolve()
  let queued = 0
  let marks: { delivered: number; seen: number } | null = null

  const close = (code: number, reason: string): void => {
    socket.close(code, reason)
    // A client that does not answer the closing is not waited for.
    setTimeout(() => socket.terminate(), 2_000).unref()
  }
  const shut = () => close(closeCodes.noRight, 'no right')

  const greet = ({ of, after }: Extract<ClientMessage, { readonly type: 'hello' }>): void => {
    const only = session.channelId
    const viewer = { ...ports.setting(), participant }
    if (seat !== null) close(closeCodes.policy, 'second hello')
    else if (only !== null && !('channel' in of && of.channel === only)) shut()
    else seat = ports.hub.join({ viewer, outbox, of, cursor: after, onShut: shut })
  }
  const writeMarks = async (): Promise<void> => {
    const [now, channelId] = [marks, seat?.channelId() ?? null]
    marks = null
    if (now === null || channelId === null) return
    if (!(await ports.isAlive(session.sessionId))) return
    await mark(ports.writes, channelId, participant, now, seat?.facts())
    ports.hints.hint(channelId)
  }
  const gatherMarks = (more: { readonly delivered: number; readonly seen: number }): void => {
    if (marks === null) setTimeout(() => writeMarks().catch(ports.onFault), gatherMarksMs).unref()
    marks = {
      delivered: Math.max(marks?.delivered ?? 0, more.delivered, more.seen),
      seen: Math.max(marks?.seen ?? 0, more.seen),
    }
  }
  const say = async (saying: Saying): Promise<void> => {
    const { id } = saying
    await seat?.ready
    const channelId = seat?.channelId() ?? null
    if (channelId === null) return outbox.send({ type: 'refused', id, code: 'not-allowed' })
    try {
      // At every message, so that a session that was ended counts at once.
      if (!(await ports.isAlive(session.sessionId)))
        return close(closeCodes.sessionOver, 'session over')
      const content = contentOf(saying)
      const entry = { channelId, author: participant, clientId: id, content }
      const outcome = await contribute(ports.writes, entry, seat?.facts())
      // Also of a refusal: finding it out may have noted what had changed around the channel.
      ports.hints.hint(channelId)
      if (outcome.kind === 'refused') outbox.send({ type: 'refused', id, code: outcome.code })
      else {
        outbox.send({ type: 'done', id, sequence: outcome.sequence })
        if (outcome.isNew) ports.onContributed(content.type)
      }
    } catch (cause) {
      // Whether it was written nobody knows: the client says it again, and it is there once.
      ports.onFault(cause)
      outbox.send({ type: 'refused', id, code: 'unavailable' })
    }
  }
  /** One after the other, so that what somebody says first stands first. */
  const enqueue = (saying: Saying): void => {
    if (queued >= mostQueued) {
      outbox.send({ type: 'refused', id: saying.id, code: 'too-fast' })
      return
    }
    queued += 1
    queue = queue.then(async () => {
      queued -= 1
      if (socket.readyState === socket.OPEN) await say(saying)
    })
  }
  const obey = (message: ClientMessage, isTooFast: boolean): void => {
    if (message.type === 'hello') greet(message)
    else if (seat === null) close(closeCodes.policy, 'hello first')
    else if (message.type !== 'mark') {
      if (isTooFast) outbox.send({ type: 'refused', id: message.id, code: 'too-fast' })
      else enqueue(message)
    } else gatherMarks(message)
  }
  const hear = (text: string): void => {
    const pace = rate()
    const read = pace === 'flood' ? null : readClientMessage(text)
    if (read === null)
      close(closeCodes.policy, pace === 'flood' ? 'too much' : 'not of the protocol')
    else if (read.kind === 'message') obey(read.message, pace === 'too-fast')
    else outbox.send({ type: 'refused', id: read.id, code: 'invalid' })
  }

  const greeting = setTimeout(() => {
    if (seat === null) close(closeCodes.policy, 'no hello')
  }, helloMs)
  greeting.unref()
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (socket.readyState !== socket.OPEN) return
    if (isBinary) close(closeCodes.policy, 'binary')
    else hear(data.toString('utf8'))
  })
  socket.on('pong', () => {
    unanswered = 0
  })
  const end = (): void => {
    clearTimeout(greeting)
    seat?.leave()
  }
  socket.on('close', end)
  socket.on('error', end)
  return {
    sessionId: session.sessionId,
    close,
    ping: () => {
      if (unanswered >= 2) return socket.terminate()
      unanswered += 1
      socket.ping()
    },
  }
}

const contentOf = (saying: Saying): Content => {
  switch (saying.type) {
    case 'message':
      return { type: 'message', text: saying.text }
    case 'chat':
      return { type: 'chat', isOpen: saying.isOpen }
    case 'ask-photo':
      return { type: 'photo-asked' }
    case 'location':
      return { type: 'location', location: saying.location }
  }
}
