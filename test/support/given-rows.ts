import { hashCode } from '../../src/cases/access-code.ts'
import { isCaseStatus } from '../../src/cases/case.ts'
import { callbackRequests } from '../../src/db/callbacks.ts'
import { createCaseStore } from '../../src/db/cases.ts'
import { ensurePartitions } from '../../src/db/partitions.ts'
import { parseNumber } from '../../src/numbers/e164.ts'
import type { testDatabase } from './database.ts'
import type { Transcript } from './transcript.ts'

/** Children before their parents. */
const tables = [
  'surveys',
  'talks',
  'reservations',
  'callback_wishes',
  'callbacks',
  'places',
  'presence',
  'operators',
  'code_attempts',
  'case_changes',
  'cases',
  'case_numbers',
  'turns',
  'status_callbacks',
  'sessions',
  'calls',
]

/** Empties the database and puts in what a transcript says is given. */
export const fillDatabase = async (
  database: Awaited<ReturnType<typeof testDatabase>>,
  { at, givens }: Transcript,
): Promise<void> => {
  // Quicker than truncating: the tables are small, their partitions many.
  await database.pool.query(tables.map((table) => `delete from ${table}`).join(';'))
  await database.pool.query(`alter sequence callback_tickets restart`)
  await ensurePartitions(database.pool, at)
  for (const { subject, value } of givens) {
    if (subject === 'operators') await signInOperators(database, Number(value))
  }
  const cases = createCaseStore(database)
  for (const { subject, value, details } of givens) {
    if (subject === 'case') {
      const status = details.get('state') ?? 'registered'
      const phone = parseNumber('+79161234567')
      if (!isCaseStatus(status) || phone === null) throw new Error(`no such status: ${status}`)
      const created = await cases.create({
        region: 'RU',
        year: Number(value.slice(0, 4)),
        phone,
        service: 'other',
        applicantName: null,
        status,
        note: details.get('reason') ?? null,
        createdAt: at,
        expectedOn: Temporal.PlainDate.from(details.get('expected') ?? '2026-12-01'),
        code: await hashCode(details.get('code') ?? ''),
      })
      if (created.number !== `RU-${value.slice(0, 4)}-${value.slice(4)}`)
        throw new Error(`cases are given in the order of their numbers: ${value}`)
    }
    if (subject === 'callback') {
      const phone = parseNumber(value)
      if (phone === null) throw new Error(`no number: ${value}`)
      await database.pool.query(
        `alter sequence callback_tickets restart ${Number(details.get('ticket'))}`,
      )
      await database.kysely.transaction().execute((transaction) =>
        callbackRequests(transaction).create({
          callSid: `CA${'f'.repeat(32)}`,
          phone,
          queue: 'general',
          topic: null,
          window: null,
          now: at,
        }),
      )
      const state = details.get('state')
      if (state !== undefined)
        await database.kysely
          .updateTable('callbacks')
          .set({ state })
          .where('phone', '=', phone)
          .execute()
    }
  }
}

/** Signed in and on a break: callers may wait for them, and nobody is rung. */
const signInOperators = async (
  database: Awaited<ReturnType<typeof testDatabase>>,
  count: number,
): Promise<void> => {
  for (let number = 1; number <= count; number++) {
    await database.pool.query(
      `with made as (
         insert into operators (login, name, password_hash, role, skills, languages, contact)
         values ($1, $1, '', 'operator', $2, $3, 'client:' || $1) returning login)
       insert into presence (login, state) select login, 'break' from made`,
      [`operator-${number}`, skills, ['ru-RU', 'en-US', 'tt-RU']],
    )
  }
}

const skills = ['business', 'cabinet', 'doctors', 'emergency', 'services', 'status']
