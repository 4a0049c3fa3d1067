/**
 * A thread of its own: consoles that are connected, and when each of them saw a talk begin. A number that is
 * posted to it ends the talk at that console; anything else ends all.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { WebSocket } from 'ws'
import type { ConsoleEvent } from '../../../src/web/operator/protocol.ts'
import { now } from './now.ts'

export type ConsolesData = {
  readonly port: number
  readonly origin: string
  /** `Cookie` headers of operators, and of the supervisor who looks at the board. */
  readonly operators: readonly string[]
  readonly supervisor: string
}

export type ConsolesReport = {
  /** By reservation: when its operator's console showed the talk. */
  readonly ownAt: ReadonlyMap<string, number>
  /** By operator: whenever the board showed them beginning to talk. */
  readonly boardAt: readonly (readonly [login: string, at: number])[]
  readonly messages: number
  readonly bytes: number
  readonly closed: number
}

const { port, origin, operators, supervisor } = workerData as ConsolesData
const ownAt = new Map<string, number>()
const boardAt: [string, number][] = []
let messages = 0
let bytes = 0
let closed = 0

type Console = { socket: WebSocket; readonly ended: () => void }

/** A console that comes back whenever it is let go, as the real one does. */
const connect = async (cookie: string, hear: (text: string) => void): Promise<Console> => {
  let isOver = false
  const open = () =>
    new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/operator/socket`, {
        headers: { cookie, origin },
        skipUTF8Validation: true,
      })
      socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', after: null })))
      socket.once('message', () => resolve(socket))
      socket.on('error', reject)
      socket.on('close', () => {
        if (isOver) return
        closed++
        open().then((next) => {
          console.socket = next
        }, reject)
      })
      socket.on('message', (data: Buffer) => {
        messages++
        bytes += data.length
        hear(data.toString('latin1'))
      })
    })
  const console: Console = {
    socket: await open(),
    ended: () => {
      isOver = true
      console.socket.terminate()
    },
  }
  return console
}

const pressHangUp = (who: Console | undefined, id: string): void => {
  if (who?.socket.readyState === WebSocket.OPEN)
    who.socket.send(JSON.stringify({ type: 'command', id, command: { type: 'hang-up' } }))
  else setTimeout(() => pressHangUp(who, id), 100)
}

/** Only messages that tell of the own call are looked at: hundreds of consoles share this thread. */
const hearOwn = (text: string) => {
  const at = now()
  const [, reservation, rest = ''] =
    /"type":"call","call":\{"card":\{"reservationId":"([0-9a-f-]{36})"(.*)/.exec(text) ?? []
  if (reservation === undefined || ownAt.has(reservation)) return
  if (/"state":"talking","since"/.test(rest.slice(0, 4_000))) ownAt.set(reservation, at)
}

const hearBoard = (text: string) => {
  const at = now()
  const message = JSON.parse(text) as { type: string; events?: readonly ConsoleEvent[] }
  for (const event of message.events ?? []) {
    if (event.type === 'operator' && event.operator.presence === 'talking')
      boardAt.push([event.operator.login, at])
  }
}

const consoles: Console[] = [await connect(supervisor, hearBoard)]
for (let first = 0; first < operators.length; first += 20) {
  const some = operators.slice(first, first + 20).map((cookie) => connect(cookie, hearOwn))
  consoles.push(...(await Promise.all(some)))
}
parentPort?.postMessage('connected')
let commands = 0
parentPort?.on('message', (message: number | 'end') => {
  if (typeof message === 'number')
    return pressHangUp(consoles[message], `hang-up-${process.pid}-${commands++}`)
  const report: ConsolesReport = { ownAt, boardAt, messages, bytes, closed }
  parentPort?.postMessage(report)
  for (const { ended } of consoles) ended()
})
