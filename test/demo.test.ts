import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createCaseStore } from '../src/db/cases.ts'
import { createOperatorStore } from '../src/db/operators.ts'
import { demoOperators, demoToken, exampleCase } from '../src/demo.ts'
import { isPassword } from '../src/operators/password.ts'
import { alwaysOpen } from '../src/schedules/schedule.ts'
import { welcome } from '../src/welcome.ts'
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

t.test(
  'the operators of the demo are made once, with passwords that only a file tells',
  async (t) => {
    const database = await testDatabase(t)
    const operators = createOperatorStore(database)
    const managing = { operators, stopRinging: async () => {}, hint: () => {} }
    const folder = join(t.testdir(), 'data')
    const made = await demoOperators(folder, managing, ['services'])
    t.match(made, [
      { login: 'anna', role: 'operator', password: /^[\w-]{20}$/ },
      { login: 'boris', role: 'operator' },
      { login: 'vera', role: 'supervisor' },
    ])
    t.match(await operators.find('anna'), { contact: 'client:anna', skills: ['services'] })
    for (const { login, password } of made) {
      const known = await operators.credentials(login)
      t.ok(await isPassword(password, known?.passwordHash ?? null), login)
    }
    t.equal(statSync(join(folder, 'operators')).mode & 0o777, 0o600)
    t.strictSame(await demoOperators(folder, managing, []), made, 'the next start tells the same')
    t.match(await operators.find('anna'), { skills: ['services'] }, 'and changes nobody')
    t.strictSame(await demoOperators(t.testdir(), managing, []), [], 'of others it knows nothing')
  },
)

t.test('the start tells where the pages are and how to sign in', async (t) => {
  const told = welcome('http://127.0.0.1:3000', {
    adminToken: 'token',
    dataDir: '.data',
    example: null,
    operators: [{ login: 'anna', role: 'operator', password: 'secret-of-anna' }],
  })
  t.match(told, 'http://127.0.0.1:3000/phone')
  t.match(told, 'http://127.0.0.1:3000/console')
  t.match(told, 'anna (operator), password secret-of-anna')
})
