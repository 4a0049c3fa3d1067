import type { Pin } from './fetch-request.ts'
import { pinName } from './fetch-request.ts'
import type { OutsideSource, OutsideSources } from './flow.ts'

/** Kept at hand, by the length of their texts; what is dropped is read again. Compiled they are far larger. */
const MAX_SOURCES = 500
const MAX_CHARACTERS = 4 * 1024 * 1024

/**
 * Remembers what texts from outside compile to, those used last. Only a memo: what it has forgotten is asked
 * for again, and no turn comes out differently for it.
 */
export const fetchedSources = (read: (pin: Pin, text: string) => OutsideSource): OutsideSources => {
  const known = new Map<string, { readonly source: OutsideSource; readonly length: number }>()
  let characters = 0
  const forgetOldest = () => {
    for (const [name, { length }] of known) {
      if (known.size <= MAX_SOURCES && characters <= MAX_CHARACTERS) return
      known.delete(name)
      characters -= length
    }
  }
  const find = (pin: Pin): OutsideSource | undefined => {
    const name = pinName(pin)
    const found = known.get(name)
    if (found === undefined) return undefined
    known.delete(name)
    known.set(name, found)
    return found.source
  }
  return {
    find,
    read: (pin, text) => {
      const source = find(pin) ?? read(pin, text)
      if (known.has(pinName(pin))) return source
      known.set(pinName(pin), { source, length: text.length })
      characters += text.length
      forgetOldest()
      return source
    },
  }
}
