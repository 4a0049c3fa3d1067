import { randomUUIDv7 } from 'node:crypto'
import { sql, type Transaction } from 'kysely'
import type pg from 'pg'
import type { CallStore, Effects, StoredCall, TurnTransaction } from '../calls/ports.ts'
import type { Database } from './database.ts'
import type { DB } from './schema.ts'
import { together } from './together.ts'
import { inTransaction } from './transaction.ts'
import { commitTurnIn, turnCommitter } from './turns.ts'

/** The calls in PostgreSQL. `effects` gives the functions that write inside a turn's transaction. */
export const createCallStore = (
  database: Pick<Database, 'kysely' | 'turnsPool'>,
  effects: (transaction: Transaction<DB>) => Effects,
): CallStore => {
  const { kysely, turnsPool } = database
  const find = together<StoredRow>(turnsPool, { name: 'find-call', text: findStatement })
  return {
    find: async (callSid) => {
      const row = await find(callSid)
      return row === null ? null : toStoredCall(row)
    },
    replay: (callSid, turn) => replay(turnsPool, callSid, turn),
    newPlaceId: () => randomUUIDv7(),
    ...turnCommitter(turnsPool),
    inTransaction: (work) =>
      inTransaction(
        kysely,
        (transaction) => work(turnTransaction(transaction, effects(transaction))),
        (result) => result !== 'stale',
      ),
  }
}

const turnTransaction = (transaction: Transaction<DB>, effects: Effects): TurnTransaction => ({
  claim: (callSid, turn) => claim(transaction, callSid, turn),
  commit: (record) => commitTurnIn(transaction, record),
  effects,
})

/** The row is locked, and before it the identifier of a call that has none yet (sql/0019). */
const claim = async (
  transaction: Transaction<DB>,
  callSid: string,
  turn: number,
): Promise<boolean> => {
  const { rows } = await sql<{ isAt: boolean }>`
    select claim_turn(${callSid}, ${turn}) as "isAt"`.execute(transaction)
  return rows[0]?.isAt ?? false
}

type StoredRow = {
  readonly call_sid: string
  readonly started_at: Temporal.Instant
  readonly turn: number
  readonly session: string | null
  readonly constants: string | null
  readonly flow_version: string
  readonly language: string
  readonly from_number: string
  readonly to_number: string
  readonly ended_at: Temporal.Instant | null
}

const findStatement = `
  select w.nr, s.call_sid, s.started_at, s.turn, s.session, s.constants, s.flow_version,
         c.language, c.from_number, c.to_number, c.ended_at
    from unnest($1::text[]) with ordinality as w (call_sid, nr)
    join sessions s on s.call_sid = w.call_sid
    join calls c on c.call_sid = s.call_sid and c.started_at = s.started_at`

const toStoredCall = (row: StoredRow): StoredCall => ({
  callSid: row.call_sid,
  startedAt: row.started_at,
  turn: row.turn,
  session: row.session,
  constants: row.constants,
  flowVersion: row.flow_version,
  language: row.language,
  from: row.from_number,
  to: row.to_number,
  ended: row.ended_at !== null,
})

const replay = async (pool: pg.Pool, callSid: string, turn: number): Promise<string | null> => {
  const { rows } = await pool.query<{ twiml: string }>({
    name: 'replay-turn',
    text: `
      select coalesce(t.twiml, a.twiml) as twiml
        from turns t
        left join answers a on a.hash = t.answer
       where t.call_sid = $1 and t.turn = $2
         and t.started_at = (select started_at from sessions where call_sid = $1)`,
    values: [callSid, turn],
  })
  return rows[0]?.twiml ?? null
}
