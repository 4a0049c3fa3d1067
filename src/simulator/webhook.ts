import { createExchange, type Exchange, type Wiring } from './exchange.ts'
import type { Fault, Faults, WebhookSketch } from './faults.ts'
import { type Overrides, type RetryCause, readOverrides } from './overrides.ts'
import type { Parameters } from './signature.ts'
import type { WireAnswer } from './wire.ts'

export type Webhook = {
  readonly kind: WebhookSketch['kind']
  /** Absolute; the fragment may hold connection overrides. */
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly parameters: Parameters
}

export type Delivery =
  | {
      readonly kind: 'answer'
      /** Where the answer came from after redirects, without fragment: what relative URLs start at. */
      readonly url: string
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: Buffer
    }
  /** `code` of Twilio's error dictionary. */
  | {
      readonly kind: 'failed'
      readonly url: string
      readonly code: number
      readonly message: string
      readonly status: number | null
    }

/** What one call's webhooks have in common. */
export type Post = Wiring & {
  readonly call: number
  readonly faults: Faults
  readonly note: (code: number, message: string) => void
  /** Keeps work that goes on after the webhook is answered for, such as late duplicates. */
  readonly keep: (work: Promise<unknown>) => void
  readonly idempotencyToken: () => string
}

const redirectLimit = 10
const lateMilliseconds = 3000

const codes: Record<Extract<WireAnswer, { kind: 'failed' }>['how'], number> = {
  connect: 11205,
  dns: 11210,
  tls: 11220,
  timeout: 11200,
  broken: 11206,
}

const retryCauseOf = (answer: WireAnswer): RetryCause | null => {
  if (answer.kind === 'failed') {
    return answer.how === 'timeout' || answer.how === 'broken' ? 'rt' : 'ct'
  }
  if (answer.status >= 500) return '5xx'
  return answer.status >= 400 ? '4xx' : null
}

/** Faults that every copy of a webhook has, not only its first. */
const lasting: readonly Fault['kind'][] = [
  'wrong-signature',
  'no-signature',
  'no-idempotency-token',
]

const redirectTo = (answer: WireAnswer): string | null =>
  answer.kind === 'answer' && [301, 302, 303, 307, 308].includes(answer.status)
    ? (answer.headers['location'] ?? null)
    : null

/**
 * The carrier's HTTP client for one call: signs, follows redirects, retries as the URL's fragment
 * asks, and misbehaves as the fault plan says.
 * Source: twilio.com/docs/voice/twiml (requests), /docs/usage/webhooks/webhooks-connection-overrides.
 */
export const createPost = (post: Post): ((webhook: Webhook) => Promise<Delivery>) => {
  const exchange = createExchange(post)
  let count = 0

  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      post.clock.after(milliseconds, resolve)
    })

  /** Sends the first request, and its duplicates at their time. */
  const sendFirst = async (
    first: Exchange,
    duplicate: Extract<Fault, { kind: 'duplicate' }> | undefined,
  ): Promise<WireAnswer> => {
    const faults = first.faults.filter((fault) => lasting.includes(fault.kind))
    const twins = Array.from({ length: duplicate?.times ?? 0 }, (): Exchange => {
      return { ...first, faults, why: 'duplicate' }
    })
    const sent = exchange(first)
    if (duplicate?.when === 'concurrently') for (const twin of twins) post.keep(exchange(twin))
    const answer = await sent
    if (duplicate?.when === 'late') {
      for (const twin of twins) post.keep(wait(lateMilliseconds).then(() => exchange(twin)))
    }
    if (duplicate?.when === 'afterwards') for (const twin of twins) await exchange(twin)
    return answer
  }

  /** Retries and follows redirects until there is an answer to keep or a reason to give up. */
  const pursue = async (
    first: Exchange,
    firstAnswer: WireAnswer,
    overrides: Overrides,
    timeLeft: () => number,
  ): Promise<Delivery> => {
    let answer = firstAnswer
    let last = first
    let retries = 0
    let redirects = 0
    const failed = (code: number, message: string): Delivery => {
      const status = answer.kind === 'answer' ? answer.status : null
      return { kind: 'failed', url: first.url, code, message, status }
    }
    for (;;) {
      const faults = first.faults.filter((fault) => lasting.includes(fault.kind))
      const limits = { ...first.limits, total: Math.max(1, timeLeft()) }
      const cause = retryCauseOf(answer)
      const location = redirectTo(answer)
      if (cause !== null && overrides.retryOn.has(cause) && retries < overrides.retries) {
        if (timeLeft() <= 0) return failed(11205, 'No time is left for another try')
        retries += 1
        last = { ...last, limits, faults, why: 'retry' }
        answer = await exchange(last)
      } else if (location !== null) {
        redirects += 1
        if (redirects > redirectLimit) return failed(11215, 'Too many HTTP redirects')
        if (!URL.canParse(location, last.url)) {
          return failed(11100, `Invalid URL format: ${location}`)
        }
        const url = new URL(location, last.url).href.replace(/#.*$/s, '')
        // A browser asks for the new place with GET unless the answer says otherwise.
        const kept = answer.kind === 'answer' && answer.status >= 307
        const method = kept ? last.method : 'GET'
        last = { ...last, url, method, limits, faults, why: 'redirect' }
        answer = await exchange(last)
      } else if (answer.kind === 'failed') {
        return failed(codes[answer.how], answer.message)
      } else if (answer.status >= 300) {
        return failed(11200, `HTTP retrieval failure: status ${answer.status}`)
      } else if (answer.overlong) {
        return failed(11750, 'Response body is too large')
      } else {
        const { status, headers, body } = answer
        return { kind: 'answer', url: last.url, status, headers, body }
      }
    }
  }

  return async (webhook) => {
    const { url, overrides } = readOverrides(webhook.url)
    const failed = (code: number, message: string): Delivery => {
      return { kind: 'failed', url, code, message, status: null }
    }
    if (!URL.canParse(url) || !/^https?:/i.test(url)) {
      return failed(11100, `Invalid URL format: ${url}`)
    }
    for (const fault of overrides.faults) post.note(fault.code, fault.message)
    const { callSid, call } = post
    const { kind, method, parameters } = webhook
    const faults = post.faults({ kind, url, parameters, callSid, call, webhook: count })
    count += 1
    const fault = <Kind extends Fault['kind']>(
      wanted: Kind,
    ): Extract<Fault, { kind: Kind }> | undefined =>
      faults.find((one): one is Extract<Fault, { kind: Kind }> => one.kind === wanted)

    const idempotencyToken = post.idempotencyToken()
    const delay = fault('delay')
    if (delay) await wait(delay.milliseconds)
    if (fault('drop')) return failed(11205, 'Dropped by the fault plan')
    if (fault('unreachable')) return failed(11205, 'Unreachable by the fault plan')

    const stalled = fault('stall') ? overrides.readMilliseconds : 0
    const deadline = performance.now() + overrides.totalMilliseconds - stalled
    const first: Exchange = {
      kind,
      url,
      method,
      parameters: [...parameters, ...(fault('extra-parameters')?.parameters ?? [])],
      idempotencyToken,
      limits: {
        connect: overrides.connectMilliseconds,
        read: overrides.readMilliseconds,
        total: overrides.totalMilliseconds,
      },
      faults,
      why: 'first',
    }
    const answer = await sendFirst(first, fault('duplicate'))
    if (stalled > 0) await wait(stalled)
    return pursue(first, answer, overrides, () => deadline - performance.now())
  }
}
