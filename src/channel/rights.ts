import type { Participant } from './participant.ts'

/** What of a channel decides who may do what. */
export type Standing = {
  readonly isLive: boolean
  readonly isChatOpen: boolean
  /** Phone number of the caller. */
  readonly phone: string
  /** The operator who talks to the caller now; null = nobody does. */
  readonly operator: string | null
}

/** What the caller lets a trusted person do; null for somebody who is none, or no longer. */
export type Trust = {
  readonly isToldPlace: boolean
  readonly mayRead: boolean
  readonly mayWrite: boolean
  /** The caller's one switch over all of them. */
  readonly isChatShared: boolean
}

export type Rights = {
  readonly read: boolean
  /** Texts and photos. */
  readonly write: boolean
  /** Where the caller is, while the caller shares it. */
  readonly location: boolean
  /** Opens and closes the chat, asks for photos. */
  readonly lead: boolean
  /** Says where one is, or stops saying so. */
  readonly locate: boolean
  /** Why writing is not possible; null when it is. */
  readonly whyNot: 'chat-closed' | 'call-over' | 'not-allowed' | null
}

const none: Rights = {
  read: false,
  write: false,
  location: false,
  lead: false,
  locate: false,
  whyNot: 'not-allowed',
}

/**
 * What somebody may do in a channel at this moment. Asked for every message, so that a right taken away
 * is gone at once. Only the operator of the call opens the chat; after the call everything is read-only.
 */
export const rightsOf = (
  participant: Participant,
  standing: Standing,
  trust: Trust | null = null,
): Rights => {
  const whyNot = standing.isLive ? (standing.isChatOpen ? null : 'chat-closed') : 'call-over'
  if (participant.kind === 'caller') {
    if (participant.phone !== standing.phone) return none
    const write = whyNot === null
    return { read: true, write, location: true, lead: false, locate: standing.isLive, whyNot }
  }
  if (participant.kind === 'operator') {
    if (participant.login !== standing.operator) return none
    const write = whyNot === null
    return { read: true, write, location: true, lead: standing.isLive, locate: false, whyNot }
  }
  if (trust === null) return none
  const read = trust.isChatShared && trust.mayRead
  const write = read && trust.mayWrite
  return {
    read,
    write: write && whyNot === null,
    location: trust.isToldPlace,
    lead: false,
    locate: false,
    whyNot: write ? whyNot : 'not-allowed',
  }
}
