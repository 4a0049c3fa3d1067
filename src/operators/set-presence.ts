import type { Touched } from '../queues/ports.ts'
import type { Actor, PresenceState } from './operator.ts'
import { maySetPresence } from './permissions.ts'
import type { PresenceStore } from './ports.ts'

export type PresenceWish = Extract<PresenceState, 'offline' | 'available' | 'break'>

export const presenceWishes: readonly PresenceWish[] = ['offline', 'available', 'break']

export type PresencePorts = {
  readonly presence: Pick<PresenceStore, 'set'>
  /** Tells routing and consoles of all nodes that something changed. */
  readonly hint: (touched?: Touched) => void
}

/** Sets the presence of oneself, or as a supervisor that of another, who sees whose wish it was. */
export const setPresence = async (
  ports: PresencePorts,
  actor: Actor,
  login: string,
  state: PresenceWish,
): Promise<'set' | 'busy' | 'unknown' | 'forbidden'> => {
  if (!maySetPresence(actor, login)) return 'forbidden'
  const isOwn = actor.kind === 'operator' && actor.login === login
  const outcome = await ports.presence.set(login, state, isOwn ? null : 'supervisor')
  // A wish of a busy operator is kept, and is worth showing too.
  if (outcome !== 'unknown') ports.hint({ login })
  return outcome
}
