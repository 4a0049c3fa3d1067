import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createCaseStore } from '../src/db/cases.ts'
import { demoToken, exampleCase } from '../src/demo.ts'
import { alwaysOpen } from '../src/schedules/schedule.ts'
import { testDatabase } from './support/database.ts'

const ports = {
  cases: createCaseStore(await testDatabase(t)),
  clock: { now: () => Temporal.Instant.from('2026-11-21T10:00:00Z') },
  schedule: () => alwaysOpen('Europe/Moscow'),
}

t.test('the token is made once, and only its owner can read it', async (t) => {
  const folder = join(t.testdir(), 'data')
  const token = await demoToken(folder)
  t.ok(token.length >= 32)
  t.equal(await demoToken(folder), token)
  t.equal(readFileSync(join(folder, 'admin-token'), 'utf8').trim(), token)
  t.equal(statSync(join(folder, 'admin-token')).mode & 0o777, 0o600)
  t.not(await demoToken(t.testdir()), token)
})

t.test('the example is registered once; another is made when it has been lost', async (t) => {
  const folder = t.testdir()
  const first = await exampleCase(folder, ports)
  t.match(first, { number: 'RU-2026-000001', keys: '2026000001#', accessCode: /^\d{4}$/ })
  t.same(await exampleCase(folder, ports), first)
  t.equal(statSync(join(folder, 'example-case')).mode & 0o777, 0o600)
  rmSync(join(folder, 'example-case'))
  t.match(await exampleCase(folder, ports), { number: 'RU-2026-000002' })
})
