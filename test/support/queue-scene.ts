import { randomBytes } from 'node:crypto'
import type { Database } from '../../src/db/database.ts'
import { placeTransaction } from '../../src/db/places.ts'
import type { PlaceWish } from '../../src/queues/ports.ts'
import { concern } from './concern.ts'
import { emptyTables } from './empty-tables.ts'

export const newCall = (): string => `CA${randomBytes(16).toString('hex')}`

export const wishOf = (more: Partial<PlaceWish> = {}): PlaceWish => ({
  callSid: newCall(),
  ...concern,
  ...more,
})

/** Takes a place as a turn does, in a transaction of its own. */
export const takePlace = (database: Database, wish: PlaceWish, limit = 1000) =>
  database.kysely
    .transaction()
    .execute((transaction) => placeTransaction(transaction).take(wish, limit))

/** As `takePlace`; throws when there is none. */
export const placeOf = async (database: Database, more: Partial<PlaceWish> = {}) => {
  const taken = await takePlace(database, wishOf(more))
  if (taken.kind !== 'taken') throw new Error(`No place: ${taken.kind}`)
  return taken.place
}

/** An operator who is free, unless told otherwise. */
export const addOperator = async (
  { pool }: Database,
  login: string,
  {
    skills = [] as readonly string[],
    languages = ['ru-RU'] as readonly string[],
    state = 'available',
  } = {},
): Promise<void> => {
  await pool.query(
    `with made as (
       insert into operators (login, name, password_hash, role, skills, languages, contact)
       values ($1, $1, '', 'operator', $2, $3, 'client:' || $1) returning login)
     insert into presence (login, state, since) select login, $4, clock_timestamp() from made`,
    [login, [...skills], [...languages], state],
  )
}

export const presenceOf = async ({ pool }: Database, login: string) => {
  const { rows } = await pool.query('select state, reason, missed from presence where login = $1', [
    login,
  ])
  return rows[0]
}

/** A database without people in it. */
export const emptyQueues = ({ pool }: Database): Promise<void> =>
  emptyTables(
    pool,
    'talks, reservations, places, presence, operator_sessions, operators, callbacks',
  )
