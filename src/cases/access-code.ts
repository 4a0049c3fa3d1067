import { argon2, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { CodeHash } from './ports.ts'

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

/**
 * 19 MiB, 2 passes: some 40 ms.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const parameters = { memory: 19 * 1024, passes: 2, parallelism: 1, tagLength: 32 } as const

/** Hashes worked out at the same time; more would take processors and threads from calls. */
const maxAtOnce = 2
let working = 0
const waiting: (() => void)[] = []

const derive = async (code: string, salt: Buffer): Promise<Buffer> => {
  if (working === maxAtOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  else working += 1
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      argon2('argon2id', { message: code, nonce: salt, ...parameters }, (fault, hash) => {
        if (fault) reject(fault)
        else resolve(hash)
      })
    })
  } finally {
    const next = waiting.shift()
    if (next === undefined) working -= 1
    else next()
  }
}
