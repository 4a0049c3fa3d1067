import webhooks from 'twilio/lib/webhooks/webhooks.js'
import type { Form } from './form.ts'

/** Says whether a request is the carrier's own; `path` is the raw path with its query. */
export type SignatureCheck = (signature: string, path: string, form: Form) => boolean

/**
 * Makes the check of `X-Twilio-Signature` over the configured public origin, the raw path and every
 * field received. The origin never comes from the request, so a forged Host header signs nothing.
 * Any of the tokens is accepted, so that a token can be changed without losing calls.
 *
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export const signatureCheck =
  (publicUrl: () => string, tokens: readonly string[]): SignatureCheck =>
  (signature, path, form) => {
    if (signature === '') return false
    const parameters: Record<string, string | readonly string[]> = Object.create(null)
    // The library sorts and joins the values of a list, even of one.
    for (const [name, values] of form.fields)
      parameters[name] = values.length === 1 ? (values[0] ?? '') : values
    return tokens.some((token) =>
      webhooks.validateRequest(token, signature, publicUrl() + path, parameters),
    )
  }
