import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Whether an `Authorization` header has the bearer token. Digests of equal length are compared, so
 * neither content nor length of the token shows in the time; without a token nobody has it.
 */
export const bearerCheck = (
  token: string | null,
): ((authorization: string | undefined) => boolean) => {
  const expected = token === null ? null : digest(token)
  return (authorization) => {
    const given = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1] ?? ''
    return timingSafeEqual(digest(given), expected ?? nothing) && expected !== null
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const nothing = Buffer.alloc(32)
