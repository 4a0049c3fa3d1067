import type { CallPace } from '../queues/call-pace.ts'
import type { Database } from './database.ts'

/** Calls of so many seconds may begin at once: routers look once a second. */
const burstSeconds = 1

/** Timers are late and early: so much of the pace may be used before its time. It is paid for later. */
const slackSeconds = 0.1

/** Routers look once a second: a callback that comes in between would be before whoever waits for them. */
const callersSeconds = 2

const unpaced: CallPace = {
  most: Number.POSITIVE_INFINITY,
  room: async () => Number.POSITIVE_INFINITY,
  begun: async () => {},
  isFree: async () => true,
}

/**
 * The pace in PostgreSQL. What was begun is paid for in time: on average it is never exceeded.
 *
 * @param callsPerSecond null = whatever is ordered is begun
 */
export const createCallPace = (
  { claimPool }: Pick<Database, 'claimPool'>,
  callsPerSecond: number | null,
): CallPace => {
  if (callsPerSecond === null) return unpaced
  const most = Math.max(1, Math.floor(callsPerSecond * burstSeconds))
  const each = 1 / callsPerSecond
  const room = async (): Promise<{ readonly calls: number; readonly isForCallers: boolean }> => {
    const { rows } = await claimPool.query<{ owed: number; callers: boolean }>({
      name: 'call-pace',
      text: `select greatest(extract(epoch from paid_until - clock_timestamp()), 0)::float8 as owed,
                    callers_until > clock_timestamp() as callers
               from call_pace`,
    })
    const [row] = rows
    if (row === undefined) throw new Error('The pace of calls has no row')
    const calls = Math.floor((most * each + slackSeconds - row.owed) / each)
    return { calls: Math.max(0, Math.min(most, calls)), isForCallers: row.callers }
  }
  return {
    most,
    room: async () => (await room()).calls,
    begun: async (count, mayBeMore = false) => {
      if (count === 0) return
      await claimPool.query({
        name: 'calls-begun',
        text: `update call_pace set
                   paid_until = greatest(paid_until, clock_timestamp()) + make_interval(secs => $1),
                   callers_until = case when $2 then clock_timestamp() + make_interval(secs => $3)
                                        else callers_until end`,
        values: [count * each, mayBeMore, callersSeconds],
      })
    },
    isFree: async () => {
      const { calls, isForCallers } = await room()
      return calls > 0 && !isForCallers
    },
  }
}
