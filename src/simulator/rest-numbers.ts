import type { NumberSettings } from './call.ts'
import type { Carrier } from './carrier.ts'
import { sidOf } from './identifiers.ts'
import { numberJson, page } from './rest-answers.ts'
import { type AddRoute, fault, found, notFound, type Outcome } from './rest-outcome.ts'

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

const changed = (
  settings: NumberSettings,
  form: URLSearchParams,
): { readonly kind: 'changed'; readonly settings: NumberSettings } | Outcome => {
  const changes: Record<string, string> = {}
  for (const [field, name] of Object.entries(urlFields)) {
    const value = form.get(field)
    if (value === null) continue
    if (value !== '' && !(URL.canParse(value) && /^https?:/i.test(value))) {
      return fault(400, 21402, `${field} is not a valid URL: ${value}`)
    }
    changes[name] = value
  }
  for (const [field, name] of Object.entries(methodFields)) {
    const value = form.get(field)?.toUpperCase()
    if (value === undefined) continue
    if (value !== 'GET' && value !== 'POST') {
      return fault(400, 21403, `${field} is not a valid method: ${value}`)
    }
    changes[name] = value
  }
  return { kind: 'changed', settings: { ...settings, ...changes } }
}

export const numberRoutes = (carrier: Carrier, route: AddRoute): void => {
  const bySid = (sid = ''): { number: string; settings: NumberSettings } | null => {
    const number = [...carrier.numbers().keys()].find((one) => sidOf('PN', one) === sid)
    const settings = number === undefined ? undefined : carrier.number(number)
    return number !== undefined && settings ? { number, settings } : null
  }
  route('GET', '/IncomingPhoneNumbers', ({ query, url }) => {
    const wanted = query.get('PhoneNumber')
    const asked = wanted === null ? undefined : carrier.number(wanted)
    // A number that was made up as it was asked for gets an entry of its own, and so a SID to be found by.
    if (wanted !== null && asked) carrier.setNumber(wanted, asked)
    const items = [...carrier.numbers()]
      .filter(([number]) => wanted === null || number.includes(wanted.replace(/[^+\d]/g, '')))
      .map(([number, settings]) => numberJson(carrier, number, settings))
    return found(page('incoming_phone_numbers', items, url))
  })
  route('GET', '/IncomingPhoneNumbers/:sid', ({ parts, path }) => {
    const known = bySid(parts['sid'])
    return known ? found(numberJson(carrier, known.number, known.settings)) : notFound(path)
  })
  route('POST', '/IncomingPhoneNumbers/:sid', ({ parts, form, path }) => {
    const known = bySid(parts['sid'])
    if (!known) return notFound(path)
    const outcome = changed(known.settings, form)
    if (outcome.kind !== 'changed') return outcome
    carrier.setNumber(known.number, outcome.settings)
    return found(numberJson(carrier, known.number, outcome.settings))
  })
}
