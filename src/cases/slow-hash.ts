import { argon2 } from 'node:crypto'

export type HashCost = {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/**
 * 19 MiB, 2 passes: some 40 ms.
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
export const usualCost: HashCost = { memory: 19 * 1024, passes: 2, parallelism: 1 }

/** Hashes worked out at the same time, whatever for; more would take processors and threads from calls. */
const maxAtOnce = 2
let working = 0
const waiting: (() => void)[] = []

/** Argon2id, in a thread of Node's pool. */
export const slowHash = async (
  message: string,
  salt: Uint8Array,
  tagLength: number,
  cost: HashCost,
): Promise<Buffer> => {
  if (working === maxAtOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  else working += 1
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      argon2('argon2id', { message, nonce: salt, tagLength, ...cost }, (fault, hash) => {
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
