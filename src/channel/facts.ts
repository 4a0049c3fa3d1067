import type { Participant } from './participant.ts'
import { type Rights, rightsOf, type Standing, type Trust } from './rights.ts'

/** What decides at one moment what one participant may do: equal facts, equal rights. */
export type Facts = Standing & { readonly trust: Trust | null }

export const rightsBy = (participant: Participant, { trust, ...standing }: Facts): Rights =>
  rightsOf(participant, standing, trust)

/** Whether there is anything in the channel that somebody may see. */
export const isAdmitted = ({ read, location }: Rights): boolean => read || location
