import type { Adapters } from '../adapters.ts'
import type { Flows } from '../calls/ports.ts'
import type { CasePorts } from '../cases/create-case.ts'
import { alwaysOpen, type Schedule } from '../schedules/schedule.ts'

/** What the use cases of cases stand on. */
export const casePorts = ({
  cases,
  clock,
  flows,
}: Pick<Adapters, 'cases' | 'clock' | 'flows'>): CasePorts => ({
  cases,
  clock,
  schedule: () => scheduleOfCases(flows),
})

/** Terms of cases are counted in the working days of the first line. */
const scheduleOfCases = (flows: Flows): Schedule => {
  const { lines, schedules, timezone } = flows.current()
  const [first] = lines.values()
  return schedules.get(first?.schedule ?? '') ?? alwaysOpen(timezone)
}
