import { type Selectable, sql, type Transaction } from 'kysely'
import { type Case, isCaseStatus } from '../cases/case.ts'
import type { CaseChange, CaseDraft, CaseStore, CodeAccess, CodeAttempt } from '../cases/ports.ts'
import { type ApplicationNumber, formatApplicationNumber } from '../numbers/application-number.ts'
import { lockKeys } from './advisory-locks.ts'
import type { Database } from './database.ts'
import type { Cases, DB } from './schema.ts'
import { inTransaction } from './transaction.ts'

/** Cases in PostgreSQL. */
export const createCaseStore = ({ kysely }: Pick<Database, 'kysely'>): CaseStore => ({
  create: (draft) => inTransaction(kysely, (transaction) => create(transaction, draft)),
  find: async (number) => {
    const row = await kysely
      .selectFrom('cases')
      .selectAll()
      .where('number', '=', number)
      .executeTakeFirst()
    return row === undefined ? null : toCase(row)
  },
  change: (number, decide) =>
    inTransaction(kysely, (transaction) => change(transaction, number, decide)),
})

/** Access by code, bound to a transaction. */
export const codeAccess = (transaction: Transaction<DB>): CodeAccess => ({
  countFailures: (attempt, since) => countFailures(transaction, attempt, since),
  recordFailure: async ({ caseNumber, caller, callSid, at }) => {
    await transaction
      .insertInto('code_attempts')
      .values({ case_number: caseNumber, caller, call_sid: callSid, at })
      .execute()
  },
  findWithCode: async (number) => {
    const row = await transaction
      .selectFrom('cases')
      .selectAll()
      .where('number', '=', number)
      .executeTakeFirst()
    if (row === undefined) return null
    return {
      found: toCase(row),
      code: { salt: row.access_code_salt, hash: row.access_code_hash },
    }
  },
})

const create = async (transaction: Transaction<DB>, draft: CaseDraft): Promise<Case> => {
  const { region, year } = draft
  // The counter's row stays locked until the case is committed; a rollback gives the number back.
  const { last } = await transaction
    .insertInto('case_numbers')
    .values({ region, year, last: 1 })
    .onConflict((conflict) =>
      conflict.columns(['region', 'year']).doUpdateSet({ last: sql`case_numbers.last + 1` }),
    )
    .returning('last')
    .executeTakeFirstOrThrow()
  const number = formatApplicationNumber(year, last, region)
  if (number === null) {
    throw new Error('Cases of the year have no number left', { cause: { region, year, last } })
  }
  const row = await transaction
    .insertInto('cases')
    .values({
      number,
      phone: draft.phone,
      service: draft.service,
      applicant_name: draft.applicantName,
      status: draft.status,
      note: draft.note,
      access_code_salt: draft.code.salt,
      access_code_hash: draft.code.hash,
      created_at: draft.createdAt,
      changed_at: draft.createdAt,
      expected_on: draft.expectedOn.toString(),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await transaction
    .insertInto('case_changes')
    .values({
      case_number: row.number,
      position: 0,
      at: draft.createdAt,
      status: draft.status,
      note: draft.note,
    })
    .execute()
  return toCase(row)
}

const change = async (
  transaction: Transaction<DB>,
  number: ApplicationNumber,
  decide: (found: Case) => CaseChange,
): Promise<Case | null> => {
  const before = await transaction
    .selectFrom('cases')
    .selectAll()
    .where('number', '=', number)
    .forUpdate()
    .executeTakeFirst()
  if (before === undefined) return null
  const { status, note, at, expectedOn } = decide(toCase(before))
  const after = await transaction
    .updateTable('cases')
    .set({ status, note, changed_at: at, expected_on: expectedOn.toString() })
    .where('number', '=', number)
    .returningAll()
    .executeTakeFirstOrThrow()
  await transaction
    .insertInto('case_changes')
    .columns(['case_number', 'position', 'at', 'status', 'note'])
    .expression((from) =>
      from
        .selectFrom('case_changes')
        .select((history) => [
          sql<string>`${number}::text`.as('case_number'),
          sql<number>`coalesce(max(position), -1) + 1`.as('position'),
          sql<Temporal.Instant>`${at}::timestamptz`.as('at'),
          sql<string>`${status}::text`.as('status'),
          history.val(note).as('note'),
        ])
        .where('case_number', '=', number),
    )
    .execute()
  return toCase(after)
}

const countFailures = async (
  transaction: Transaction<DB>,
  { caseNumber, caller, callSid }: CodeAttempt,
  since: Temporal.Instant,
) => {
  await lockKeys(transaction, [`case ${caseNumber}`, `caller ${caller}`, `call ${callSid}`])
  const { rows } = await sql<{ inCall: number; ofNumber: number; ofCaller: number }>`
    select (select count(*) from code_attempts where call_sid = ${callSid}) as "inCall",
           (select count(*) from code_attempts
             where case_number = ${caseNumber} and at > ${since}) as "ofNumber",
           (select count(*) from code_attempts
             where caller = ${caller} and at > ${since}) as "ofCaller"`.execute(transaction)
  return rows[0] ?? { inCall: 0, ofNumber: 0, ofCaller: 0 }
}

const toCase = (row: Selectable<Cases>): Case => {
  if (!isCaseStatus(row.status)) {
    throw new Error('Case has a status that is none', { cause: { status: row.status } })
  }
  return {
    number: row.number as ApplicationNumber,
    phone: row.phone,
    service: row.service,
    applicantName: row.applicant_name,
    status: row.status,
    note: row.note,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    expectedOn: Temporal.PlainDate.from(row.expected_on),
  }
}
