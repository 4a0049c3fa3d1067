import type { ApiOrigination, Carrier } from './carrier.ts'
import {
  type Ask,
  countOf,
  fault,
  fieldOf,
  isHttp,
  methodIn,
  type Outcome,
} from './rest-outcome.ts'
import type { MachineDetection, ProgressNews } from './ring.ts'

/** Whom the API is to call and how, whatever the leg does once it is answered. */
export type Order = Omit<ApiOrigination, 'first' | 'fallback'>

const e164 = /^\+[1-9]\d{6,14}$/

/** Who is to be called: the address, and what stands behind the `?` of a client's or SIP address. */
const addresseeOf = (to: string): Pick<Order, 'to' | 'custom'> | null => {
  if (e164.test(to)) return { to, custom: {} }
  if (!/^(client|sip):[^\s?]+/i.test(to)) return null
  const [address = '', query = ''] = to.split(/\?(.*)/s)
  return { to: address, custom: Object.fromEntries(new URLSearchParams(query)) }
}

const newsIn = (form: URLSearchParams): ProgressNews | null => {
  const url = fieldOf(form, 'StatusCallback')
  if (url === null) return null
  const events = form.getAll('StatusCallbackEvent').flatMap((text) => text.split(/\s+/))
  const method = methodIn(form, 'StatusCallbackMethod')
  return { url, method, events: events.length === 0 ? ['completed'] : events }
}

const detectionIn = (form: URLSearchParams): MachineDetection | null => {
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

/** Reads what calls and participants of conferences are ordered with, or says why nobody can be called so. */
export const orderIn = (
  carrier: Carrier,
  { form, request }: Ask,
): { readonly kind: 'order'; readonly order: Order } | Outcome => {
  const to = fieldOf(form, 'To')
  const from = fieldOf(form, 'From')
  if (to === null) return fault(400, 21201, "No 'To' number is specified")
  const addressee = addresseeOf(to)
  if (!addressee)
    return fault(400, 21211, `The phone number you are attempting to call, ${to}, is not valid.`)
  if (from === null) return fault(400, 21213, "No 'From' number is specified")
  const owned = addressee.to.startsWith('client:') || carrier.number(from) !== undefined
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
  const order: Order = {
    ...addressee,
    from,
    request,
    ringSeconds: countOf(form, 'Timeout', 60, 600),
    ...(form.has('TimeLimit') && { limitSeconds: countOf(form, 'TimeLimit', 14_400, 86_400) }),
    news: newsIn(form),
    machineDetection: detectionIn(form),
    invalid: false,
  }
  return { kind: 'order', order }
}
