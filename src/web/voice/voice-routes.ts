import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { answerCall, type CalledBackFor, type IncomingCall } from '../../calls/answer.ts'
import type { CallQueue } from '../../calls/call-queue.ts'
import { carryOn } from '../../calls/carry-on.ts'
import { hangUpCall, isTerminal, recordStatus } from '../../calls/close.ts'
import type { CallPorts } from '../../calls/commit-turn.ts'
import { lastWords } from '../../calls/last-words.ts'
import { lateStatuses } from '../../calls/late-statuses.ts'
import type { CarrierStatus } from '../../calls/ports.ts'
import type { Reply } from '../../calls/reply.ts'
import { takeTurn } from '../../calls/take-turn.ts'
import { apologiseAndGoOn, apologiseAndHangUp, hangUp } from '../../twilio/apology.ts'
import { deliveredOf } from '../../twilio/delivered.ts'
import { callSidOf, type Form, fieldOf, parseForm } from '../../twilio/form.ts'
import type { SignatureCheck } from '../../twilio/signature.ts'
import { statusOf } from '../../twilio/status.ts'
import { errorBody } from '../http/errors.ts'
import { type CallbackLegOptions, callbackLegRoutes } from './callback-routes.ts'
import { withinDeadline } from './deadline.ts'
import { inStep } from './in-step.ts'
import { type MessageRoutesOptions, messageRoutes } from './message-routes.ts'
import { type QueueRoutes, queueRoutes } from './queue-routes.ts'

export type VoiceOptions = {
  readonly calls: CallPorts
  readonly queue: CallQueue
  readonly isSigned: SignatureCheck
  /** Absent: there are no operators. */
  readonly waiting?: Pick<QueueRoutes, 'waiting' | 'addresses'>
  /** Absent: nobody is called back. */
  readonly callbacks?: {
    readonly ports: CallbackLegOptions['ports']
    /** Whom a leg was dialled for. */
    readonly legOf: (callSid: string) => Promise<CalledBackFor | null>
  }
  /** Absent: no text messages are sent. */
  readonly messages?: MessageRoutesOptions
  /** Told when a stream of a call has stopped or failed, by the carrier's word. Absent: there are none. */
  readonly onStreamOver?: (callSid: string) => void
  /** Told when the end of a call has been stored. */
  readonly onCallOver?: (callSid: string) => void
  /** Told of every answer: route, status, seconds. */
  readonly onAnswer: (route: string, status: number, seconds: number) => void
}

/** Webhooks are small; Twilio's own limit on parameters keeps them under this. */
const bodyLimit = 64 * 1024

/** How often a call is carried on after a fault of ours before it is given up. */
const maxApologies = 5

/**
 * The carrier's side. Every request is checked before anything else is looked at; a signed one always
 * gets 200 or 204, whatever is broken: a step of the flow, or a spoken apology and a way on.
 */
export const voiceRoutes: FastifyPluginAsync<VoiceOptions> = async (app, options) => {
  const { calls, queue, isSigned } = options
  const step = inStep()

  // Whatever a signed body calls itself, even by no media type at all, it is a form.
  app.addHook('onRequest', (request, _reply, done) => {
    request.headers['content-type'] = 'application/x-www-form-urlencoded'
    done()
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit }, (_request, body, done) => {
    done(null, parseForm(String(body)))
  })
  app.addHook('preHandler', (request, reply, done) => {
    const signature = request.headers['x-twilio-signature']
    if (isSigned(typeof signature === 'string' ? signature : '', request.url, formOf(request)))
      return done()
    request.log.warn({ event: 'signature-refused', path: request.routeOptions.url })
    void reply.code(403).send(errorBody('forbidden', 'Invalid signature'))
  })

  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? ''
    options.onAnswer(route, reply.statusCode, reply.elapsedTime / 1000)
    done()
  })

  /** Says what the use case replies; any fault of ours becomes an apology that carries the call on. */
  const speak = async (
    request: FastifyRequest,
    reply: FastifyReply,
    work: (call: IncomingCall) => Promise<Reply>,
  ) => {
    const call = incomingOf(formOf(request))
    if (call === null) {
      request.log.warn({ event: 'webhook-without-call' })
      return send(reply, apologiseAndHangUp(languageOf(calls, fieldOf(formOf(request), 'To'))))
    }
    const language = languageOf(calls, call.to, call.callSid)
    try {
      await step()
      const answer = await withinDeadline(queue(call.callSid, () => work(call)))
      if (answer.kind === 'twiml') {
        if (answer.position !== null)
          void reply.header('x-flow-position', encodeURI(answer.position))
        return send(reply, answer.twiml)
      }
      return send(reply, answer.kind === 'over' ? hangUp() : apologiseAndHangUp(language))
    } catch (error) {
      request.log.error({ event: 'turn-failed', callSid: call.callSid, err: error })
      return send(reply, apology(request, language))
    }
  }

  app.post('/incoming', (request, reply) =>
    speak(request, reply, (call) => answerCall(calls, call)),
  )

  app.post('/fallback', (request, reply) =>
    speak(request, reply, async (call) =>
      isDocumentFault(formOf(request)) ? { kind: 'unknown-call' } : carryOn(calls, call),
    ),
  )

  app.post<{ Params: { turn: string } }>('/turn/:turn', (request, reply) =>
    speak(request, reply, (call) => {
      const turn = Number(request.params.turn)
      return Number.isSafeInteger(turn) && turn > 0
        ? takeTurn(calls, {
            callSid: call.callSid,
            turn,
            ...deliveredOf(formOf(request), (request.query as { after?: string }).after),
          })
        : carryOn(calls, call)
    }),
  )

  if (options.waiting !== undefined) {
    const { waiting, addresses } = options.waiting
    queueRoutes(app, { calls, queue, waiting, addresses, formOf, send })
  }
  const takeStatus = takeStatuses(app, options, step)
  app.post('/stream', async (request, reply) => {
    const callSid = callSidOf(formOf(request))
    if (callSid !== null && streamEnds.has(fieldOf(formOf(request), 'StreamEvent')))
      options.onStreamOver?.(callSid)
    return reply.code(204).send()
  })
  if (options.messages !== undefined) messageRoutes(app, options.messages)
  if (options.callbacks !== undefined) {
    const { ports, legOf } = options.callbacks
    callbackLegRoutes(app, {
      ports,
      talk: (request, reply) =>
        speak(request, reply, async (call) => {
          const callback = await legOf(call.callSid)
          if (callback === null) return { kind: 'over' }
          // We called: the person is the other side.
          return answerCall(calls, { ...call, from: call.to, to: call.from }, callback)
        }),
      onStatus: takeStatus,
    })
  }

  // A signed request to an address or with a method that is not ours still has a caller behind it.
  app.setNotFoundHandler((request, reply) => {
    request.log.error({ event: 'webhook-unknown', method: request.method })
    return send(reply, apologiseAndHangUp(languageOf(calls, fieldOf(formOf(request), 'To'))))
  })
}

