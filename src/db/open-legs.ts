import type pg from 'pg'

/** Legs that are up as far as the database knows. */
export type OpenLegs = {
  /** Calls whose end nobody has told. */
  readonly calls: readonly string[]
  /** Attempts to call somebody back that have a leg. */
  readonly attempts: readonly { readonly token: string; readonly legSid: string }[]
  /** Reservations whose operator is rung, or has answered and waits. */
  readonly reservations: readonly string[]
}

export const readOpenLegs = async ({ pool }: { readonly pool: pg.Pool }): Promise<OpenLegs> => {
  const { rows: calls } = await pool.query<{ call_sid: string }>(
    `select call_sid from calls
      where ended_at is null and started_at > clock_timestamp() - interval '1 day'
      order by started_at`,
  )
  const { rows: attempts } = await pool.query<{ token: string; legSid: string }>(
    `select attempt_token as token, leg_sid as "legSid" from callbacks
      where state in ('placed', 'answered') and leg_sid is not null order by dial_at`,
  )
  const { rows: reservations } = await pool.query<{ id: string }>(
    `select id from reservations where state in ('ringing', 'answered') order by created_at`,
  )
  return {
    calls: calls.map(({ call_sid }) => call_sid),
    attempts,
    reservations: reservations.map(({ id }) => id),
  }
}
