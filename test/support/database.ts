import { createHash, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrate, readMigrations } from '../../src/db/migrations.ts'
import { ensurePartitions } from '../../src/db/partitions.ts'

const migrationsFolder = resolve(import.meta.dirname, '../../sql')

/** Kept between runs, so that only the first one waits for `initdb`; another clone has another. */
const serverFolder = join(
  tmpdir(),
  `hotline-test-${process.getuid?.() ?? 0}-${createHash('sha256')
    .update(import.meta.dirname)
    .digest('hex')
    .slice(0, 8)}`,
)

/** On a crowded machine tests wait longer than callers could: for a connection, for a statement, for its answer. */
const patience = { connect_timeout: '60', statement_timeout: '60000', query_timeout: '61000' }

/** Nothing here outlives the run, so nothing need reach the disk. */
const fast = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
}

/**
 * Starts the PostgreSQL that all tests share, or joins it. It runs until every process that started
 * or joined it has stopped it or ended. `HOTLINE_TEST_DATABASE_URL` names another server instead.
 */
export const startTestPostgres = async (): Promise<EmbeddedPostgres> => {
  const url = process.env.HOTLINE_TEST_DATABASE_URL
  if (url !== undefined) return { url, stop: async () => {} }
  const options = { dataDir: serverFolder, settings: fast }
  try {
    return await startEmbeddedPostgres(options)
  } catch {
    // Without fsync a machine that lost power leaves a cluster that does not start again.
    rmSync(serverFolder, { recursive: true, force: true })
    return startEmbeddedPostgres(options)
  }
}

type Test = { teardown(work: () => Promise<void>): unknown }

/**
 * A database of its own for a test file, migrated, with the partitions around `now` (or `empty`);
 * dropped when the test ends. Takes about 0.1 s.
 */
export const testDatabase = async (
  t: Test,
  { now = Temporal.Now.instant(), max = 10, empty = false } = {},
): Promise<Database> => {
  const server = await startTestPostgres()
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`
  await asAdministrator(server.url, async (client) => {
    const template = empty ? 'template0' : await ensureTemplate(client, server.url)
    await client.query(`create database ${name} template ${template}`)
  })
  const database = openDatabase(databaseUrl(server.url, name), { max })
  t.teardown(async () => {
    await database.close()
    await asAdministrator(server.url, async (client) => {
      await client.query(`drop database ${name} with (force)`)
    })
    await server.stop()
  })
  if (!empty) await ensurePartitions(database.pool, now)
  return database
}

/** The template bears the hash of the migrations in its name, once it is complete. */
const ensureTemplate = async (client: pg.Client, url: string): Promise<string> => {
  const migrations = await readMigrations(migrationsFolder)
  const hash = createHash('sha256').update(migrations.map(({ checksum }) => checksum).join())
  const name = `hotline_template_${hash.digest('hex').slice(0, 16)}`
  await client.query('select pg_advisory_lock(4857000)')
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) {
      await dropLeftovers(client)
      await client.query(`create database ${name}_new`)
      await migrate(databaseUrl(url, `${name}_new`), migrationsFolder)
      await client.query(`alter database ${name}_new rename to ${name}`)
    }
  } finally {
    await client.query('select pg_advisory_unlock(4857000)')
  }
  return name
}

/** Templates of earlier migrations and databases of test processes that were killed. */
const dropLeftovers = async (client: pg.Client): Promise<void> => {
  const { rows } = await client.query<{ name: string }>(
    String.raw`select datname as name from pg_database d
      where (datname like 'hotline\_template\_%' or datname like 'test\_%')
        and not exists (select from pg_stat_activity a where a.datname = d.datname)`,
  )
  for (const { name } of rows) await client.query(`drop database if exists ${name} with (force)`)
}

const asAdministrator = async (
  url: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

const databaseUrl = (url: string, name: string): string => {
  const target = new URL(url)
  target.pathname = `/${name}`
  for (const [name, time] of Object.entries(patience)) target.searchParams.set(name, time)
  return target.href
}
