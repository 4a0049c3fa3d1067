import type { CallbackWindow } from '../../src/callbacks/callback.ts'
import type { Effects } from '../../src/calls/ports.ts'
import { isCaseStatus } from '../../src/cases/case.ts'
import type { Place } from '../../src/queues/place.ts'
import type { PlaceWish } from '../../src/queues/ports.ts'
import type { Given } from './transcript.ts'

/** After so many wrong pairs of number and code a call gets nothing more, as in `cases/`. */
const triesBeforeLock = 3

/**
 * Cases and callbacks of one call in memory. `given case 2026000001 code 4321 state refused reason "…"
 * expected 2026-12-01`, `given callback +79161234567 ticket 100001`, `given refusal callbacks`,
 * `given operators 2`: so many are signed in, none of them free.
 */
export const memoryEffects = (givens: readonly Given[]): Effects => {
  const of = (subject: string) => givens.filter((given) => given.subject === subject)
  const requests = new Map<string, string>()
  const windows = new Map<string, CallbackWindow | null>()
  for (const { value, details } of of('callback'))
    requests.set(value, details.get('ticket') ?? '100001')
  const stateOf = (phone: string) =>
    of('callback')
      .find(({ value }) => value === phone)
      ?.details.get('state') === 'dialing'
      ? ('dialing' as const)
      : ('queued' as const)
  let failures = 0
  return {
    applicationStatus: async ({ number, code }) => {
      if (failures >= triesBeforeLock) return { status: 'locked' }
      const found = of('case').find(
        ({ value, details }) => value === number && details.get('code') === code,
      )
      if (found === undefined) {
        failures += 1
        return { status: 'refused' }
      }
      const state = found.details.get('state') ?? 'registered'
      if (!isCaseStatus(state)) throw new Error(`no state of a case: ${state}`)
      return {
        status: 'found',
        number: `RU-${number.slice(0, 4)}-${number.slice(4)}`,
        state,
        service: found.details.get('service') ?? 'other',
        reason: found.details.get('reason') ?? null,
        expectedOn: found.details.get('expected') ?? null,
      }
    },
    requestCallback: async ({ phone, window }) => {
      if (of('refusal').length > 0) return { status: 'refused', reason: 'too-many' }
      const known = requests.get(phone)
      const ticket = known ?? String(100_001 + requests.size)
      requests.set(phone, ticket)
      windows.set(phone, window)
      return { status: known === undefined ? 'accepted' : 'exists', ticket, window }
    },
    openCallback: async (phone) => {
      const ticket = requests.get(phone)
      return ticket === undefined
        ? null
        : { ticket, window: windows.get(phone) ?? null, state: stateOf(phone) }
    },
    cancelCallback: async (phone) => {
      const ticket = requests.get(phone)
      if (ticket === undefined) return { status: 'none' }
      requests.delete(phone)
      return { status: 'cancelled', ticket }
    },
    answerCallback: async () => of('called-back')[0]?.details.get('is') !== 'over',
    takePlace: async (wish) =>
      of('operators').length === 0 ? { kind: 'nobody' } : { kind: 'taken', place: placeOf(wish) },
    keepScore: async () => {},
  }
}

const placeOf = (wish: PlaceWish): Place => {
  const since = Temporal.Instant.fromEpochMilliseconds(0)
  return {
    ...wish,
    id: '00000000-0000-7000-8000-000000000001',
    since,
    rankAt: since,
    mode: 'hold',
    state: 'waiting',
    result: null,
    preferredOperator: null,
    window: null,
  }
}
