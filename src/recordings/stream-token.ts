import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Makes and reads the tokens by which a stream proves that it is the one we asked for. */
export type StreamTokens = {
  readonly tokenOf: (callSid: string, ordinal: number) => string
  /** Ordinal of the stream that a token was made for; null when it is none of this call. */
  readonly ordinalOf: (callSid: string, token: string) => number | null
}

const pattern = /^([1-9]\d{0,3})\.([A-Za-z0-9_-]{43})$/

/**
 * Tokens that follow from the call and its ordinal: the same turn rendered twice, or on two nodes, is the same
 * bytes, and a stream is known for ours even while the database is away. That each is used once the row of the
 * stream sees to.
 *
 * @param secrets of the account, the first of which makes tokens; all of them are accepted
 */
export const streamTokens = (secrets: readonly string[]): StreamTokens => {
  const keys = secrets.map((secret) =>
    Buffer.from(hkdfSync('sha256', secret, '', 'hotline media stream', 32)),
  )
  const codeOf = (key: Buffer, callSid: string, ordinal: number): Buffer =>
    createHmac('sha256', key).update(`${callSid} ${ordinal}`).digest()
  return {
    tokenOf: (callSid, ordinal) => {
      const [key] = keys
      if (key === undefined) throw new Error('No secret to make a token with')
      return `${ordinal}.${codeOf(key, callSid, ordinal).toString('base64url')}`
    },
    ordinalOf: (callSid, token) => {
      const [, digits, code] = pattern.exec(token) ?? []
      if (digits === undefined || code === undefined) return null
      const given = Buffer.from(code, 'base64url')
      const isOurs = keys.some((key) => {
        const expected = codeOf(key, callSid, Number(digits))
        return given.length === expected.length && timingSafeEqual(given, expected)
      })
      return isOurs ? Number(digits) : null
    },
  }
}
