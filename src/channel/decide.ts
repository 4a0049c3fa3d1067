import type { Facts } from './facts.ts'

export type Refusal = 'chat-closed' | 'call-over' | 'not-allowed'

/** What was to be done was not: the facts are no longer those that were decided on. */
export type OtherFacts = { readonly kind: 'other-facts'; readonly facts: Facts }

/** Facts change under nobody's hands more often than that. */
const maxTries = 10

/**
 * Does what is allowed at the moment it is done: decides on facts, and acts only if they still hold then.
 * A refusal is decided on facts just read, never on those known before.
 *
 * @param known facts as last heard of, which spare asking for them; they need not be true
 * @param refuse null = it is allowed
 * @param act with null does nothing but tell the facts, or that it was done before
 */
export const decide = async <Done>(
  known: Facts | null,
  refuse: (facts: Facts) => Refusal | null,
  act: (facts: Facts | null) => Promise<Done | OtherFacts>,
): Promise<Done | { readonly kind: 'refused'; readonly code: Refusal }> => {
  let facts = known
  let isFresh = false
  for (let tries = 0; tries < maxTries; tries++) {
    const code = facts === null ? null : refuse(facts)
    if (code !== null && isFresh) return { kind: 'refused', code }
    const done = await act(code === null ? facts : null)
    if (!isOtherFacts(done)) return done
    facts = done.facts
    isFresh = true
  }
  throw new Error('The facts of a channel do not stand still')
}

const isOtherFacts = <Done>(done: Done | OtherFacts): done is OtherFacts =>
  typeof done === 'object' && done !== null && 'kind' in done && done.kind === 'other-facts'
