import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'

export type Parameters = readonly (readonly [name: string, value: string])[]

/** `application/x-www-form-urlencoded`, in the order given. */
export const formOf = (parameters: Parameters): string =>
  new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString()

/**
 * The URL as Twilio signs it: no fragment, no user and password, and over HTTPS no port.
 * Source: twilio.com/docs/usage/security.
 */
export const signedUrl = (url: string): string => {
  const bare = url.replace(/#.*$/s, '').replace(/^([a-z]+:\/\/)[^/?#@]*@/i, '$1')
  return bare.replace(/^((?:https|wss):\/\/[^/?#]*?):\d+(?=[/?#]|$)/i, '$1')
}

/** The value of `X-Twilio-Signature`; `parameters` are those of the body, so none for GET. */
export const signature = (authToken: string, url: string, parameters: Parameters): string => {
  const values: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of parameters) {
    const before = values[name]
    values[name] = before === undefined ? value : [before, value].flat()
  }
  return getExpectedTwilioSignature(authToken, signedUrl(url), values)
}

/** URL, headers and body of a signed webhook, for whoever wants to send one by hand. */
export const signedWebhook = (webhook: {
  readonly authToken: string
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly parameters: Parameters
  readonly idempotencyToken?: string
}): { readonly url: string; readonly headers: Record<string, string>; readonly body: string } => {
  const bare = webhook.url.replace(/#.*$/s, '')
  const form = formOf(webhook.parameters)
  const post = webhook.method !== 'GET'
  const url = post || form === '' ? bare : `${bare}${bare.includes('?') ? '&' : '?'}${form}`
  return {
    url,
    headers: {
      'User-Agent': 'TwilioProxy/1.1',
      Accept: '*/*',
      ...(post && { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' }),
      'X-Home-Region': 'us1',
      'X-Twilio-Signature': signature(webhook.authToken, url, post ? webhook.parameters : []),
      'Accept-Encoding': 'gzip',
      ...(webhook.idempotencyToken !== undefined && {
        'I-Twilio-Idempotency-Token': webhook.idempotencyToken,
      }),
    },
    body: post ? form : '',
  }
}
