import { timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { Carrier } from './carrier.ts'
import { isMedia, recordingMedia } from './recording-media.ts'
import { page, recordingJson } from './rest-answers.ts'
import { callRoutes, type Lag } from './rest-calls.ts'
import { conferenceRoutes } from './rest-conferences.ts'
import { messageRoutes } from './rest-messages.ts'
import { numberRoutes } from './rest-numbers.ts'
import { type AddRoute, type Ask, fault, found, notFound, type Outcome } from './rest-outcome.ts'
import { queueRoutes } from './rest-queues.ts'
import { streamRoutes } from './rest-streams.ts'
import type { Trouble, Troubles } from './rest-trouble.ts'

export type RestOptions = {
  readonly carrier: Carrier
  readonly trouble?: Troubles
  /** How far the API is behind; asked at each request. Default: not at all. */
  readonly lag?: () => Lag
  /** Sees every request that was understood, with its SID, which the ledger of rung telephones names. */
  readonly observe?: (request: ApiRequest) => void
}

/** One request to the API, for whoever judges what the server asked for. */
export type ApiRequest = {
  readonly request: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly form: string
  /** Null when no answer was given. */
  readonly status: number | null
  /** Whether it was carried out, whatever the answer said. */
  readonly done: boolean
}

const same = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const statusOf = (outcome: Outcome): number =>
  outcome.kind === 'fault'
    ? outcome.fault.status
    : { found: 200, made: 201, deleted: 204 }[outcome.kind]

const answer = (reply: FastifyReply, outcome: Outcome): FastifyReply => {
  reply.code(statusOf(outcome))
  if (outcome.kind === 'deleted') return reply.send()
  if (outcome.kind !== 'fault') return reply.send(outcome.body)
  const { status, code, message } = outcome.fault
  const more = `https://www.twilio.com/docs/errors/${code}`
  return reply.send({ code, message, more_info: more, status })
}

/** The address as the API knows it, without what it is mounted under. */
const urlOf = (request: FastifyRequest): string =>
  request.url.slice(Math.max(0, request.url.indexOf('/2010-04-01')))

const pathOf = (request: FastifyRequest): string => urlOf(request).split('?', 1)[0] ?? ''

const askOf = (request: FastifyRequest, sid: string): Ask => ({
  form: request.body instanceof URLSearchParams ? request.body : new URLSearchParams(),
  query: new URL(request.url, 'http://carrier').searchParams,
  parts: Object.fromEntries(
    Object.entries(request.params as Record<string, string>).map(([name, value]) => [
      name,
      value.replace(/\.json$/, ''),
    ]),
  ),
  path: pathOf(request),
  url: urlOf(request),
  request: sid,
})

/** Waits on the machine's clock, and no longer than somebody waits for the answer. */
const stall = (request: FastifyRequest, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    request.raw.socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/**
 * The part of Twilio's REST API that a hotline needs: numbers, calls, messages, conferences, queues and recordings of the one
 * account, with its authentication, shapes and error bodies. `TWILIO_API_URL` points at where this is mounted.
 * Source: Twilio's OpenAPI description of the API 2010-04-01.
 */
export const restApi: FastifyPluginAsync<RestOptions> = async (app, options) => {
  const { carrier, trouble, observe, lag = () => ({ list: 0, cancel: 0 }) } = options
  const expected = Buffer.from(`${carrier.accountSid}:${carrier.authToken}`).toString('base64')
  let ordinal = 0

  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 64 * 1024 },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  )
  app.setNotFoundHandler((request, reply) => answer(reply, notFound(pathOf(request))))
  app.addHook('onRequest', async (request, reply) => {
    if (isMedia(urlOf(request))) return
    if (!same(request.headers.authorization ?? '', `Basic ${expected}`)) {
      reply.header('www-authenticate', 'Basic realm="Twilio API"')
      await answer(reply, fault(401, 20003, 'Authenticate'))
    }
  })

  const route: AddRoute = (method, path, handle) => {
    const serve: RouteHandlerMethod = async (request, reply) => {
      const sid = carrier.newSid('RQ')
      const ask = askOf(request, sid)
      reply.header('twilio-request-id', sid)
      if (ask.parts['account'] !== carrier.accountSid) return answer(reply, notFound(ask.path))
      const broken: Trouble | undefined = trouble?.({
        method,
        path: ask.path,
        form: ask.form,
        ordinal,
      })
      ordinal += 1
      const done = broken?.done !== false && (broken === undefined || broken.done === true)
      const outcome = done ? handle(ask) : null
      const note = (status: number | null): void =>
        observe?.({
          request: sid,
          at: carrier.clock.now(),
          method,
          path: ask.path,
          form: ask.form.toString(),
          status,
          done,
        })
      if (broken && 'status' in broken) {
        note(broken.status)
        return answer(reply, fault(broken.status, broken.code, broken.message))
      }
      if (broken?.how === 'reset') {
        note(null)
        reply.hijack()
        request.raw.socket.resetAndDestroy()
        return reply
      }
      if (broken) await stall(request, broken.milliseconds)
      const final = outcome ?? fault(500, 20500, 'An internal server error has occurred')
      note(statusOf(final))
      return answer(reply, final)
    }
    const full = `/2010-04-01/Accounts/:account${path}`
    app.route({ method, url: full, handler: serve })
    if (!path.endsWith(':sid')) app.route({ method, url: `${full}.json`, handler: serve })
  }

  route('GET', '/Recordings', ({ query, url }) => {
    const callSid = query.get('CallSid')
    const items = carrier.recordings
      .list()
      .toReversed()
      .filter((recording) => callSid === null || recording.callSid === callSid)
      .map((recording) => recordingJson(carrier, recording))
    return found(page('recordings', items, url))
  })
  const described: RouteHandlerMethod = (request, reply) => {
    const { account, sid } = request.params as { account: string; sid: string }
    const recording = carrier.recordings.find(sid)
    return answer(
      reply,
      account === carrier.accountSid && recording
        ? found(recordingJson(carrier, recording))
        : notFound(pathOf(request)),
    )
  }
  await app.register(recordingMedia, { carrier, described })
  numberRoutes(carrier, route)
  callRoutes(carrier, route, lag)
  conferenceRoutes(carrier, route)
  queueRoutes(carrier, route)
  streamRoutes(carrier, route)
  messageRoutes(carrier, route)
}
