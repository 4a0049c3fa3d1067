import { localIso } from '../../schedules/local-time.ts'
import { opening } from '../../schedules/opening.ts'
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
    const { open, until, next } = opening(schedule, context.now)
    const local = (instant: Temporal.Instant | null) =>
      instant === null ? null : localIso(instant, schedule.timeZone)
    return result({ open, until: local(until), next: local(next) })
  },
}
