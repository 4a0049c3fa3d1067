import { createHmac, timingSafeEqual } from 'node:crypto'

/** What an access token must be of. */
export type TokenRules = {
  readonly accountSid: string
  /** Of the API key that the server signs with. */
  readonly secret: string
  /** Seconds since the epoch. Default: the machine's. */
  readonly now?: () => number
}

const read = (part: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const partOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined

/**
 * Whose softphone an access token is for; null for one that is forged, of another account, over, or without the
 * grant to be called. Source: twilio.com/docs/iam/access-tokens.
 */
export const identityIn = (token: string, rules: TokenRules): string | null => {
  const [head = '', body = '', mark = '', ...rest] = token.split('.')
  if (rest.length > 0 || read(head)['alg'] !== 'HS256') return null
  const expected = createHmac('sha256', rules.secret).update(`${head}.${body}`).digest()
  const given = Buffer.from(mark, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const { sub, exp, nbf, grants } = read(body)
  const now = rules.now?.() ?? Date.now() / 1000
  if (sub !== rules.accountSid || typeof exp !== 'number' || exp <= now) return null
  if (typeof nbf === 'number' && nbf > now) return null
  const identity = partOf(grants, 'identity')
  const incoming = partOf(partOf(grants, 'voice'), 'incoming')
  return typeof identity === 'string' && partOf(incoming, 'allow') === true ? identity : null
}

/**
 * Whose softphone a token of the demo's server is for, `IDENTITY.EXPIRY.PROOF` with the identity in Base64, the
 * expiry in seconds since the epoch and an HMAC of both by the account's own token.
 */
export const identityInClaim = (
  token: string,
  rules: { readonly authToken: string; readonly now?: () => number },
): string | null => {
  const [identity = '', expiry = '', proof = '', ...rest] = token.split('.')
  if (rest.length > 0 || identity === '' || !/^\d{1,12}$/.test(expiry)) return null
  const expected = createHmac('sha256', rules.authToken).update(`${identity}.${expiry}`).digest()
  const given = Buffer.from(proof, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const now = rules.now?.() ?? Date.now() / 1000
  return Number(expiry) > now ? Buffer.from(identity, 'base64url').toString('utf8') : null
}
