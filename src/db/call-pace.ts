import type { CallPace } from '../queues/call-pace.ts'
import type { Database } from './database.ts'

/** Timers are late and early: so much of the pace may be used before its time. It is paid for later. */
const slackSeconds = 0.1

/** Routers look once a second: a callback that comes in between would be before whoever waits for them. */
const callersSeconds = 2

/** SQL: what one second has room for may begin at one moment, for routers look once a second; at least one call. */
const mostOf = (callsPerSecond: string) => `greatest(1, floor(${callsPerSecond}))`

/**
 * SQL: for how many calls the row `call_pace` has room.
 *
 * @param callsPerSecond parameter, not null
 */
export const roomOf = (callsPerSecond: string): string => {
  const owed = `greatest(extract(epoch from call_pace.paid_until - clock_timestamp())::float8, 0)`
  const room = `${mostOf(callsPerSecond)} + (${slackSeconds} - ${owed}) * ${callsPerSecond}`
  return `greatest(0, least(${mostOf(callsPerSecond)}, floor(${room})))::int`
}

/**
 * SQL of an update of `call_pace`: so many calls are begun. What was begun is paid for in time: on average
 * the pace is never exceeded.
 */
export const paid = (calls: string, callsPerSecond: string): string =>
  `paid_until = greatest(call_pace.paid_until, clock_timestamp())
     + make_interval(secs => ${calls} / ${callsPerSecond})`

/** SQL of such an update: from now on callers may wait for the leg of an operator. */
export const callersWait = `clock_timestamp() + interval '${callersSeconds} seconds'`

const unpaced: CallPace = {
  begun: async () => {},
  isFree: async () => true,
}

/**
 * The pace in PostgreSQL. The legs of operators keep to it where they are claimed.
 *
 * @param callsPerSecond null = whatever is ordered is begun
 */
export const createCallPace = (
  { claimPool }: Pick<Database, 'claimPool'>,
  callsPerSecond: number | null,
): CallPace => {
  if (callsPerSecond === null) return unpaced
  return {
    begun: async (count) => {
      await claimPool.query({
        name: 'calls-begun',
        text: `update call_pace set ${paid('$1::float8', '$2::float8')}`,
        values: [count, callsPerSecond],
      })
    },
    isFree: async () => {
      const { rows } = await claimPool.query<{ isFree: boolean }>({
        name: 'call-pace',
        text: `select ${roomOf('$1::float8')} > 0 and callers_until <= clock_timestamp() as "isFree"
                 from call_pace`,
        values: [callsPerSecond],
      })
      const [row] = rows
      if (row === undefined) throw new Error('The pace of calls has no row')
      return row.isFree
    },
  }
}
