import t from 'tap'
import { applicationStatus } from '../../src/cases/application-status.ts'
import { changeCase } from '../../src/cases/change-case.ts'
import { createCase } from '../../src/cases/create-case.ts'
import { codeAccess, createCaseStore } from '../../src/db/cases.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { alwaysOpen } from '../../src/schedules/schedule.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const now = Temporal.Instant.from('2026-11-23T09:00:00Z')
const ports = {
  cases: createCaseStore(database),
  clock: { now: () => now },
  schedule: () => alwaysOpen('Europe/Moscow'),
}

const registered = async () => {
  const result = await createCase(ports, { phone: '+79161234567', service: 'паспорт' })
  if (result.kind !== 'created') throw new Error(result.kind)
  const right = result.accessCode
  const keyed = result.created.number.replace(/\D/g, '')
  return { number: result.created.number, keyed, right, wrong: right === '0000' ? '1111' : '0000' }
}

let calls = 0
const newCall = () => ({
  callSid: `CA${calls++}`,
  caller: `+7916${String(calls).padStart(7, '0')}`,
})

const ask = (
  number: string,
  code: string,
  from: { readonly callSid: string; readonly caller: string } = newCall(),
  at = now,
) =>
  inTransaction(database.kysely, (transaction) =>
    applicationStatus(codeAccess(transaction), { ...from, number, code, now: at }),
  )

t.test(
  'number and code open the case, with a reason only where there is one to tell',
  async (t) => {
    const { number, keyed, right } = await registered()
    t.same(await ask(keyed, right), {
      status: 'found',
      number,
      state: 'registered',
      service: 'паспорт',
      reason: null,
      expectedOn: '2026-11-30',
    })
    await changeCase(ports, number, { status: 'refused', note: 'нет подписи' })
    t.match(await ask(keyed, right), { state: 'refused', reason: 'нет подписи', expectedOn: null })
  },
)

t.test('a wrong code, an unknown number and no number at all are answered alike', async (t) => {
  const { keyed, wrong } = await registered()
  t.same(await ask(keyed, wrong), { status: 'refused' })
  t.same(await ask('2026999999', '1234'), { status: 'refused' })
  t.same(await ask('12', '\u0000'), { status: 'refused' })
})

t.test('after three failures in a call there is no fourth, whatever the numbers', async (t) => {
  const { keyed, right } = await registered()
  const call = newCall()
  for (const other of ['2026900001', '2026900002', '2026900003']) {
    t.same(await ask(other, '0000', call), { status: 'refused' })
  }
  t.same(await ask(keyed, right, call), { status: 'locked' })
  t.match(await ask(keyed, right), { status: 'found' })
})

t.test(
  'a number locks after five failures an hour, from whatever callers, known or not',
  async (t) => {
    const { keyed, right, wrong } = await registered()
    for (const tried of [keyed, '2026800001']) {
      for (let times = 0; times < 5; times++) t.same(await ask(tried, wrong), { status: 'refused' })
      t.same(await ask(tried, right), { status: 'locked' })
    }
    t.match(await ask(keyed, right, newCall(), now.add({ minutes: 61 })), { status: 'found' })
  },
)

t.test(
  'a caller locks after five failures an hour over several calls; withheld ones do not',
  async (t) => {
    const { keyed, right } = await registered()
    const fail = async (caller: string) => {
      for (let times = 0; times < 5; times++) {
        await ask(`20267${caller.length}000${times}`, '0000', { ...newCall(), caller })
      }
      return ask(keyed, right, { ...newCall(), caller })
    }
    t.same(await fail('+79165550000'), { status: 'locked' })
    t.match(await fail('anonymous'), { status: 'found' })
  },
)

t.test('guesses made at the same time are counted one after another', async (t) => {
  const { keyed, wrong } = await registered()
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask(keyed, wrong)))
  t.equal(answers.filter(({ status }) => status === 'refused').length, 5)
  t.equal(answers.filter(({ status }) => status === 'locked').length, 7)
})
