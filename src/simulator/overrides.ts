/**
 * Connection overrides that a webhook URL carries in its fragment, `#rc=2&rp=5xx,rt&rt=4000`.
 * Source: twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
 */
export type Overrides = {
  readonly connectMilliseconds: number
  readonly readMilliseconds: number
  readonly totalMilliseconds: number
  readonly retries: number
  readonly retryOn: ReadonlySet<RetryCause>
  /** Codes of Twilio's error dictionary for values it would not take. */
  readonly faults: readonly { readonly code: number; readonly message: string }[]
}

export type RetryCause = '4xx' | '5xx' | 'ct' | 'rt'

const causes: readonly RetryCause[] = ['4xx', '5xx', 'ct', 'rt']
const edges =
  /^(ashburn|dublin|frankfurt|sao-paulo|singapore|sydney|tokyo|umatilla)(,(ashburn|dublin|frankfurt|sao-paulo|singapore|sydney|tokyo|umatilla))*$/

const within = (text: string | null, low: number, high: number, fallback: number): number => {
  const value = text !== null && /^\d{1,6}$/.test(text) ? Number(text) : fallback
  return Math.min(high, Math.max(low, value))
}

/** Splits a webhook URL into what is requested and signed, and what its fragment asks for. */
export const readOverrides = (
  webhookUrl: string,
): { readonly url: string; readonly overrides: Overrides } => {
  const hash = webhookUrl.indexOf('#')
  const url = hash < 0 ? webhookUrl : webhookUrl.slice(0, hash)
  const given = new URLSearchParams(hash < 0 ? '' : webhookUrl.slice(hash + 1))
  const faults: { code: number; message: string }[] = []
  const policy = (given.get('rp') ?? 'ct').split(',')
  const known = policy.filter((cause) => cause === 'all' || causes.some((one) => one === cause))
  if (known.length < policy.length) {
    faults.push({ code: 11243, message: `Invalid retry policy rp=${given.get('rp')}` })
  }
  const edge = given.get('e')
  if (edge !== null && !edges.test(edge)) {
    faults.push({ code: 11240, message: `Invalid edge e=${edge}` })
  }
  return {
    url,
    overrides: {
      connectMilliseconds: within(given.get('ct'), 100, 10_000, 5000),
      readMilliseconds: within(given.get('rt'), 100, 15_000, 15_000),
      totalMilliseconds: within(given.get('tt'), 100, 15_000, 15_000),
      retries: within(given.get('rc'), 0, 5, 1),
      retryOn: new Set(
        known.includes('all') ? causes : causes.filter((cause) => known.includes(cause)),
      ),
      faults,
    },
  }
}
