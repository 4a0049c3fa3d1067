import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DialPorts } from '../../callbacks/dial.ts'
import { answerLeg, hearLeg } from '../../callbacks/hear-leg.ts'
import { hangUp } from '../../twilio/apology.ts'
import { callSidOf, type Form, fieldOf } from '../../twilio/form.ts'
import { withinDeadline } from './deadline.ts'

export type CallbackLegOptions = {
  readonly ports: Pick<DialPorts, 'store' | 'carrier' | 'failpoint'>
  /** What a person who has answered hears first; any fault of it is a spoken apology. */
  readonly talk: (
    request: FastifyRequest,
    reply: FastifyReply,
    callSid: string,
  ) => Promise<FastifyReply>
  /** Told of the leg's news afterwards, for the log of calls. */
  readonly onStatus?: (request: FastifyRequest) => Promise<void>
}

type Params = { readonly token: string }

const formOf = (request: FastifyRequest): Form => request.body as Form

/**
 * Legs that a callback has dialled, in a scope that has checked signatures and read forms. Their
 * addresses bear the token of the attempt, so that the first of these requests tells which call became
 * of it, whatever happened to the answer of the order.
 */
export const callbackLegRoutes = (
  app: FastifyInstance,
  { ports, talk, onStatus }: CallbackLegOptions,
): void => {
  const silent = (reply: FastifyReply) =>
    reply.code(200).type('text/xml; charset=utf-8').send(hangUp())

  app.post<{ Params: Params }>('/callback/:token', async (request, reply) => {
    const legSid = callSidOf(formOf(request))
    if (legSid === null) return silent(reply)
    const { token } = request.params
    const answer = await withinDeadline(
      answerLeg(ports, { token, legSid }, fieldOf(formOf(request), 'AnsweredBy')),
    ).catch((err) => {
      request.log.error({ event: 'callback-leg-failed', callSid: legSid, err })
      return null
    })
    // A fault of ours: a person may be listening, and the webhooks to come bind the leg all the same.
    if (answer === null || answer.kind === 'talk') return talk(request, reply, legSid)
    if (answer.kind === 'hang-up') request.log.warn({ event: 'callback-leg-cut', callSid: legSid })
    return silent(reply)
  })

  app.post<{ Params: Params }>('/callback/:token/status', async (request, reply) => {
    const form = formOf(request)
    const legSid = callSidOf(form)
    if (legSid !== null) {
      const news = { token: request.params.token, legSid, status: fieldOf(form, 'CallStatus') }
      await withinDeadline(hearLeg(ports, news)).catch((err) => {
        // What is lost here is found out from the carrier.
        request.log.error({ event: 'callback-status-failed', callSid: legSid, err })
      })
      await onStatus?.(request)
    }
    return reply.code(204).send()
  })
}
