import { createHash, randomBytes } from 'node:crypto'

/** Makes a fresh identifier: two letters and 32 hexadecimal digits. */
export type Sids = (prefix: string) => string

export const randomSids: Sids = (prefix) => prefix + randomBytes(16).toString('hex')

/** The same identifiers in the same order for the same seed: for runs that must be repeatable. */
export const seededSids = (seed: string): Sids => {
  let count = 0
  return (prefix) => {
    count += 1
    return sidOf(prefix, `${seed}/${count}`)
  }
}

/** An identifier that follows from `text`, such as a number's own. */
export const sidOf = (prefix: string, text: string): string =>
  prefix + createHash('sha256').update(`${prefix}:${text}`).digest('hex').slice(0, 32)
