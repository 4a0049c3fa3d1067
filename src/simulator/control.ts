import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { type ArrivalOrder, makeArrive } from './arrivals.ts'
import type { Call, NumberSettings } from './call.ts'
import type { PhoneBehaviour, Refusal, WhoAnswered } from './called-phones.ts'
import type { Carrier } from './carrier.ts'
import { hears } from './conference.ts'
import * as schemas from './control-schemas.ts'
import type { Hostility, HostilityOrder } from './hostility.ts'
import { allowed } from './page-origin.ts'
import type { ApiRequest } from './rest.ts'

export type ControlOptions = {
  readonly carrier: Carrier
  readonly publicOrigin: () => string
  readonly hostility?: Hostility
  /** What the API was asked, oldest first. */
  readonly requests?: () => readonly ApiRequest[]
}

const conferencesOf = (carrier: Carrier) =>
  carrier.conferences.list().map((conference) => ({
    sid: conference.sid,
    name: conference.name,
    status: conference.status,
    participants: [...conference.participants.values()].map((participant) => ({
      callSid: participant.callSid,
      label: participant.label,
      muted: participant.muted,
      hold: participant.hold,
      coaching: participant.coaching,
      hears: [...conference.participants.values()]
        .filter((speaker) => hears(conference, participant, speaker))
        .map((speaker) => speaker.callSid),
    })),
  }))

const queuesOf = (carrier: Carrier) =>
  carrier.queues.list().map((queue) => ({
    sid: queue.sid,
    name: queue.name,
    members: queue.members.map(({ callSid, enqueuedAt }) => ({ callSid, enqueuedAt })),
  }))

/**
 * What a real carrier has people and networks for: under `/simulated/` callers are made to come, telephones to
 * answer, wires to break; and the ledger of rung telephones is read. For this machine's programs and the demo's pages.
 */
export const control: FastifyPluginAsync<ControlOptions> = async (app, options) => {
  const { carrier, publicOrigin, hostility, requests } = options
  app.addHook('onRequest', async (request, reply) => {
    if (allowed(request, publicOrigin())) return
    await reply.code(403).send({ error: { code: 'origin', message: 'Wrong origin' } })
  })
  const missing = (reply: FastifyReply, what: string): FastifyReply =>
    reply.code(404).send({ error: { code: 'not-found', message: `There is no ${what}` } })

  app.get('/simulated/ledger', () => carrier.rung())
  app.get('/simulated/messages', () => carrier.messages.list())
  app.get('/simulated/requests', () => requests?.() ?? [])
  app.get('/simulated/conferences', () => conferencesOf(carrier))
  app.get('/simulated/queues', () => queuesOf(carrier))
  app.get('/simulated/softphones', () => carrier.softphones.registered())
  app.get('/simulated/calls', () => carrier.calls().map((call) => call.record()))

  app.post<{ Body: { to: string; from?: string } }>(
    '/simulated/calls',
    { schema: { body: schemas.inboundCall } },
    (request, reply) => {
      const { to, from } = request.body
      if (!carrier.number(to)) return missing(reply, `number ${to}`)
      const call = carrier.dial({ to, ...(from !== undefined && { from }) })
      return reply.code(201).send(call.record())
    },
  )
  app.post<{ Body: ArrivalOrder }>(
    '/simulated/arrivals',
    { schema: { body: schemas.arrivals } },
    (request, reply) => {
      if (!carrier.number(request.body.to)) return missing(reply, `number ${request.body.to}`)
      makeArrive(carrier, request.body)
      return reply.code(202).send({ count: request.body.count })
    },
  )
  app.put<{ Body: { address: string; behaviour: PhoneBehaviour } }>(
    '/simulated/phones',
    { schema: { body: schemas.phone } },
    (request, reply) => {
      carrier.setPhone(request.body.address, request.body.behaviour)
      return reply.code(204).send()
    },
  )
  app.put<{ Body: NumberSettings & { number: string } }>(
    '/simulated/numbers',
    { schema: { body: schemas.number } },
    (request, reply) => {
      const { number, ...settings } = request.body
      carrier.setNumber(number, settings)
      return reply.code(204).send()
    },
  )
  app.put<{ Body: HostilityOrder }>(
    '/simulated/hostility',
    { schema: { body: schemas.hostility } },
    (request, reply) => {
      if (!hostility) return missing(reply, 'hostility here')
      hostility.set(request.body)
      return reply.code(204).send()
    },
  )

  app.get<{ Params: { sid: string } }>('/simulated/calls/:sid', (request, reply) => {
    const call = carrier.call(request.params.sid)
    return call
      ? reply.send({ ...call.record(), history: call.history })
      : missing(reply, 'such call')
  })
  const act = <Body>(name: string, body: object, does: (call: Call, body: Body) => void): void => {
    app.post<{ Params: { sid: string } }>(
      `/simulated/calls/:sid/${name}`,
      { schema: { body } },
      (request, reply) => {
        const call = carrier.call(request.params.sid)
        if (!call) return missing(reply, 'such call')
        does(call, request.body as Body)
        return reply.send(call.record())
      },
    )
  }
  act<{ keys: string }>('keys', schemas.keys, (call, { keys }) => call.press(keys))
  act('hang-up', schemas.nothing, (call) => call.hangUp())
  act<{ by?: WhoAnswered } | null>('answer', schemas.answer, (call, body) => call.answer(body?.by))
  act<{ how: Refusal }>('refuse', schemas.refusal, (call, { how }) => call.refuse(how))
}
