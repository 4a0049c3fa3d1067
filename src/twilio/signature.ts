import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import type { Form } from './form.ts'

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
  const keys = tokens.map((token) => createSecretKey(token, 'utf8'))
  return (signature, path, form) => {
    if (signature === '') return false
    const url = publicUrl() + path
    const given = Buffer.from(signature)
    const text = url + signedText(form)
    return (
      keys.some((key) => isSame(given, signatureOf(text, key))) ||
      tokens.some((token) => webhooks.validateRequest(token, signature, url, parametersOf(form)))
    )
  }
}

/** Every field by name, the values of one that came more than once in order and each once. */
const signedText = ({ fields }: Form): string => {
  let text = ''
  for (const name of [...fields.keys()].sort()) {
    const values = fields.get(name) ?? []
    for (const value of values.length > 1 ? [...new Set(values)].sort() : values)
      text += name + value
  }
  return text
}

const signatureOf = (text: string, key: KeyObject): Buffer =>
  Buffer.from(createHmac('sha1', key).update(text).digest('base64'))

const isSame = (given: Buffer, own: Buffer): boolean =>
  given.length === own.length && timingSafeEqual(given, own)

const parametersOf = ({ fields }: Form): Record<string, string | readonly string[]> => {
  const parameters: Record<string, string | readonly string[]> = Object.create(null)
  for (const [name, values] of fields)
    parameters[name] = values.length === 1 ? (values[0] ?? '') : values
  return parameters
}
