import type pg from 'pg'

/** Longer than any call lasts, and than a carrier repeats itself. */
const keptDays = 2

/** Rows deleted by one statement: none may take long. */
const atOnce = 5_000

/**
 * Deletes status callbacks that the call log has long taken in; they are kept to know a repetition, and for
 * calls that are not known yet. Answers how many.
 */
export const forgetStatuses = async ({ pool }: { readonly pool: pg.Pool }): Promise<number> => {
  let forgotten = 0
  for (;;) {
    const { rowCount } = await pool.query(
      `delete from status_callbacks where ctid = any (array(
         select ctid from status_callbacks
          where received_at < clock_timestamp() - make_interval(days => $1::int) limit $2::int))`,
      [keptDays, atOnce],
    )
    forgotten += rowCount ?? 0
    if ((rowCount ?? 0) < atOnce) return forgotten
  }
}
