import type { Author, ChannelEvent } from '../../../web/channel/protocol.ts'
import { marksOf } from '../../channel/known-channel.ts'

export type Reached = 'sent' | 'delivered' | 'seen'

/** How far what the operator wrote has got with the caller. */
export const reachedBy = (events: readonly ChannelEvent[], sequence: number): Reached => {
  const { delivered, seen } = marksOf(events, 'caller')
  if (seen >= sequence) return 'seen'
  return delivered >= sequence ? 'delivered' : 'sent'
}

/** Trusted persons who have been told of the call and are still allowed, and whether they are here. */
export const trustedOf = (
  events: readonly ChannelEvent[],
  online: readonly Author[],
): readonly { readonly person: Author; readonly isOnline: boolean }[] => {
  const persons = new Map<string, Author>()
  for (const event of events) {
    if (event.type !== 'trusted') continue
    const key = event.person.id ?? ''
    if (event.is === 'removed') persons.delete(key)
    else persons.set(key, event.person)
  }
  const here = new Set(online.map(({ kind, id }) => `${kind} ${id ?? ''}`))
  return [...persons.values()].map((person) => ({
    person,
    isOnline: here.has(`trusted ${person.id ?? ''}`),
  }))
}
