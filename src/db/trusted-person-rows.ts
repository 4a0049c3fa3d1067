import { type Selectable, sql } from 'kysely'
import type { PersonSettings, TrustedPerson } from '../callers/person.ts'
import type { TrustedPersons } from './schema.ts'
import type { Connection } from './transaction.ts'

export type PersonRow = Selectable<TrustedPersons>

/** Neither removed by the caller nor refused by the person. */
export const isThere = sql<boolean>`state in ('invited', 'confirmed')`

/** Those who are invited or confirmed, of several callers, in the order of invitation. */
export const listPersons = async (
  connection: Connection,
  callerPhones: readonly string[],
): Promise<readonly PersonRow[]> => {
  const { rows } = await sql<PersonRow>`
    select * from trusted_persons
     where caller_phone = any (${[...callerPhones]}) and ${isThere}
     order by invited_at, id`.execute(connection)
  return rows
}

export const toPerson = (row: PersonRow): TrustedPerson => ({
  id: row.id,
  phone: row.phone,
  name: row.name,
  state: row.state === 'confirmed' ? 'confirmed' : 'invited',
  ...settingsOf(row),
})

const settingsOf = (row: PersonRow): PersonSettings => ({
  isToldOfCalls: row.is_told_of_calls,
  isToldPlace: row.is_told_place,
  mayRead: row.may_read,
  mayWrite: row.may_write,
})
