import { isItem } from './items.ts'
import type { Way } from './stations.ts'

/** What the proofs ask about ways, as bits. */
export const traits = {
  /** The caller can act where it begins. */
  acting: 1,
  /** Something is said on it, perhaps. */
  said: 2,
  byDefault: 4,
  /** Wrong keys lead it on. */
  nomatch: 8,
  /** Where the caller can act it is not silence, or not wrong keys, that leads on. */
  notBySilence: 16,
  notByMistake: 32,
  call: 64,
  return: 128,
  /** It hangs on a platform function that fails. */
  fault: 256,
  unproved: 512,
  /**
   * An item is passed over because of a condition. It may have been there to speak: what the condition hangs
   * on is not known.
   */
  passing: 1024,
  /** It hangs on what is known of a line. */
  asking: 2048,
} as const

export const traitsOf = ({ from, cause, said, byDefault, guards }: Way): number => {
  let found = 0
  if (from.acting) {
    found |= traits.acting
    if (cause.kind !== 'noinput') found |= traits.notBySilence
    if (cause.kind !== 'nomatch') found |= traits.notByMistake
  }
  if (said > 0) found |= traits.said
  if (byDefault) found |= traits.byDefault
  if (cause.kind === 'nomatch') found |= traits.nomatch
  if (cause.kind === 'call') found |= traits.call
  if (cause.kind === 'return') found |= traits.return
  for (const { outside, asks, element, outcome, reads } of guards) {
    if (outside === 'fault') found |= traits.fault
    if (outside === 'unproved') found |= traits.unproved
    if (asks !== null) found |= traits.asking
    if (!outcome && reads.length > 0 && isItem(element)) found |= traits.passing
  }
  return found
}
