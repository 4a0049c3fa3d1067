import { timingSafeEqual } from 'node:crypto'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import type { Form } from './form.ts'
import { hmacUnder } from './hmac.ts'

/** Says whether a request is the carrier's own; `path` is the raw path with its query. */
export type SignatureCheck = (signature: string, path: string, form: Form) => boolean

/**
 * Makes the check of `X-Twilio-Signature` over the configured public origin, the raw path and every
 * field received. The origin never comes from the request, so a forged Host header signs nothing.
 * Any of the tokens is accepted, so that a token can be changed without losing calls.
 *
 * The address as it is configured is what the carrier signs: that is tried first, for half of what the
 * library takes. Of an address's other spellings (a port named or left out, characters escaped) the
 * library knows.
 *
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export const signatureCheck = (
  publicUrl: () => string,
  tokens: readonly string[],
): SignatureCheck => {
  const hmacs = tokens.map(hmacUnder).filter((hmac) => hmac !== null)
  const signedText = signedTexts()
  return (signature, path, form) => {
    if (signature === '') return false
    const url = publicUrl() + path
    const given = Buffer.from(signature)
    const text = url + signedText(form)
    return (
      hmacs.some((hmac) => isSame(given, Buffer.from(hmac(text)))) ||
      tokens.some((token) => webhooks.validateRequest(token, signature, url, parametersOf(form)))
    )
  }
}

/** Orders of names remembered: there are about as many kinds of requests. */
const mostOrders = 32

/** Names of an order worth remembering: before the check anybody may have sent them. */
const mostNames = 200

/**
 * Every field by name, the values of one that came more than once in order and each once. Requests of a kind
 * bring the same names in the same order, so how these are sorted is worked out once.
 */
const signedTexts = (): ((form: Form) => string) => {
  const known: { readonly names: readonly string[]; readonly sorted: readonly number[] }[] = []
  const sortedOf = (names: readonly string[]): readonly number[] => {
    for (const each of known) if (areSame(each.names, names)) return each.sorted
    const sorted = sortedIndexes(names)
    if (names.length > mostNames) return sorted
    if (known.length === mostOrders) known.shift()
    known.push({ names, sorted })
    return sorted
  }
  return (form) => {
    const { names, values } = form
    let text = ''
    let last: string | undefined
    for (const at of sortedOf(names)) {
      const name = names[at]
      if (name === last) return repeatedText(form)
      text += `${name}${values[at]}`
      last = name
    }
    return text
  }
}

const areSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((name, at) => name === others[at])

/** Where the names stand, by their code units. */
const sortedIndexes = (names: readonly string[]): readonly number[] =>
  names.map((_, at) => at).sort((a, b) => ((names[a] ?? '') < (names[b] ?? '') ? -1 : 1))

const repeatedText = (form: Form): string =>
  Object.entries(parametersOf(form))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => [...new Set(values)].sort().map((value) => name + value))
    .join('')

const isSame = (given: Buffer, own: Buffer): boolean =>
  given.length === own.length && timingSafeEqual(given, own)

const parametersOf = ({ names, values }: Form): Record<string, string[]> => {
  const parameters: Record<string, string[]> = Object.create(null)
  for (const [at, name] of names.entries()) {
    parameters[name] ??= []
    parameters[name].push(values[at] ?? '')
  }
  return parameters
}
