import type { Call } from './call.ts'
import type { Carrier } from './carrier.ts'
import type { Beginning } from './interpreter.ts'
import { callJson, page } from './rest-answers.ts'
import {
  type AddRoute,
  type Ask,
  countOf,
  fault,
  fieldOf,
  found,
  isHttp,
  made,
  methodIn,
  notFound,
  type Outcome,
} from './rest-outcome.ts'
import type { MachineDetection, ProgressNews } from './ring.ts'
import { parseTwiml } from './twiml.ts'

const e164 = /^\+[1-9]\d{6,14}$/

/** Who is to be called: the address, and what stands behind the `?` of a client's or SIP address. */
export const addresseeOf = (
  to: string,
): { readonly address: string; readonly custom: Readonly<Record<string, string>> } | null => {
  if (e164.test(to)) return { address: to, custom: {} }
  if (!/^(client|sip):[^\s?]+/i.test(to)) return null
  const [address = '', query = ''] = to.split(/\?(.*)/s)
  return { address, custom: Object.fromEntries(new URLSearchParams(query)) }
}

export const newsIn = (form: URLSearchParams): ProgressNews | null => {
  const url = fieldOf(form, 'StatusCallback')
  if (url === null) return null
  const events = form.getAll('StatusCallbackEvent').flatMap((text) => text.split(/\s+/))
  const method = methodIn(form, 'StatusCallbackMethod')
  return { url, method, events: events.length === 0 ? ['completed'] : events }
}

export const detectionIn = (form: URLSearchParams): MachineDetection | null => {
  const mode = form.get('MachineDetection')
  if (mode !== 'Enable' && mode !== 'DetectMessageEnd') return null
  const url = fieldOf(form, 'AsyncAmdStatusCallback') ?? fieldOf(form, 'AmdStatusCallback')
  const apart = form.get('AsyncAmd') === 'true' || form.has('AmdStatusCallback')
  const method = methodIn(
    form,
    form.has('AmdStatusCallback') ? 'AmdStatusCallbackMethod' : 'AsyncAmdStatusCallbackMethod',
  )
  return { mode, news: apart && url !== null ? { url, method } : null }
}

/** Why nobody can be called so; null when somebody can. */
export const refusalOf = (carrier: Carrier, form: URLSearchParams): Outcome | null => {
  const to = fieldOf(form, 'To')
  const from = fieldOf(form, 'From')
  if (to === null) return fault(400, 21201, "No 'To' number is specified")
  const addressee = addresseeOf(to)
  if (!addressee)
    return fault(400, 21211, `The phone number you are attempting to call, ${to}, is not valid.`)
  if (from === null) return fault(400, 21213, "No 'From' number is specified")
  const owned = addressee.address.startsWith('client:') || carrier.number(from) !== undefined
  if (!owned) {
    return fault(
      400,
      21210,
      `The source phone number provided, ${from}, is not yet verified for your account.`,
    )
  }
  const callback = fieldOf(form, 'StatusCallback')
  if (callback !== null && !isHttp(callback)) {
    return fault(400, 21609, `The StatusCallback URL ${callback} is not valid`)
  }
  return null
}

const beginningIn = (
  form: URLSearchParams,
): { readonly kind: 'begin'; readonly first: Beginning } | Outcome => {
  const url = fieldOf(form, 'Url')
  const twiml = fieldOf(form, 'Twiml')
  if (url !== null) {
    if (!isHttp(url)) return fault(400, 21205, `Url is not a valid URL: ${url}`)
    const request = { url, method: methodIn(form, 'Method'), parameters: [] }
    return { kind: 'begin', first: { kind: 'document', request } }
  }
  if (twiml === null) return fault(400, 21205, 'Url parameter is required.')
  if (twiml.length > 4000) return fault(400, 32018, 'Twiml is longer than 4000 characters')
  const read = parseTwiml(twiml)
  return read.kind === 'fault'
    ? fault(400, read.code, read.message)
    : { kind: 'begin', first: { kind: 'twiml', text: twiml } }
}

