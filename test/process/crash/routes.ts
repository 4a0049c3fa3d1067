import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { RawBuilder } from 'kysely'
import type { DialPorts } from '../../../src/callbacks/dial.ts'
import { calledBack } from '../../../src/db/callback-ends.ts'
import type { Database } from '../../../src/db/database.ts'
import { placeTransaction } from '../../../src/db/places.ts'
import { inTransaction } from '../../../src/db/transaction.ts'
import {
  type BridgePorts,
  bringCaller,
  callerAlone,
  callerArrives,
  legReported,
  operatorAnswered,
} from '../../../src/queues/bridge.ts'
import { queueWaits } from '../../../src/queues/end-wait.ts'
import type { WaitNews } from '../../../src/queues/wait-end.ts'
import { type Form, fieldOf, parseForm } from '../../../src/twilio/form.ts'
import { renderRoom } from '../../../src/twilio/rooms.ts'
import { callbackLegRoutes } from '../../../src/web/voice/callback-routes.ts'
import { concern } from '../../support/concern.ts'

export type NodePorts = {
  readonly database: Pick<Database, 'kysely' | 'pool'>
  readonly dial: DialPorts
  readonly bridge: BridgePorts
  readonly now: () => RawBuilder<Temporal.Instant>
}

const twiml = (inside: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`

const question = twiml(
  '<Gather numDigits="1" timeout="5" action="/keys"><Say>1?</Say></Gather><Hangup/>',
)
const goodbye = twiml('<Hangup/>')
const goTo = (path: string) => twiml(`<Redirect method="POST">${path}</Redirect>`)
const inQueue = (place: string) =>
  twiml(`<Enqueue waitUrl="/voice/wait" action="/voice/moved/${place}">general</Enqueue>`)

const ends = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled'])

/**
 * What the carrier asks of a node, without signatures and flows: whoever calls is put in the queue, whoever
 * was called and presses 1 as well; all else is done by the use cases as in the server.
 */
export const nodeRoutes = (
  app: FastifyInstance,
  { database, dial, bridge, now }: NodePorts,
): void => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
    done(null, parseForm(String(body))),
  )
  const field = (request: FastifyRequest, name: string) => fieldOf(request.body as Form, name)
  const waits = queueWaits(bridge)
  const placeOf = async (callSid: string): Promise<string | null> => {
    const { rows } = await database.pool.query<{ id: string }>(
      `select id from places where call_sid = $1 and mode = 'hold' order by id desc limit 1`,
      [callSid],
    )
    return rows[0]?.id ?? null
  }
  /** The end of a call, whichever way it came. */
  const hangUp = async (request: FastifyRequest): Promise<void> => {
    const callSid = field(request, 'CallSid')
    if (!ends.has(field(request, 'CallStatus'))) return
    const place = await placeOf(callSid)
    if (place !== null) await waits.end(callSid, place, 'hung-up')
  }
  const post = (path: string, answer: (request: FastifyRequest) => Promise<string | null>) =>
    app.post(path, async (request, reply) => {
      const text = await answer(request)
      return text === null ? reply.code(204).send() : reply.type('text/xml').send(text)
    })
  const parameter = (request: FastifyRequest) => (request.params as { readonly id: string }).id
  const goOn = async (callSid: string, place: string, news: WaitNews): Promise<string> => {
    const end = await waits.end(callSid, place, news)
    if (end.kind === 'waits') return inQueue(end.place)
    return end.kind === 'talks' ? goTo(`/voice/bridge/${end.reservation}`) : goodbye
  }

  post('/voice/incoming', async (request) => {
    const callSid = field(request, 'CallSid')
    const taken = await inTransaction(database.kysely, (transaction) =>
      placeTransaction(transaction).take(
        { ...concern, callSid, phone: field(request, 'From') },
        1000,
      ),
    )
    bridge.hints.hint()
    return taken.kind === 'taken' ? inQueue(taken.place.id) : goodbye
  })
  post('/voice/wait', async (request) => {
    const open = await bridge.claims.openOf(field(request, 'CallSid'))
    if (open?.state === 'answered') await bringCaller(bridge, open)
    const isOver = open === null && (await placeOf(field(request, 'CallSid'))) === null
    return twiml(isOver ? '<Leave/>' : '<Pause length="3"/>')
  })
  post('/voice/fallback', async (request) => {
    const callSid = field(request, 'CallSid')
    const place = await placeOf(callSid)
    return place === null ? goTo('/voice/incoming') : goOn(callSid, place, 'moved')
  })
  post('/voice/moved/:id', (request) =>
    goOn(field(request, 'CallSid'), parameter(request), 'moved'),
  )
  post('/voice/after/:id', (request) =>
    goOn(field(request, 'CallSid'), parameter(request), 'talk-over'),
  )
  post('/voice/bridge/:id', async (request) => {
    const callSid = field(request, 'CallSid')
    const id = parameter(request)
    const conference = await callerArrives(bridge, id, callSid)
    const place = (await placeOf(callSid)) ?? ''
    if (conference === null) return goOn(callSid, place, 'moved')
    const part = { conference, label: 'caller', waitUrl: `/voice/alone/${id}`, endsIt: true }
    return renderRoom(part, `/voice/after/${place}`)
  })
  post('/voice/alone/:id', async (request) => {
    await callerAlone(bridge, parameter(request), field(request, 'CallSid'))
    return twiml(
      `<Pause length="3"/><Redirect method="POST">/voice/alone/${parameter(request)}</Redirect>`,
    )
  })
  post('/voice/operator/:id', async (request) => {
    const id = parameter(request)
    const answer = await operatorAnswered(bridge, id, field(request, 'CallSid'))
    if (answer.kind === 'over') return goodbye
    const { conference, endsIt } = answer
    return renderRoom({ conference, label: `operator-${id}`, waitUrl: '', endsIt }, null)
  })
  post('/voice/leg-status/:id', async (request) => {
    const [callSid, status] = [field(request, 'CallSid'), field(request, 'CallStatus')]
    await legReported(bridge, parameter(request), callSid, status)
    return null
  })
  post('/voice/status', async (request) => {
    await hangUp(request)
    return null
  })
  post('/keys', async (request) => {
    const callSid = field(request, 'CallSid')
    if (field(request, 'Digits') !== '1') return goodbye
    await dial.failpoint('test.keys')
    const isConnected = await inTransaction(database.kysely, (transaction) =>
      calledBack(transaction, now).confirm(callSid),
    )
    await dial.failpoint('test.confirmed')
    bridge.hints.hint()
    const place = isConnected ? await placeOf(callSid) : null
    return place === null ? goodbye : inQueue(place)
  })
  app.register(
    async (scope) =>
      callbackLegRoutes(scope, {
        ports: dial,
        talk: async (_request, reply) => reply.type('text/xml').send(question),
        onStatus: hangUp,
      }),
    { prefix: '/voice' },
  )
}
