import { sql } from 'kysely'

/** Guesses at one code. */
const maxTries = 5

/** A one-time code that still signs somebody in; a condition on `sign_in_codes`. */
export const isOpenCode = sql<boolean>`used_at is null and tries < ${sql.lit(maxTries)}
  and expires_at > clock_timestamp()`
