import type { Actor, Role } from './operator.ts'

const ranks: Readonly<Record<Role, number>> = { operator: 0, supervisor: 1, administrator: 2 }

/** Whether a role is at least another: an administrator may what a supervisor may, and so on. */
export const isAtLeast = (role: Role, least: Role): boolean => ranks[role] >= ranks[least]

/** The administrator's token stands for that role. */
export const roleOf = (actor: Actor): Role =>
  actor.kind === 'token' ? 'administrator' : actor.role

/** How an actor is named in the journal. */
export const nameOf = (actor: Actor): string => (actor.kind === 'token' ? '*token' : actor.login)

/** Everybody sets their own presence, a supervisor that of anybody. */
export const maySetPresence = (actor: Actor, login: string): boolean =>
  (actor.kind === 'operator' && actor.login === login) || isAtLeast(roleOf(actor), 'supervisor')
