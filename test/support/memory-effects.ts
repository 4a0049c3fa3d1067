import type { Effects } from '../../src/calls/ports.ts'
import { isCaseStatus } from '../../src/cases/case.ts'
import type { Given } from './transcript.ts'

/** After so many wrong pairs of number and code a call gets nothing more, as in `cases/`. */
const triesBeforeLock = 3

/**
 * Cases and callbacks of one call in memory. `given case 2026000001 code 4321 state refused reason "…"
 * expected 2026-12-01`, `given callback +79161234567 ticket 100001`, `given refusal callbacks`.
 */
export const memoryEffects = (givens: readonly Given[]): Effects => {
  const of = (subject: string) => givens.filter((given) => given.subject === subject)
  const requests = new Map<string, string>()
  for (const { value, details } of of('callback'))
    requests.set(value, details.get('ticket') ?? '100001')
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
      return { status: known === undefined ? 'accepted' : 'exists', ticket, window }
    },
  }
}