/** Events of a stream after which it carries nothing more. */
const streamEnds = new Set(['stream-stopped', 'stream-error'])

/** What cannot be stored now is kept and tried again: the carrier has its 204 and asks no more. */
const takeStatuses = (
  app: FastifyInstance,
  { calls, queue, onCallOver }: VoiceOptions,
  step: () => Promise<void>,
): ((request: FastifyRequest) => Promise<void>) => {
  const words = lastWords(later, (callSid) => {
    queue(callSid, () => hangUpCall(calls, callSid)).catch((err) =>
      app.log.error({ event: 'hang-up-failed', callSid, err }),
    )
  })
  const store = async (status: CarrierStatus) => {
    const { callSid } = status
    const isAwaited = await queue(callSid, () => recordStatus(calls, status))
    if (isAwaited) words.expect(callSid)
    if (isTerminal(status.status)) onCallOver?.(callSid)
  }
  const late = lateStatuses({
    store,
    later,
    onLost: ({ callSid, status }) => app.log.error({ event: 'status-lost', callSid, status }),
  })
  app.addHook('onClose', async () => {
    late.stop()
    words.stop()
  })

  const take = async (request: FastifyRequest) => {
    const status = statusOf(formOf(request), calls.clock.now())
    if (status !== null) {
      // In step with the turns: what came before the end of a call is taken before it.
      const work = step().then(() => store(status))
      // Also when it fails only after the deadline.
      work.catch((error) => {
        request.log.error({ event: 'status-failed', callSid: status.callSid, err: error })
        late.add(status)
      })
      await withinDeadline(work).catch(() => {})
    }
  }
  app.post('/status', async (request, reply) => {
    await take(request)
    return reply.code(204).send()
  })
  return take
}

const later = (milliseconds: number, work: () => void): (() => void) => {
  const timer = setTimeout(work, milliseconds)
  timer.unref()
  return () => clearTimeout(timer)
}

const formOf = (request: FastifyRequest): Form =>
  (request.body as Form | null | undefined) ?? parseForm('')

const incomingOf = (form: Form): IncomingCall | null => {
  const callSid = callSidOf(form)
  return callSid === null
    ? null
    : {
        callSid,
        from: fieldOf(form, 'From'),
        to: fieldOf(form, 'To'),
        fromCountry: fieldOf(form, 'FromCountry'),
      }
}

const languageOf = (calls: CallPorts, to: string, callSid?: string): string =>
  (callSid === undefined ? undefined : calls.live.get(callSid)?.language) ??
  calls.flows.current().lines.get(to)?.languages[0] ??
  'ru-RU'

/**
 * The carrier could fetch our document but not run it (12xxx, 13xxx): the same document again would
 * fail the same way.
 */
const isDocumentFault = (form: Form): boolean => /^1[23]\d{3}$/.test(fieldOf(form, 'ErrorCode'))

const apology = (request: FastifyRequest, language: string): string => {
  const query = request.query as { again?: string }
  const again = Number(query.again ?? 0) + 1
  return again <= maxApologies
    ? apologiseAndGoOn(language, `/voice/fallback?again=${again}`)
    : apologiseAndHangUp(language)
}

const send = (reply: FastifyReply, twiml: string) =>
  reply.code(200).type('text/xml; charset=utf-8').send(twiml)
