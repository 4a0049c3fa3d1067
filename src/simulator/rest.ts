import { timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Call, NumberSettings } from './call.ts'
import type { Carrier } from './carrier.ts'
import { sidOf } from './identifiers.ts'
import { callJson, type Json, numberJson, page } from './rest-answers.ts'
import { parseTwiml } from './twiml.ts'

/** An error body as Twilio's REST API writes it. */
export type RestFault = { readonly status: number; readonly code: number; readonly message: string }

export type RestOptions = {
  readonly carrier: Carrier
  /**
   * Faults on demand: a request for which this answers is refused with it (429 and 20429, 500 …). With
   * `done` the request is carried out all the same, and only its answer is lost.
   */
  readonly trouble?: (request: {
    readonly method: string
    readonly path: string
    readonly form: URLSearchParams
  }) => (RestFault & { readonly done?: boolean }) | undefined
}

type Outcome = Json | RestFault

const isFault = (outcome: Outcome): outcome is RestFault =>
  typeof outcome['status'] === 'number' && typeof outcome['code'] === 'number'

const notFound = (path: string): RestFault => ({
  status: 404,
  code: 20404,
  message: `The requested resource ${path} was not found`,
})
const notInProgress: RestFault = {
  status: 400,
  code: 21220,
  message: 'Call is not in-progress. Cannot redirect.',
}

const same = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const formOf = (request: FastifyRequest): URLSearchParams =>
  request.body instanceof URLSearchParams ? request.body : new URLSearchParams()

const queryOf = (request: FastifyRequest): URLSearchParams =>
  new URL(request.url, 'http://carrier').searchParams

const urlFields = {
  VoiceUrl: 'voiceUrl',
  VoiceFallbackUrl: 'voiceFallbackUrl',
  StatusCallback: 'statusCallback',
} as const
const methodFields = {
  VoiceMethod: 'voiceMethod',
  VoiceFallbackMethod: 'voiceFallbackMethod',
  StatusCallbackMethod: 'statusCallbackMethod',
} as const

const changedNumber = (
  settings: NumberSettings,
  form: URLSearchParams,
): NumberSettings | RestFault => {
  const changes: Record<string, string> = {}
  for (const [field, name] of Object.entries(urlFields)) {
    const value = form.get(field)
    if (value === null) continue
    if (value !== '' && !(URL.canParse(value) && /^https?:/i.test(value))) {
      return { status: 400, code: 21402, message: `${field} is not a valid URL: ${value}` }
    }
    changes[name] = value
  }
  for (const [field, name] of Object.entries(methodFields)) {
    const value = form.get(field)?.toUpperCase()
    if (value === undefined) continue
    if (value !== 'GET' && value !== 'POST') {
      return { status: 400, code: 21403, message: `${field} is not a valid method: ${value}` }
    }
    changes[name] = value
  }
  return { ...settings, ...changes }
}

const changeCall = (call: Call, form: URLSearchParams): RestFault | null => {
  if (call.record().endedAt !== null) return notInProgress
  const status = form.get('Status')
  const url = form.get('Url')
  const twiml = form.get('Twiml')
  if (status !== null) {
    if (status === 'canceled' && call.record().status !== 'ringing') return notInProgress
    if (status !== 'completed' && status !== 'canceled') {
      return { status: 400, code: 21219, message: `Invalid Status ${status}` }
    }
    call.interrupt({ kind: 'completed' })
  } else if (url !== null) {
    if (!URL.canParse(url)) return { status: 400, code: 21205, message: `Url is not valid: ${url}` }
    const method = form.get('Method')?.toUpperCase() === 'GET' ? 'GET' : 'POST'
    call.interrupt({ kind: 'redirected', url, method })
  } else if (twiml !== null) {
    if (twiml.length > 4000) {
      return { status: 400, code: 32018, message: 'Twiml is longer than 4000 characters' }
    }
    const read = parseTwiml(twiml)
    if (read.kind === 'fault') return { status: 400, code: read.code, message: read.message }
    call.interrupt({ kind: 'replaced', twiml })
  }
  return null
}

/**
 * The part of Twilio's REST API that an inbound hotline needs: numbers and calls of the one account,
 * with its authentication, shapes and error bodies. `TWILIO_API_URL` points at where this is mounted.
 * Source: Twilio's OpenAPI description of the API 2010-04-01.
 */
