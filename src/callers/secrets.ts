import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Codes and tokens that go out in messages. They follow from the identifier of their row and a key that
 * is not in the database: whoever reads tables, backups or the outbox has none of them, and the same
 * one can be sent again.
 */
export type Secrets = {
  /** Six digits. */
  readonly code: (id: string) => string
  /** Compares in a time that tells nothing; null = there is no code, which takes as long. */
  readonly isCode: (given: string, id: string | null) => boolean
  /** Token of the link for a trusted person to a channel. */
  readonly guestToken: (personId: string, channelId: string) => string
  /** Token by which somebody refuses to be a trusted person. */
  readonly refusalToken: (personId: string) => string
}

export const createSecrets = (key: string): Secrets => {
  const derive = (what: string): Buffer => createHmac('sha256', key).update(what).digest()
  const code = (id: string): string =>
    String(derive(`code ${id}`).readUIntBE(0, 6) % 1_000_000).padStart(6, '0')
  const token = (what: string): string => derive(what).subarray(0, 16).toString('base64url')
  return {
    code,
    isCode: (given, id) => {
      const isSame = timingSafeEqual(tokenHash(given), tokenHash(code(id ?? 'none')))
      return isSame && id !== null
    },
    guestToken: (personId, channelId) => token(`guest ${personId} ${channelId}`),
    refusalToken: (personId) => token(`refusal ${personId}`),
  }
}

/** Token of a session: 256 random bits. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What is kept of a token. */
export const tokenHash = (token: string): Uint8Array => createHash('sha256').update(token).digest()
