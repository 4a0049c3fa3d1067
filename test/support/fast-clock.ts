import { sql } from 'kysely'
import type { Clock } from '../../src/simulator/clock.ts'

/** A clock that runs `factor` times as fast as the machine's, from a moment that all processes know. */
export type FastTime = { readonly base: number; readonly factor: number }

export const fastNow = ({ base, factor }: FastTime): number => base + (Date.now() - base) * factor

export const fastClock = (time: FastTime): Clock => ({
  now: () => fastNow(time),
  after: (milliseconds, due) => {
    const timer = setTimeout(due, milliseconds / time.factor)
    return () => clearTimeout(timer)
  },
  hold: () => () => {},
})

/** The database's clock, as fast. */
export const fastDatabaseNow = ({ base, factor }: FastTime) => {
  const start = new Date(base).toISOString()
  return sql<Temporal.Instant>`(
    ${start}::timestamptz + (clock_timestamp() - ${start}::timestamptz) * ${sql.lit(factor)})`
}
