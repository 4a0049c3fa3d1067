import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { backFromRoom, turnAfterWait } from '../../calls/after-wait.ts'
import type { CallQueue } from '../../calls/call-queue.ts'
import type { CallPorts } from '../../calls/commit-turn.ts'
import { callerAlone, callerArrives, legReported, operatorAnswered } from '../../queues/bridge.ts'
import { supervisorLabel } from '../../queues/operator-actions.ts'
import { hearWait, type WaitingPorts } from '../../queues/waiting.ts'
import { hangUp } from '../../twilio/apology.ts'
import { callSidOf, digitsOf, type Form, fieldOf } from '../../twilio/form.ts'
import { rememberRooms } from '../../twilio/rooms.ts'
import {
  goTo,
  leaveQueue,
  onceMore,
  onlyMusic,
  rememberWaits,
  type WaitAddresses,
} from '../../twilio/waiting.ts'
import { withinDeadline } from './deadline.ts'

export type QueueRoutes = {
  readonly calls: CallPorts
  readonly queue: CallQueue
  readonly waiting: WaitingPorts
  readonly addresses: WaitAddresses
  readonly formOf: (request: FastifyRequest) => Form
  readonly send: (reply: FastifyReply, twiml: string) => FastifyReply
}

/** How often a leg of ours asks again after a fault before it is given up. */
const maxTries = 5

type Work = (callSid: string) => Promise<string>

/** What is asked for somebody who waits, for an operator's leg, and for the way into a room. */
export const queueRoutes = (app: FastifyInstance, routes: QueueRoutes): void => {
  const { calls, waiting, addresses, formOf, send } = routes
  const renderWait = rememberWaits(addresses)
  const renderRoom = rememberRooms()

  /** A fault of ours is a moment of silence; then the same is asked for again. */
  const answer = async (
    request: FastifyRequest,
    reply: FastifyReply,
    work: Work,
    givenUp: () => string,
  ) => {
    const callSid = callSidOf(formOf(request))
    if (callSid === null) return send(reply, givenUp())
    try {
      return send(reply, await withinDeadline(work(callSid)))
    } catch (err) {
      const event = 'queue-webhook-failed'
      request.log.error({ event, path: request.routeOptions.url, callSid, err })
      const again = Number((request.query as { again?: string }).again ?? 0) + 1
      const [path = ''] = request.url.split('?', 1)
      return send(reply, again > maxTries ? givenUp() : onceMore(`${path}?again=${again}`))
    }
  }

  const wait = (request: FastifyRequest, reply: FastifyReply, placeId: string, round: number) =>
    answer(
      request,
      reply,
      async (callSid) => {
        if (!isId(placeId)) return leaveQueue()
        const form = formOf(request)
        const heard = await routes.queue(callSid, () =>
          hearWait(waiting, {
            callSid,
            placeId,
            round,
            key: digitsOf(form),
            queueSeconds: secondsOf(fieldOf(form, 'QueueTime')),
          }),
        )
        if (heard.kind === 'leave') return leaveQueue()
        if (heard.kind === 'moving') return onceMore(addresses.waitUrl(placeId, round), 2)
        return renderWait(heard)
      },
      leaveQueue,
    )

  app.post<{ Params: { place: string } }>('/wait/:place', (request, reply) =>
    wait(request, reply, request.params.place, 0),
  )
  app.post<{ Params: { place: string; round: string } }>(
    '/wait/:place/:round',
    (request, reply) => {
      const { place, round } = request.params
      return wait(request, reply, place, /^\d{1,6}$/.test(round) ? Number(round) : 0)
    },
  )

  app.post<{ Params: { reservation: string } }>('/operator/:reservation', (request, reply) =>
    answer(
      request,
      reply,
      async (legSid) => {
        const { reservation } = request.params
        if (!isId(reservation)) return hangUp()
        const answered = await operatorAnswered(waiting, reservation, legSid)
        if (answered.kind === 'over') return hangUp()
        const { conference, endsIt } = answered
        const part = { conference, label: `operator-${reservation}`, waitUrl: '', endsIt }
        return renderRoom(part, null)
      },
      hangUp,
    ),
  )

  app.post<{ Params: { reservation: string } }>('/bridge/:reservation', (request, reply) =>
    answer(
      request,
      reply,
      async (callSid) => {
        const { reservation } = request.params
        const conference = isId(reservation)
          ? await callerArrives(waiting, reservation, callSid)
          : null
        if (conference === null) {
          const { turn, twiml } = await routes.queue(callSid, () => backFromRoom(calls, callSid))
          return twiml ?? goTo(turn === null ? '/voice/fallback' : afterTalk(turn))
        }
        const turn = await turnAfterWait(calls, callSid)
        const part = {
          conference,
          label: 'caller',
          waitUrl: `/voice/alone/${reservation}`,
          endsIt: true,
        }
        return renderRoom(part, turn === null ? null : afterTalk(turn))
      },
      () => goTo('/voice/fallback'),
    ),
  )

  app.post<{ Params: { talk: string; how: string; login: string } }>(
    '/supervise/:talk/:how/:login',
    (request, reply) =>
      answer(
        request,
        reply,
        async () => {
          const { talk: id, how, login } = request.params
          const talk = isId(id) ? await waiting.talks.find(id) : null
          if (talk === null) return hangUp()
          const part = {
            conference: talk.conference,
            label: supervisorLabel(login),
            waitUrl: '',
            endsIt: false,
            ...(how === 'listen' ? { isMuted: true } : {}),
            ...(how === 'whisper' ? { coaches: talk.legSid } : {}),
          }
          return renderRoom(part, null)
        },
        hangUp,
      ),
  )

  app.post<{ Params: { reservation: string } }>('/alone/:reservation', (request, reply) =>
    answer(
      request,
      reply,
      async (callSid) => {
        const { reservation } = request.params
        if (isId(reservation)) await callerAlone(waiting, reservation, callSid)
        return onceMore(`/voice/alone/${reservation}`)
      },
      () => onceMore('/voice/hold', 1),
    ),
  )

  app.post('/hold', (_request, reply) => send(reply, onlyMusic(addresses.musicUrl())))

  app.post<{ Params: { reservation: string } }>(
    '/leg-status/:reservation',
    async (request, reply) => {
      const legSid = callSidOf(formOf(request))
      const { reservation } = request.params
      if (legSid !== null && isId(reservation)) {
        const status = fieldOf(formOf(request), 'CallStatus')
        const work = legReported(waiting, reservation, legSid, status)
        work.catch((err) => request.log.error({ event: 'leg-status-failed', reservation, err }))
        await withinDeadline(work).catch(() => {})
      }
      return reply.code(204).send()
    },
  )
}

/** Where a caller goes on whose talk is over, whatever the carrier tells of it. */
const afterTalk = (turn: number): string => `/voice/turn/${turn}?after=talk`

/** Identifiers of ours are UUIDs; anything else is nobody's. */
const isId = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)

const secondsOf = (text: string): number | null => (/^\d{1,7}$/.test(text) ? Number(text) : null)
