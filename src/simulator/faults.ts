import { createHash } from 'node:crypto'
import type { Parameters } from './signature.ts'

/** What is about to be sent, as far as a fault plan may look at it. */
export type WebhookSketch = {
  readonly kind: 'document' | 'status' | 'recording' | 'conference' | 'message'
  readonly url: string
  readonly parameters: Parameters
  readonly callSid: string
  /** The how-manieth call of this carrier and the how-manieth webhook of this call, from 0. */
  readonly call: number
  readonly webhook: number
}

/** One way in which the wire may misbehave. Several may be asked for at once. */
export type Fault =
  /**
   * The very same bytes again, with the same idempotency token; the first answer counts. `late` is three
   * seconds of the call's clock afterwards, when the call has gone on.
   */
  | {
      readonly kind: 'duplicate'
      readonly times: number
      readonly when: 'concurrently' | 'afterwards' | 'late'
    }
  /** Later by so many milliseconds of the call's clock; this is how status callbacks change places. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Never sent. Meant for status callbacks; a document that is not asked for is a failed request. */
  | { readonly kind: 'drop' }
  /** Sent and answered, but the answer takes 15 s to reach the carrier, which no longer waits for it. */
  | { readonly kind: 'stall' }
  /** The connection breaks when the request has gone out; the server may have done its work. */
  | { readonly kind: 'reset' }
  /** The connection breaks after so many bytes of the answer. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** The URL is taken to be unreachable: straight to the fallback. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'wrong-signature' }
  | { readonly kind: 'no-signature' }
  | { readonly kind: 'no-idempotency-token' }
  /** Appended to the form, names it already has included. */
  | { readonly kind: 'extra-parameters'; readonly parameters: Parameters }

/** Says for each webhook what goes wrong with it. Must depend on its argument alone. */
export type Faults = (webhook: WebhookSketch) => readonly Fault[]

export const noFaults: Faults = () => []

/** The same faults for every webhook of these kinds. */
export const everyWebhook =
  (faults: readonly Fault[], kinds: readonly WebhookSketch['kind'][] = ['document']): Faults =>
  (webhook) =>
    kinds.includes(webhook.kind) ? faults : []

const moments = ['concurrently', 'afterwards', 'late'] as const

/** A number in [0, 1) that follows from its texts alone. */
export const chance = (...parts: readonly (string | number)[]): number =>
  createHash('sha256').update(parts.join('/')).digest().readUInt32BE(0) / 2 ** 32

/**
 * Faults by lot: each webhook suffers each named fault with its rate. The lot falls by seed, call and
 * webhook count, so a run repeats whatever the order in which its calls happen to proceed.
 *
 * @param rates fault kind → probability from 0 to 1
 */
export const seededFaults = (
  seed: string,
  rates: Partial<Record<Fault['kind'], number>>,
): Faults => {
  const lot = (webhook: WebhookSketch, what: string): number =>
    chance(seed, webhook.call, webhook.webhook, what)
  const make: Record<Fault['kind'], (webhook: WebhookSketch) => Fault> = {
    duplicate: (webhook) => ({
      kind: 'duplicate',
      times: 1 + Math.floor(lot(webhook, 'times') * 3),
      when: moments[Math.floor(lot(webhook, 'when') * moments.length)] ?? 'concurrently',
    }),
    delay: (webhook) => ({
      kind: 'delay',
      milliseconds: Math.floor(lot(webhook, 'milliseconds') * 10_000),
    }),
    drop: () => ({ kind: 'drop' }),
    stall: () => ({ kind: 'stall' }),
    reset: () => ({ kind: 'reset' }),
    cut: (webhook) => ({ kind: 'cut', bytes: Math.floor(lot(webhook, 'bytes') * 200) }),
    unreachable: () => ({ kind: 'unreachable' }),
    'wrong-signature': () => ({ kind: 'wrong-signature' }),
    'no-signature': () => ({ kind: 'no-signature' }),
    'no-idempotency-token': () => ({ kind: 'no-idempotency-token' }),
    'extra-parameters': () => ({ kind: 'extra-parameters', parameters: oddParameters }),
  }
  const kinds = Object.keys(make) as Fault['kind'][]
  return (webhook) =>
    kinds
      .filter((kind) => lot(webhook, kind) < (rates[kind] ?? 0))
      // A document that is dropped or late is a caller left in silence, not a disorder of the wire.
      .filter((kind) => webhook.kind !== 'document' || (kind !== 'drop' && kind !== 'delay'))
      .map((kind) => make[kind](webhook))
}

/** Callers that are no telephone number. */
export const oddCallers: readonly string[] = [
  '',
  'anonymous',
  'unknown',
  'Restricted',
  '+266696687',
  '112',
  'sip:alice@example.org',
  'sip:+79161234567@10.0.0.1:5060;transport=tls',
  'client:оператор',
  '+7',
  '+00000000000000000000',
  "'; drop table calls; --",
]

/** Parameters that Twilio may add without notice, and some that nobody should send. */
export const oddParameters: Parameters = [
  ['SomethingNew', 'с пробелом и + & ='],
  ['Empty', ''],
  ['Repeated', 'b'],
  ['Repeated', 'a'],
  ['Bracket[key]', '1'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
]
