import { localIso } from '../../schedules/local-time.ts'
import { type Opening, opening } from '../../schedules/opening.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import { type Reading, result, textParam } from './platform-function.ts'

/** Whether a schedule is open: `{ open, until, next }`, local date-times with offset or null. */
export const hours: Reading = {
  writes: false,
  answer: (params, context) => {
    const name = textParam(params, 'schedule') || context.line?.schedule || ''
    const schedule = context.flowSet.schedules.get(name)
    if (schedule === undefined) {
      return name === ''
        ? result({ open: true, until: null, next: null })
        : {
            answer: {
              kind: 'object-error',
              event: 'error.semantic',
              message: `no schedule "${name}" in lines.yaml`,
            },
          }
    }
    const { open, until, next } = openingNow(schedule, context.now)
    const local = (instant: Temporal.Instant | null) =>
      instant === null ? null : localIso(instant, schedule.timeZone)
    return result({ open, until: local(until), next: local(next) })
  },
}

type Known = { readonly from: Temporal.Instant; readonly opening: Opening }

const known = new WeakMap<Schedule, Known>()

/** The opening of a schedule holds until it changes, for all callers who ask in between. */
const openingNow = (schedule: Schedule, now: Temporal.Instant): Opening => {
  const last = known.get(schedule)
  if (last !== undefined && holds(last, now)) return last.opening
  const fresh = opening(schedule, now)
  known.set(schedule, { from: now, opening: fresh })
  return fresh
}

const holds = ({ from, opening: { open, until, next } }: Known, now: Temporal.Instant): boolean => {
  const change = open ? until : next
  return (
    Temporal.Instant.compare(from, now) <= 0 &&
    (change === null || Temporal.Instant.compare(now, change) < 0)
  )
}
