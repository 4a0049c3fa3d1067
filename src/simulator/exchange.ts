import type { Clock } from './clock.ts'
import type { Fault, WebhookSketch } from './faults.ts'
import { type Parameters, signedUrl, signedWebhook } from './signature.ts'
import type { Send, WireAnswer } from './wire.ts'

/** One request as it went over the wire, with what came back; duplicates and retries are their own. */
export type WebhookObservation = {
  readonly kind: WebhookSketch['kind']
  readonly callSid: string
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: Parameters
  readonly body: string
  /** `first`, a `retry` of it, a `redirect` it was sent to, or a `duplicate` by a fault. */
  readonly why: 'first' | 'retry' | 'redirect' | 'duplicate'
  readonly faults: readonly Fault[]
  readonly status: number | null
  readonly answerHeaders: Readonly<Record<string, string>>
  readonly answer: Buffer
  /** Of the machine's clock. */
  readonly milliseconds: number
  readonly error?: string
}

/** What joins one call to the server. */
export type Wiring = {
  readonly callSid: string
  readonly authToken: string
  readonly clock: Clock
  readonly send: Send
  /** Where to connect for a URL: the public origin may not be reachable from here. */
  readonly route: (url: URL) => URL
  readonly observe: (observation: WebhookObservation) => void
}

/** One request of a webhook: the first, or a retry, redirect or duplicate of it. */
export type Exchange = {
  readonly kind: WebhookObservation['kind']
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly parameters: Parameters
  readonly idempotencyToken: string
  readonly limits: Limits
  readonly faults: readonly Fault[]
  readonly why: WebhookObservation['why']
}

/** Milliseconds of the machine's clock. */
export type Limits = { readonly connect: number; readonly read: number; readonly total: number }

const bodyLimit = 64 * 1024

const lost: WireAnswer = { kind: 'failed', how: 'timeout', message: 'the answer came too late' }

const credentialsOf = (url: string): string | null => {
  const { username, password } = new URL(url)
  if (username === '' && password === '') return null
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(text).toString('base64')}`
}

/**
 * The browser that a call is to the server: it keeps cookies, and stays logged in where the URL has a
 * user and the server has asked for one. Source: twilio.com/docs/voice/twiml, /docs/usage/security.
 */
export const createExchange = (wiring: Wiring): ((exchange: Exchange) => Promise<WireAnswer>) => {
  const cookies = new Map<string, string>()
  const loggedIn = new Map<string, string>()

  const headersOf = (exchange: Exchange, signed: { url: string; headers: object }) => {
    const { host, origin } = new URL(signed.url)
    const headers: Record<string, string> = { Host: host, ...signed.headers }
    if (exchange.faults.some((fault) => fault.kind === 'no-signature')) {
      delete headers['X-Twilio-Signature']
    }
    const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    if (jar !== '') headers['Cookie'] = jar
    const authorization = loggedIn.get(origin)
    if (authorization !== undefined) headers['Authorization'] = authorization
    return headers
  }

  const send = async (exchange: Exchange): Promise<WireAnswer> => {
    const { faults, limits, method, parameters } = exchange
    const has = (kind: Fault['kind']): boolean => faults.some((fault) => fault.kind === kind)
    const signed = signedWebhook({
      authToken: has('wrong-signature') ? `${wiring.authToken}?` : wiring.authToken,
      url: exchange.url,
      method,
      parameters,
      ...(!has('no-idempotency-token') && { idempotencyToken: exchange.idempotencyToken }),
    })
    const headers = headersOf(exchange, signed)
    const cut = faults.find((fault) => fault.kind === 'cut')
    const release = wiring.clock.hold()
    const startedAt = performance.now()
    const sent = await wiring.send({
      url: wiring.route(new URL(signed.url)),
      method,
      headers,
      body: signed.body,
      connectMilliseconds: Math.min(limits.connect, limits.total),
      readMilliseconds: Math.min(limits.read, limits.total),
      totalMilliseconds: limits.total,
      limit: bodyLimit,
      ...(cut && { breakAfter: cut.bytes }),
      ...(has('reset') && { breakAfter: 'request' as const }),
    })
    const milliseconds = performance.now() - startedAt
    release()
    const answer = has('stall') ? lost : sent
    wiring.observe({
      kind: exchange.kind,
      callSid: wiring.callSid,
      url: signedUrl(signed.url),
      method,
      headers,
      parameters,
      body: signed.body,
      why: exchange.why,
      faults,
      status: sent.kind === 'answer' ? sent.status : null,
      answerHeaders: sent.kind === 'answer' ? sent.headers : {},
      answer: sent.kind === 'answer' ? sent.body : Buffer.alloc(0),
      milliseconds,
      ...(answer.kind === 'failed' && { error: answer.message }),
    })
    if (answer.kind === 'answer') {
      for (const cookie of answer.cookies) {
        const pair = /^\s*([^=;\s]+)=([^;]*)/.exec(cookie)
        if (pair?.[1] !== undefined) cookies.set(pair[1], pair[2] ?? '')
      }
    }
    return answer
  }

  return async (exchange) => {
    const answer = await send(exchange)
    const { origin } = new URL(exchange.url)
    const challenged =
      answer.kind === 'answer' && answer.status === 401 && 'www-authenticate' in answer.headers
    const credentials = challenged && !loggedIn.has(origin) ? credentialsOf(exchange.url) : null
    if (credentials === null) return answer
    loggedIn.set(origin, credentials)
    return send(exchange)
  }
}