export const restApi: FastifyPluginAsync<RestOptions> = async (app, { carrier, trouble }) => {
  const expected = Buffer.from(`${carrier.accountSid}:${carrier.authToken}`).toString('base64')

  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 64 * 1024 },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  )

  const answer = (reply: FastifyReply, outcome: Outcome): FastifyReply =>
    isFault(outcome)
      ? reply.code(outcome.status).send({
          code: outcome.code,
          message: outcome.message,
          more_info: `https://www.twilio.com/docs/errors/${outcome.code}`,
          status: outcome.status,
        })
      : reply.code(200).send(outcome)

  app.setNotFoundHandler((request, reply) =>
    answer(reply, notFound(request.url.split('?', 1)[0] ?? '')),
  )
  app.addHook('onRequest', async (request, reply) => {
    if (!same(request.headers.authorization ?? '', `Basic ${expected}`)) {
      await answer(reply.header('www-authenticate', 'Basic realm="Twilio API"'), {
        status: 401,
        code: 20003,
        message: 'Authenticate',
      })
    }
  })

  type Handle = (request: FastifyRequest, sid: string) => Outcome
  const route = (method: 'GET' | 'POST', path: string, handle: Handle): void => {
    const serve = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
      const pathname = request.url.split('?', 1)[0] ?? ''
      const { account = '', sid = '' } = request.params as { account?: string; sid?: string }
      if (account !== carrier.accountSid) return answer(reply, notFound(pathname))
      const broken = trouble?.({ method, path: pathname, form: formOf(request) })
      if (broken && !broken.done) return answer(reply, broken)
      const outcome = handle(request, sid.replace(/\.json$/, ''))
      return answer(reply, broken ?? outcome)
    }
    const full = `/2010-04-01/Accounts/:account${path}`
    app.route({ method, url: full, handler: serve })
    if (!path.endsWith(':sid')) app.route({ method, url: `${full}.json`, handler: serve })
  }

  const numberBySid = (sid: string): string | undefined =>
    [...carrier.numbers().keys()].find((number) => sidOf('PN', number) === sid)
  const missing = (request: FastifyRequest): RestFault =>
    notFound(request.url.split('?', 1)[0] ?? '')

  route('GET', '/IncomingPhoneNumbers', (request) => {
    const wanted = queryOf(request).get('PhoneNumber')
    const asked = wanted === null ? undefined : carrier.number(wanted)
    // A number that was made up as it was asked for gets an entry of its own, and so a SID to be found by.
    if (wanted !== null && asked) carrier.setNumber(wanted, asked)
    const items = [...carrier.numbers()]
      .filter(([number]) => wanted === null || number.includes(wanted.replace(/[^+\d]/g, '')))
      .map(([number, settings]) => numberJson(carrier, number, settings))
    return page('incoming_phone_numbers', items, request.url)
  })
  route('GET', '/IncomingPhoneNumbers/:sid', (request, sid) => {
    const number = numberBySid(sid)
    const settings = number === undefined ? undefined : carrier.number(number)
    return number !== undefined && settings
      ? numberJson(carrier, number, settings)
      : missing(request)
  })
  route('POST', '/IncomingPhoneNumbers/:sid', (request, sid) => {
    const number = numberBySid(sid)
    const settings = number === undefined ? undefined : carrier.number(number)
    if (number === undefined || !settings) return missing(request)
    const changed = changedNumber(settings, formOf(request))
    if ('code' in changed) return changed
    carrier.setNumber(number, changed)
    return numberJson(carrier, number, changed)
  })
  route('GET', '/Calls', (request) => {
    const query = queryOf(request)
    const items = carrier
      .calls()
      .toReversed()
      .filter((call) => {
        const { from, to, status } = call.record()
        const fits = (name: string, value: string): boolean =>
          !query.has(name) || query.get(name) === value
        return fits('From', from) && fits('To', to) && fits('Status', status)
      })
    return page(
      'calls',
      items.map((call) => callJson(carrier, call)),
      request.url,
    )
  })
  route('GET', '/Calls/:sid', (request, sid) => {
    const call = carrier.call(sid)
    return call ? callJson(carrier, call) : missing(request)
  })
  route('POST', '/Calls/:sid', (request, sid) => {
    const call = carrier.call(sid)
    if (!call) return missing(request)
    return changeCall(call, formOf(request)) ?? callJson(carrier, call)
  })
}
