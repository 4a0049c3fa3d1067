import { sql } from 'kysely'
import type { SignInLimits } from '../operators/ports.ts'
import { lockKeys } from './advisory-locks.ts'
import type { Database } from './database.ts'
import { inTransaction } from './transaction.ts'

/** Attempts within a quarter of an hour; who guesses from elsewhere does not lock an operator out. */
const limits = { here: 5, address: 50, login: 100 }
const windowSeconds = 900

/** Who signed in from an address within it is known there: what others try does not count against them. */
const known = sql<string>`interval '30 days'`

/** Attempts to sign in, counted in PostgreSQL for all nodes together. */
export const createSignInLimits = ({ kysely }: Pick<Database, 'kysely'>): SignInLimits => ({
  attempt: (login, address) =>
    inTransaction(kysely, async (transaction) => {
      await lockKeys(transaction, [`sign-in ${login}`, `sign-in from ${address}`])
      const { rows } = await sql<Counts>`
        select count(*) filter (where login = ${login} and address = ${address}) as here,
               count(*) filter (where address = ${address}) as "address",
               count(*) filter (where login = ${login}) as "login",
               ceil(extract(epoch from min(at) + make_interval(secs => ${windowSeconds})
                                       - clock_timestamp()))::int as wait,
               exists (select from journal
                        where login = ${login} and action = 'sign-in'
                          and details ->> 'address' = ${address}
                          and at > clock_timestamp() - ${known}) as "isKnown"
          from sign_in_attempts
         where (login = ${login} or address = ${address})
           and at > clock_timestamp() - make_interval(secs => ${windowSeconds})`.execute(
        transaction,
      )
      const [counts] = rows
      if (
        counts !== undefined &&
        (counts.here >= limits.here ||
          (!counts.isKnown && (counts.address >= limits.address || counts.login >= limits.login)))
      )
        return Math.max(1, counts.wait ?? windowSeconds)
      await sql`insert into sign_in_attempts (login, address)
                values (${login}, ${address})`.execute(transaction)
      return 'go'
    }),
  forget: async (login, address) => {
    await sql`delete from sign_in_attempts
               where (login = ${login} and address = ${address})
                  or at < clock_timestamp() - make_interval(secs => ${windowSeconds})`.execute(
      kysely,
    )
  },
})

type Counts = {
  readonly here: number
  readonly address: number
  readonly login: number
  readonly wait: number | null
  readonly isKnown: boolean
}
