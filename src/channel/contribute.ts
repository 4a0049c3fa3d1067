import { decide, type Refusal } from './decide.ts'
import type { Content } from './event.ts'
import { type Facts, isAdmitted, rightsBy } from './facts.ts'
import type { ChannelWrites, Entry } from './ports.ts'
import type { Rights } from './rights.ts'

export type Contributed =
  /** `isNew` false: it was there already, from the same client identifier, and stands as it was. */
  | { readonly kind: 'done'; readonly sequence: number; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly code: Refusal }

/**
 * Adds what somebody says or does, if they may at the moment it is written. What was written before under the
 * same identifier is `done`, whatever may be written by now.
 *
 * @param known facts as last heard of, which spare asking for them
 */
export const contribute = async (
  writes: Pick<ChannelWrites, 'write'>,
  entry: Entry,
  known: Facts | null = null,
): Promise<Contributed> => {
  const { author, content } = entry
  const outcome = await decide(
    known,
    (facts) => refusalOf(content, rightsBy(author, facts)),
    (facts) => writes.write(entry, facts),
  )
  if (outcome.kind === 'refused') return outcome
  if (outcome.kind === 'written') return { kind: 'done', sequence: outcome.sequence, isNew: true }
  return outcome.kind === 'again' && isAdmitted(rightsBy(author, outcome.facts))
    ? { kind: 'done', sequence: outcome.sequence, isNew: false }
    : { kind: 'refused', code: 'not-allowed' }
}

/** Null = it may be done. */
const refusalOf = ({ type }: Content, rights: Rights): Refusal | null => {
  switch (type) {
    case 'message':
    case 'photo':
      return rights.write ? null : (rights.whyNot ?? 'not-allowed')
    case 'photo-asked':
      if (!rights.lead) return unlessOver(rights)
      return rights.write ? null : (rights.whyNot ?? 'not-allowed')
    case 'chat':
      return rights.lead ? null : unlessOver(rights)
    case 'location':
      return rights.locate ? null : unlessOver(rights)
  }
}

const unlessOver = ({ whyNot }: Rights): Refusal =>
  whyNot === 'call-over' ? 'call-over' : 'not-allowed'
