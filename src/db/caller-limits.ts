import { sql, type Transaction } from 'kysely'
import { lockKeys } from './advisory-locks.ts'
import type { DB } from './schema.ts'
import type { Connection } from './transaction.ts'

type Kind = 'code' | 'sign-in' | 'guest'

/** So many attempts within so many seconds, of one number or from one address. */
type Limit = {
  readonly of: 'phone' | 'address'
  readonly most: number
  readonly seconds: number
}

const hour = 3600
const day = 24 * hour

/**
 * Codes cost money and wake people. Guesses at a number are few by the tries of its codes; counting them
 * as well would only let strangers keep its owner out. Addresses are shared by many telephones of one
 * network, so they may more.
 */
const limits: Readonly<Record<Kind, readonly Limit[]>> = {
  code: [
    { of: 'phone', most: 3, seconds: hour },
    { of: 'phone', most: 10, seconds: day },
    { of: 'address', most: 30, seconds: hour },
    { of: 'address', most: 100, seconds: day },
  ],
  'sign-in': [{ of: 'address', most: 60, seconds: hour }],
  guest: [{ of: 'address', most: 60, seconds: hour }],
}

export type Attempt = { readonly kind: Kind; readonly phone: string; readonly address: string }

/**
 * Counts an attempt, for all nodes together; attempts of a number and of an address go one after another
 * until the transaction ends. Those that were right count no longer, but codes always do. A number: so
 * many seconds must pass first, and the attempt was not counted.
 */
export const countAttempt = async (
  transaction: Transaction<DB>,
  { kind, phone, address }: Attempt,
): Promise<{ readonly id: number } | number> => {
  await lockKeys(transaction, [`caller ${phone}`, `caller from ${address}`])
  const waits = limits[kind].map(
    ({ of, most, seconds }) => sql`(
      select ceil(extract(epoch from at + make_interval(secs => ${seconds}) - clock_timestamp()))::int
        from caller_attempts
       where kind = ${kind} and ${sql.ref(of)} = ${of === 'phone' ? phone : address}
         and (kind = 'code' or not is_right)
         and at > clock_timestamp() - make_interval(secs => ${seconds})
       order by at desc offset ${most - 1} limit 1)`,
  )
  const { rows: waiting } = await sql<{ wait: number | null }>`
    select greatest(${sql.join(waits)}) as wait`.execute(transaction)
  const wait = waiting[0]?.wait ?? null
  if (wait !== null) return Math.max(1, wait)
  const { rows } = await sql<{ id: number }>`
    insert into caller_attempts (kind, phone, address) values (${kind}, ${phone}, ${address})
    returning id`.execute(transaction)
  return { id: rows[0]?.id ?? 0 }
}

export const noteRight = async (transaction: Transaction<DB>, id: number): Promise<void> => {
  await sql`update caller_attempts set is_right = true where id = ${id}`.execute(transaction)
}

/** Of the last hour. */
export type SignInFigures = {
  readonly codesAsked: number
  readonly tried: number
  readonly wrong: number
}

export const readSignInFigures = async (connection: Connection): Promise<SignInFigures> => {
  const { rows } = await sql<SignInFigures>`
    select count(*) filter (where kind = 'code') as "codesAsked",
           count(*) filter (where kind <> 'code') as tried,
           count(*) filter (where kind <> 'code' and not is_right) as wrong
      from caller_attempts where at > clock_timestamp() - interval '1 hour'`.execute(connection)
  const [figures] = rows
  if (figures === undefined) throw new Error('The figures of signing in were not read')
  return figures
}
