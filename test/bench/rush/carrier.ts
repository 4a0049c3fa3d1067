import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer } from '../connection.ts'
import { now } from './now.ts'
import type { Webhooks } from './webhooks.ts'

export type Habits = {
  /** How long a telephone rings before it is answered, and how long a talk is, in milliseconds. */
  readonly ringMs: number
  readonly talkMs: () => number
  /** The operator who is rung at this contact presses the key that ends the talk. */
  readonly pressHangUp: (contact: string) => void
}

/** What happened to a reservation at the carrier; moments in milliseconds since 1970. */
export type Ring = {
  readonly orderedAt: number
  answeredAt: number | null
  isJoined: boolean
}

type Leg = { readonly sid: string; readonly contact: string }

/** Where an operator's leg talks to a caller, and where the caller goes on from it. */
type Room = { readonly reservation: string; readonly caller: string; readonly next: string }

export type RushCarrier = {
  readonly url: string
  /** By reservation. */
  readonly rings: ReadonlyMap<string, Ring>
  /** Orders for a reservation that had one already. */
  readonly rungTwice: () => number
  /** Webhooks answered with anything but what was asked for. */
  readonly failed: () => number
  /** A call comes in and asks for a person. */
  readonly arrive: (number: string) => Promise<void>
  readonly close: () => void
}

/** Of an operator's leg nobody asks who calls. */
const nobody = { from: '+78005550000', to: 'client:operator' } as const

const newSid = () => `CA${randomBytes(16).toString('hex')}`

/**
 * A carrier that does at once what it is told: telephones ring as long as they should, talk, and hang up.
 * Every moment of it is a signed webhook.
 */
export const startRushCarrier = async (
  webhooks: () => Webhooks,
  { ringMs, talkMs, pressHangUp }: Habits,
): Promise<RushCarrier> => {
  const rings = new Map<string, Ring>()
  const legs = new Map<string, Leg>()
  const rooms = new Map<string, Room>()
  const callers = new Map<string, { readonly from: string; readonly to: string }>()
  let rungTwice = 0
  let failed = 0

  const post = async (path: string, callSid: string, more: Readonly<Record<string, string>>) => {
    const { from, to } = callers.get(callSid) ?? nobody
    const answer = await webhooks().post(path, {
      ...{ AccountSid: `AC${'0'.repeat(32)}`, ApiVersion: '2010-04-01', CallSid: callSid },
      ...{ From: from, Caller: from, To: to, Called: to, Direction: 'inbound' },
      ...{ CallStatus: 'in-progress', CallerCountry: 'RU', FromCountry: 'RU' },
      ...more,
    })
    if (answer.status >= 300) failed++
    return answer
  }
  const addressIn = ({ body }: Answer, attribute: string): string => {
    const [, address] = new RegExp(`${attribute}="([^"]+)"`).exec(body) ?? []
    if (address === undefined) failed++
    return (address ?? '/voice/fallback').replaceAll('&amp;', '&')
  }

  const talk = async (reservation: string, caller: string, answer: Answer) => {
    const leg = legs.get(reservation)
    if (leg === undefined) return
    rooms.set(leg.sid, { reservation, caller, next: addressIn(answer, 'action') })
    await later(talkMs())
    pressHangUp(leg.contact)
  }
  const leave = async (leg: string) => {
    const room = rooms.get(leg)
    if (!rooms.delete(leg) || room === undefined) return
    await post(`/voice/leg-status/${room.reservation}`, leg, { CallStatus: 'completed' })
    await post(room.next, room.caller, {})
    await post('/voice/status', room.caller, { CallStatus: 'completed', SequenceNumber: '1' })
  }
  const redirect = async (caller: string, path: string) => {
    const answer = await post(path, caller, {})
    if (!answer.body.includes('<Conference')) return
    const reservation = path.slice(path.lastIndexOf('/') + 1)
    const ring = rings.get(reservation)
    if (ring === undefined || ring.isJoined) return
    ring.isJoined = true
    await talk(reservation, caller, answer)
  }
  const ringOperator = async (reservation: string, leg: Leg) => {
    const ring = rings.get(reservation)
    if (ring !== undefined) rungTwice++
    legs.set(reservation, leg)
    const begun: Ring = { orderedAt: now(), answeredAt: null, isJoined: false }
    rings.set(reservation, begun)
    await later(ringMs)
    begun.answeredAt = now()
    await post(`/voice/operator/${reservation}`, leg.sid, { Direction: 'outbound-api' })
  }
  const inBackground = (work: Promise<void>) => {
    work.catch(() => {
      failed++
    })
  }

  const server = createServer(async (request, response) => {
    const order = new URLSearchParams(await textOf(request))
    const path = new URL(order.get('Url') ?? 'http://none/').pathname
    const [, known] = /\/Calls\/(CA[0-9a-f]+)\.json$/.exec(request.url ?? '') ?? []
    const sid = known ?? newSid()
    response
      .writeHead(known === undefined ? 201 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ sid, status: 'queued' }))
    if (request.method !== 'POST') return
    const reservation = path.slice(path.lastIndexOf('/') + 1)
    const contact = order.get('To') ?? ''
    if (known === undefined) inBackground(ringOperator(reservation, { sid, contact }))
    else if (order.has('Url')) inBackground(redirect(known, path))
    else inBackground(leave(known))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rings,
    rungTwice: () => rungTwice,
    failed: () => failed,
    arrive: async (number) => {
      const caller = newSid()
      callers.set(caller, { from: `+7916${String(callers.size).padStart(7, '0')}`, to: number })
      const answer = await post('/voice/incoming', caller, { CallStatus: 'ringing' })
      await post(addressIn(answer, 'waitUrl'), caller, { QueueTime: '0' })
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

const later = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

const textOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}
