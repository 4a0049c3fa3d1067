import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { CodeHash } from './ports.ts'
import { slowHash, usualCost } from './slow-hash.ts'

/** Four random digits, leading zeros included. */
export const newAccessCode = (): string => String(randomInt(10_000)).padStart(4, '0')

/** Hash of a code with a salt of its own. */
export const hashCode = async (code: string): Promise<CodeHash> => {
  const salt = randomBytes(16)
  return { salt, hash: await derive(code, salt) }
}

/**
 * Whether a code is the one that was hashed. Without a hash the answer is no, after the same work,
 * so that the time taken does not tell whether there was one.
 */
export const isCode = async (code: string, stored: CodeHash | null): Promise<boolean> => {
  const { salt, hash } = stored ?? noCode
  const same = timingSafeEqual(await derive(code, salt), hash)
  return same && stored !== null
}

const noCode: CodeHash = { salt: randomBytes(16), hash: randomBytes(32) }

const derive = (code: string, salt: Buffer): Promise<Buffer> => slowHash(code, salt, 32, usualCost)
