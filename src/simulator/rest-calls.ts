import type { Call } from './call.ts'
import type { Carrier } from './carrier.ts'
import type { Beginning } from './interpreter.ts'
import { callJson, page } from './rest-answers.ts'
import { orderIn } from './rest-order.ts'
import {
  type AddRoute,
  type Ask,
  fault,
  fieldOf,
  found,
  isHttp,
  made,
  methodIn,
  notFound,
  type Outcome,
} from './rest-outcome.ts'
import { parseTwiml } from './twiml.ts'

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

const create = (carrier: Carrier, ask: Ask): Outcome => {
  const ordered = orderIn(carrier, ask)
  if (ordered.kind !== 'order') return ordered
  const { form } = ask
  const beginning = beginningIn(form)
  if (beginning.kind !== 'begin') return beginning
  const url = fieldOf(form, 'FallbackUrl')
  const call = carrier.originate({
    ...ordered.order,
    first: beginning.first,
    fallback: url === null ? null : { url, method: methodIn(form, 'FallbackMethod') },
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
