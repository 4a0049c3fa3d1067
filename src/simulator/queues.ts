import type { Bridge } from './bridge.ts'
import type { Sids } from './identifiers.ts'

/** What takes a caller out of a queue to a person. */
export type Summons = {
  readonly callSid: string
  readonly bridge: Bridge
  /** The document that the caller hears before. */
  readonly url: string | null
  readonly method: 'GET' | 'POST'
}

export type QueueMember = {
  readonly callSid: string
  /** Milliseconds since the epoch. */
  readonly enqueuedAt: number
  /** Called once the member is out of the queue. */
  readonly summon: (summons: Summons) => void
  readonly nudge: () => void
}

export type CallQueue = {
  readonly sid: string
  name: string
  maxSize: number
  readonly createdAt: number
  readonly members: QueueMember[]
  /** Whoever dials the queue and waits for somebody to come, first come first served. */
  readonly dialers: (() => void)[]
  /** Seconds waited by those who left, the last hundred. */
  readonly waits: number[]
}

/** The queues of one carrier; FIFO, as Twilio's are. */
export type Queues = {
  readonly list: () => readonly CallQueue[]
  /** By name or SID. */
  readonly find: (key: string) => CallQueue | undefined
  readonly open: (name: string, at: number, maxSize?: number) => CallQueue
  readonly remove: (queue: CallQueue) => void
  readonly enter: (queue: CallQueue, member: QueueMember) => void
  /** False when the member was out already. */
  readonly leave: (queue: CallQueue, member: QueueMember, at: number) => boolean
}

/** Source: twilio.com/docs/voice/twiml/enqueue, "maxQueueSize". */
const defaultMaxSize = 1000

export const averageWait = ({ waits }: CallQueue): number =>
  waits.length === 0 ? 0 : Math.round(waits.reduce((sum, wait) => sum + wait, 0) / waits.length)

export const createQueues = (newSid: Sids): Queues => {
  const queues = new Map<string, CallQueue>()
  const find = (key: string): CallQueue | undefined =>
    queues.get(key) ?? [...queues.values()].find(({ name }) => name === key)
  return {
    list: () => [...queues.values()],
    find,
    open: (name, at, maxSize = defaultMaxSize) => {
      const known = find(name)
      if (known) return known
      const sid = newSid('QU')
      const queue: CallQueue = {
        sid,
        name,
        maxSize,
        createdAt: at,
        members: [],
        dialers: [],
        waits: [],
      }
      queues.set(sid, queue)
      return queue
    },
    remove: (queue) => {
      queues.delete(queue.sid)
    },
    enter: (queue, member) => {
      queue.members.push(member)
      queue.dialers.shift()?.()
    },
    leave: (queue, member, at) => {
      const place = queue.members.indexOf(member)
      if (place < 0) return false
      queue.members.splice(place, 1)
      queue.waits.push(Math.round((at - member.enqueuedAt) / 1000))
      if (queue.waits.length > 100) queue.waits.shift()
      return true
    },
  }
}
