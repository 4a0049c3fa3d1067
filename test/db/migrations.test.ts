import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t from 'tap'
import { migrate, pendingMigrations } from '../../src/db/migrations.ts'
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
