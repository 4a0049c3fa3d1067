import type { AppUser, Caller } from '../../callers/caller.ts'
import type { TrustedPerson } from '../../callers/person.ts'
import type { OwnCall } from '../../callers/ports.ts'
import { localIso } from '../../schedules/local-time.ts'
import { localIsoOrNull } from '../http/iso-time.ts'
import type { CallView, LineView, Me, PersonView } from './protocol.ts'

/** What the flows in force say of lines and times. */
export type Setting = {
  readonly timeZone: string
  /** Lines with chat and photos during the call. */
  readonly integrated: readonly LineView[]
  /** Null for a number that no line has any more. */
  readonly line: (
    number: string,
  ) => { readonly name: string; readonly isIntegrated: boolean } | null
}

export const callerView = (caller: Caller): Me => {
  const { phone, name, language, isProfileShown, isChatShared } = caller
  return { kind: 'caller', phone, name, language, isProfileShown, isChatShared }
}

export const guestView = (guest: Extract<AppUser, { kind: 'guest' }>): Me => ({
  kind: 'guest',
  name: guest.name,
  caller: guest.callerName ?? guest.phone,
  channel: guest.channelId,
})

export const personView = (person: TrustedPerson): PersonView => {
  const { id, phone, name, state, isToldOfCalls, isToldPlace, mayRead, mayWrite } = person
  return { id, phone, name, state, isToldOfCalls, isToldPlace, mayRead, mayWrite }
}

export const callView = (call: OwnCall, { timeZone, line }: Setting): CallView => {
  const known = line(call.line)
  return {
    channel: call.channel,
    line: {
      number: call.line,
      name: known?.name ?? call.line,
      isIntegrated: known?.isIntegrated ?? false,
    },
    startedAt: localIso(call.startedAt, timeZone),
    endedAt: localIsoOrNull(call.endedAt, timeZone),
    outcome: call.outcome,
    operator: call.operator,
    isChatOpen: call.isChatOpen,
    unread: call.unread,
  }
}
