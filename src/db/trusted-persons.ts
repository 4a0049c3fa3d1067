import { sql, type Transaction } from 'kysely'
import type { TrustedPersons } from '../callers/ports.ts'
import type { Secrets } from '../callers/secrets.ts'
import type { Database } from './database.ts'
import { invite, inviteAgain, maxCodeTries } from './invitations.ts'
import type { DB } from './schema.ts'
import { inTransaction } from './transaction.ts'
import { isThere, listPersons, type PersonRow, toPerson } from './trusted-person-rows.ts'

/** Trusted persons in PostgreSQL; their invitations go out through the outbox. */
export const createTrustedPersons = (
  { kysely }: Pick<Database, 'kysely'>,
  secrets: Pick<Secrets, 'refusalToken'>,
): TrustedPersons => ({
  list: (callerPhone) => listPersons(kysely, [callerPhone]).then((all) => all.map(toPerson)),
  invite: (callerPhone, wish) =>
    inTransaction(kysely, (transaction) => invite(transaction, secrets, callerPhone, wish)),
  inviteAgain: (callerPhone, id) =>
    inTransaction(kysely, async (transaction) => {
      const row = await lockPerson(transaction, callerPhone, id)
      if (row?.state !== 'invited') return 'unknown'
      const invited = await inviteAgain(transaction, row)
      return invited === 'sent' ? invited : { retryAfterSeconds: invited }
    }),
  confirm: (callerPhone, id, isCode) =>
    inTransaction(kysely, async (transaction) => {
      const row = await lockPerson(transaction, callerPhone, id)
      if (row?.state === 'confirmed') return toPerson(row)
      if (row?.state !== 'invited') return 'unknown'
      const { rows } = await sql<{ code_id: string }>`
        update trusted_persons set code_tries = code_tries + 1
         where id = ${id} and code_tries < ${maxCodeTries} and code_expires_at > clock_timestamp()
        returning code_id`.execute(transaction)
      if (!isCode(rows[0]?.code_id ?? null)) return 'wrong'
      await sql`
        update trusted_persons set state = 'confirmed', changed_at = clock_timestamp()
         where id = ${id}`.execute(transaction)
      return toPerson({ ...row, state: 'confirmed' })
    }),
  change: async (callerPhone, id, settings) => {
    const { rows } = await sql<PersonRow>`
      update trusted_persons set
          is_told_of_calls = coalesce(${settings.isToldOfCalls ?? null}, is_told_of_calls),
          is_told_place = coalesce(${settings.isToldPlace ?? null}, is_told_place),
          may_read = coalesce(${settings.mayRead ?? null}, may_read),
          may_write = coalesce(${settings.mayWrite ?? null}, may_write),
          changed_at = clock_timestamp()
        where id = ${id} and caller_phone = ${callerPhone} and ${isThere}
      returning *`.execute(kysely)
    return rows[0] === undefined ? null : toPerson(rows[0])
  },
  remove: async (callerPhone, id) => {
    const { rows } = await sql`
      update trusted_persons set state = 'removed', changed_at = clock_timestamp()
       where id = ${id} and caller_phone = ${callerPhone} and ${isThere}
      returning id`.execute(kysely)
    return rows.length > 0
  },
  refuse: (by, isForAll) =>
    inTransaction(kysely, async (transaction) => {
      const which =
        'personId' in by
          ? sql`id = ${by.personId}`
          : sql`refusal_hash = ${Buffer.from(by.refusalHash)}`
      const { rows } = await sql<{ phone: string }>`
        update trusted_persons set state = 'refused', changed_at = clock_timestamp()
         where ${which} returning phone`.execute(transaction)
      const [person] = rows
      if (person === undefined) return false
      if (isForAll) await refuseAll(transaction, person.phone)
      return true
    }),
})

const refuseAll = async (transaction: Transaction<DB>, phone: string): Promise<void> => {
  await sql`insert into refusals (phone) values (${phone}) on conflict do nothing`.execute(
    transaction,
  )
  await sql`update trusted_persons set state = 'refused', changed_at = clock_timestamp()
             where phone = ${phone} and ${isThere}`.execute(transaction)
}

const lockPerson = async (
  transaction: Transaction<DB>,
  callerPhone: string,
  id: string,
): Promise<PersonRow | null> => {
  const { rows } = await sql<PersonRow>`
    select * from trusted_persons
     where id = ${id} and caller_phone = ${callerPhone} for update`.execute(transaction)
  return rows[0] ?? null
}
