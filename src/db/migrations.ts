import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

/** One file of `sql/`: `0001_create_calls.sql`, applied once, in the order of the names. */
export type Migration = {
  readonly name: string
  readonly sql: string
  /** SHA-256 of the file, hexadecimal. */
  readonly checksum: string
}

/** Number of the advisory lock that lets one node migrate while others wait. */
const migrationLock = 4_857_001

/** Reads the folder; a file that is not named `NNNN_verb_noun.sql` is a fault. */
export const readMigrations = async (folder: string): Promise<readonly Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const odd = names.find((name) => !/^\d{4}(_[a-z0-9]+){2,}\.sql$/.test(name))
  if (odd !== undefined) throw new Error(`${join(folder, odd)} is not named NNNN_verb_noun.sql`)
  const twice = names.find((name, at) => name.slice(0, 4) === names[at - 1]?.slice(0, 4))
  if (twice !== undefined) throw new Error(`${join(folder, twice)} has the number of another file`)
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/**
 * Applies what is not applied yet and gives its names. Each file is one transaction. Nodes that
 * start together wait for the one that migrates, then find nothing left to do.
 */
export const migrate = async (url: string, folder: string): Promise<readonly string[]> => {
  const migrations = await readMigrations(folder)
  const client = new pg.Client({ connectionString: url, application_name: 'hotline migrate' })
  // A connection that breaks is reported by the query that it breaks.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await client.query(
      `create table if not exists migrations (
         name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    )
    const pending = pendingOf(migrations, await readApplied(client))
    for (const migration of pending) await apply(client, migration)
    return pending.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

/**
 * Names of the migrations that the database lacks, so that a node can refuse to start on it.
 * Throws when an applied file has changed, or the database has one that the folder lacks.
 */
export const pendingMigrations = async (
  database: Queryable,
  folder: string,
): Promise<readonly string[]> => {
  const migrations = await readMigrations(folder)
  const { rows } = await database.query<{ there: boolean }>(
    `select to_regclass('migrations') is not null as there`,
  )
  const applied = rows[0]?.there === true ? await readApplied(database) : new Map<string, string>()
  return pendingOf(migrations, applied).map(({ name }) => name)
}

type Queryable = Pick<pg.Pool, 'query'> | Pick<pg.Client, 'query'>

const readApplied = async (database: Queryable): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await database.query<{ name: string; checksum: string }>(
    'select name, checksum from migrations',
  )
  return new Map(rows.map(({ name, checksum }) => [name, checksum]))
}

const pendingOf = (
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, string>,
): readonly Migration[] => {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const [name, checksum] of applied) {
    const migration = known.get(name)
    if (migration === undefined) {
      throw new Error(`The database has migration ${name}, which this version of hotline lacks`)
    }
    if (migration.checksum !== checksum) {
      throw new Error(`Migration ${name} has been changed since it was applied: add a new file`)
    }
  }
  const pending = migrations.filter(({ name }) => !applied.has(name))
  const last = [...applied.keys()].sort().at(-1) ?? ''
  const late = pending.find(({ name }) => name < last)
  if (late !== undefined) {
    throw new Error(`Migration ${late.name} comes before ${last}, which is applied: renumber it`)
  }
  return pending
}

const apply = async (client: pg.Client, { name, sql, checksum }: Migration): Promise<void> => {
  try {
    await client.query('begin')
    await client.query(sql)
    await client.query('insert into migrations (name, checksum) values ($1, $2)', [name, checksum])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => {})
    throw new Error(`Migration ${name} failed`, { cause })
  }
}