const create = (carrier: Carrier, { form, request }: Ask): Outcome => {
  const refusal = refusalOf(carrier, form)
  if (refusal) return refusal
  const beginning = beginningIn(form)
  if (beginning.kind !== 'begin') return beginning
  const { address = '', custom = {} } = addresseeOf(form.get('To') ?? '') ?? {}
  const fallback = fieldOf(form, 'FallbackUrl')
  const call = carrier.originate({
    to: address,
    from: form.get('From') ?? '',
    request,
    ringSeconds: countOf(form, 'Timeout', 60, 600),
    ...(form.has('TimeLimit') && { limitSeconds: countOf(form, 'TimeLimit', 14_400, 86_400) }),
    custom,
    news: newsIn(form),
    machineDetection: detectionIn(form),
    invalid: false,
    first: beginning.first,
    fallback:
      fallback === null ? null : { url: fallback, method: methodIn(form, 'FallbackMethod') },
  })
  return made(callJson(carrier, call))
}

/** Before the answer there is nothing to lead elsewhere; what has ended stays ended. */
const notInProgress = fault(400, 21220, 'Call is not in-progress. Cannot redirect.')

const change = (call: Call, form: URLSearchParams, stop: () => void): Outcome | null => {
  const record = call.record()
  if (record.endedAt !== null) return notInProgress
  const early = record.status === 'queued' || record.status === 'ringing'
  const rings = early && record.direction !== 'inbound'
  const status = form.get('Status')
  const url = form.get('Url')
  const twiml = form.get('Twiml')
  if (status !== null) {
    if (status === 'canceled' && !early) return notInProgress
    if (status !== 'completed' && status !== 'canceled') {
      return fault(400, 21219, `Invalid Status ${status}`)
    }
    stop()
  } else if (url !== null) {
    if (!URL.canParse(url)) return fault(400, 21205, `Url is not valid: ${url}`)
    if (rings) return notInProgress
    call.interrupt({ kind: 'redirected', url, method: methodIn(form, 'Method') })
  } else if (twiml !== null) {
    const beginning = beginningIn(form)
    if (beginning.kind !== 'begin') return beginning
    if (rings) return notInProgress
    call.interrupt({ kind: 'replaced', twiml })
  }
  return null
}

/** Whether a call is of the days that the filters name. */
const inDays = (query: URLSearchParams, at: number): boolean => {
  const time = (name: string): number | null => {
    const text = query.get(name)
    const value = text === null ? Number.NaN : Date.parse(text)
    return Number.isNaN(value) ? null : value
  }
  const [on, after, before] = ['StartTime', 'StartTime>', 'StartTime<'].map(time)
  const day = 86_400_000
  // Times are kept to the second.
  const second = Math.floor(at / 1000) * 1000
  return (
    (on == null || Math.floor(second / day) === Math.floor(on / day)) &&
    (after == null || second >= Math.floor(after / 1000) * 1000) &&
    (before == null || second <= before)
  )
}

/** How far the API is behind what happens. */
export type Lag = {
  /** How long a new call stays out of lists. */
  readonly list: number
  /** How long a telephone rings on that was told to stop; whoever picks up meanwhile has picked up. */
  readonly cancel: number
}

/** @param lag seconds of the carrier's clock; asked at each request */
export const callRoutes = (carrier: Carrier, route: AddRoute, lag: () => Lag): void => {
  route('POST', '/Calls', (ask) => create(carrier, ask))
  route('GET', '/Calls', ({ query, url }) => {
    const fits = (name: string, value: string | null): boolean =>
      !query.has(name) || query.get(name) === value
    const lagSeconds = lag().list
    const latest = carrier.clock.now() - lagSeconds * 1000
    const items = carrier
      .calls()
      .toReversed()
      .filter((call) => {
        const { from, to, status, parentCallSid, startedAt, dialledAt } = call.record()
        return (
          fits('From', from) &&
          fits('To', to) &&
          fits('Status', status) &&
          fits('ParentCallSid', parentCallSid) &&
          inDays(query, dialledAt ?? startedAt) &&
          (lagSeconds === 0 || startedAt <= latest)
        )
      })
    return found(
      page(
        'calls',
        items.map((call) => callJson(carrier, call)),
        url,
      ),
    )
  })
  route('GET', '/Calls/:sid', ({ parts, path }) => {
    const call = carrier.call(parts['sid'] ?? '')
    return call ? found(callJson(carrier, call)) : notFound(path)
  })
  route('POST', '/Calls/:sid', ({ parts, form, path }) => {
    const call = carrier.call(parts['sid'] ?? '')
    if (!call) return notFound(path)
    const stop = (): void => {
      call.refuse('canceled')
      call.interrupt({ kind: 'completed' })
    }
    const late = lag().cancel * 1000
    const outcome = change(call, form, late > 0 ? () => void carrier.clock.after(late, stop) : stop)
    return outcome ?? found(callJson(carrier, call))
  })
}
