import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t from 'tap'
import { findCall } from '../../src/calls/live-call.ts'
import { createCallLog } from '../../src/db/call-log.ts'
import { createCallStore } from '../../src/db/call-store.ts'
import { migrate, pendingMigrations, readMigrations } from '../../src/db/migrations.ts'
import { testDatabase } from '../support/database.ts'

const shipped = resolve(import.meta.dirname, '../../sql')

const folder = (
  t: { teardown(work: () => void): unknown },
  files: Record<string, string>,
): string => {
  const path = mkdtempSync(join(tmpdir(), 'hotline-migrations-'))
  t.teardown(() => rmSync(path, { recursive: true }))
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(path, name), sql)
  return path
}

/** Grows by a line a migration (`sha256sum 0021_… >> ../test/db/migrations.sha256` in `sql`); no line ever changes. */
t.test('a migration that was given out is never changed: databases have it', async (t) => {
  const known = readFileSync(join(import.meta.dirname, 'migrations.sha256'), 'utf8')
  const migrations = await readMigrations(shipped)
  t.strictSame(
    migrations.map(({ name, checksum }) => `${checksum}  ${name}`),
    known.trim().split('\n'),
  )
})

t.test('nodes that start together apply every migration once', async (t) => {
  const { url, pool } = await testDatabase(t, { empty: true })
  t.equal((await pendingMigrations(pool, shipped)).length > 0, true)
  const applied = await Promise.all([1, 2, 3].map(() => migrate(url, shipped)))
  t.equal(applied.filter((names) => names.length > 0).length, 1)
  t.same(await pendingMigrations(pool, shipped), [])
})

t.test('a migration that fails leaves nothing of itself and names itself', async (t) => {
  const { url, pool } = await testDatabase(t, { empty: true })
  const path = folder(t, {
    '0001_create_one.sql': 'create table one (id int)',
    '0002_create_two.sql': 'create table two (id int); select nonsense',
  })
  await t.rejects(migrate(url, path), { message: 'Migration 0002_create_two.sql failed' })
  t.same(await pendingMigrations(pool, path), ['0002_create_two.sql'])
  const { rows } = await pool.query(`select to_regclass('two') as two`)
  t.equal(rows[0].two, null)
})

t.test('a changed, missing or belated migration is refused', async (t) => {
  const { url, pool } = await testDatabase(t, { empty: true })
  const one = { '0001_create_one.sql': 'create table one (id int)' }
  const three = { '0003_create_three.sql': 'create table three (id int)' }
  await migrate(url, folder(t, { ...one, ...three }))
  const refused = (files: Record<string, string>, message: RegExp) =>
    t.rejects(pendingMigrations(pool, folder(t, files)), { message })
  await refused({ '0001_create_one.sql': 'select 1', ...three }, /0001.*has been changed/)
  await refused(one, /has migration 0003/)
  await refused({ ...one, ...three, '0002_create_two.sql': 'select 1' }, /0002.*comes before/)
  await refused({ 'one.sql': 'select 1' }, /not named NNNN/)
})

t.test(
  'events of earlier versions move to their turns, and sessions are read as they were',
  async (t) => {
    const { url, pool, kysely, turnsPool } = await testDatabase(t, { empty: true })
    const before = readdirSync(shipped).filter((name) => name < '0005')
    const texts = before.map((name) => [name, readFileSync(join(shipped, name), 'utf8')])
    await migrate(url, folder(t, Object.fromEntries(texts)))
    await pool.query(`
    create table calls_all partition of calls default;
    create table turns_all partition of turns default;
    create table call_events_all partition of call_events default;
    insert into sessions (call_sid, started_at, turn, session, flow_version)
      values ('CA1', now(), 1, '{"flow":{"format":1,"language":"ru-RU"},"marks":{}}', 'f');
    insert into calls (call_sid, started_at, direction, from_number, to_number, language, flow_version)
      values ('CA1', now(), 'inbound', '', '', 'ru-RU', 'f');
    insert into turns (call_sid, started_at, turn, at, twiml)
      select call_sid, started_at, n, now(), '<r n="' || n || '"/>' from sessions, generate_series(0, 1) n;
    insert into call_events (call_sid, started_at, turn, events)
      select call_sid, started_at, 1, '[{"at":"2026-11-21T10:00:00Z","type":"log","data":{}}]' from sessions`)
    await pool.query('update calls c set started_at = (select started_at from sessions)')
    await migrate(url, shipped)
    const store = createCallStore({ kysely, turnsPool }, () => ({}) as never)
    t.equal(await store.replay('CA1', 1), '<r n="1"/>')
    t.equal((await createCallLog(kysely).find('CA1'))?.events.length, 1)
    t.match(await findCall(store, 'CA1'), { turn: 1, session: { flow: { format: 1 }, marks: {} } })
  },
)
