import { createHash } from 'node:crypto'

/** Answers that many turns share. */
export type SharedAnswers = {
  /** First half of the SHA-256, in hexadecimal: the key of table `answers`. */
  hashOf(twiml: string): string
  /** Whether this process has committed it. */
  isStored(twiml: string): boolean
  markStored(twiml: string): void
}

/** Beyond so many all are forgotten; hashing and storing them again changes nothing. */
const capacity = 10_000

export const sharedAnswers = (): SharedAnswers => {
  const hashes = new Map<string, string>()
  const stored = new Set<string>()
  return {
    hashOf(twiml) {
      const known = hashes.get(twiml)
      if (known !== undefined) return known
      if (hashes.size === capacity) hashes.clear()
      const hash = createHash('sha256').update(twiml).digest('hex').slice(0, 32)
      hashes.set(twiml, hash)
      return hash
    },
    isStored: (twiml) => stored.has(twiml),
    markStored(twiml) {
      if (stored.size === capacity) stored.clear()
      stored.add(twiml)
    },
  }
}
