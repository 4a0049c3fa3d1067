import type pg from 'pg'

const tables = ['calls', 'turns'] as const
/** A call's row is changed when it ends, in the space kept for that on its page; turns never are. */
const fillfactors = { calls: 70, turns: 100 } as const
const partitionLock = 4_857_002

/** Months made before and after the present one. */
const monthsBefore = 2
const monthsAhead = 2

/**
 * Makes the monthly partitions around an instant that are missing; cheap when none is. Called at
 * start, once a day, and by a turn that finds its month missing.
 *
 * There is no default partition: its rows would have to be moved before their month could be made,
 * under a lock that stops every call. A partition is made apart and then attached, which unlike
 * `create table … partition of` does not stop readers and writers. Rows are kept whole up to a page:
 * answers are written once a turn and hardly ever read, so packing them would be work for nothing.
 */
export const ensurePartitions = async (pool: pg.Pool, now: Temporal.Instant): Promise<void> => {
  const wanted = months(now).flatMap((month) => tables.map((table) => ({ table, month })))
  if ((await missing(pool, wanted)).length === 0) return
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query("set local lock_timeout = '2s'")
    await client.query('select pg_advisory_xact_lock($1)', [partitionLock])
    for (const partition of await missing(client, wanted)) await client.query(create(partition))
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => {})
    throw new Error('The monthly partitions of the call log could not be made', { cause })
  } finally {
    client.release()
  }
}

type Partition = {
  readonly table: (typeof tables)[number]
  readonly month: Temporal.PlainYearMonth
}

/** Months are those of UTC: a border in a local zone would move with its rules. */
const months = (now: Temporal.Instant): readonly Temporal.PlainYearMonth[] => {
  const present = now.toZonedDateTimeISO('UTC').toPlainDate().toPlainYearMonth()
  const count = monthsBefore + 1 + monthsAhead
  return Array.from({ length: count }, (_, at) => present.add({ months: at - monthsBefore }))
}

const nameOf = ({ table, month }: Partition): string =>
  `${table}_${month.toString().replace('-', '_')}`

const missing = async (
  database: Pick<pg.Pool, 'query'> | pg.PoolClient,
  wanted: readonly Partition[],
): Promise<readonly Partition[]> => {
  const { rows } = await database.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits
      where inhparent = any($1::regclass[])`,
    [tables],
  )
  const there = new Set(rows.map(({ name }) => name))
  return wanted.filter((partition) => !there.has(nameOf(partition)))
}

const create = (partition: Partition): string => {
  const { table, month } = partition
  const name = nameOf(partition)
  const from = `'${month}-01T00:00:00Z'`
  const to = `'${month.add({ months: 1 })}-01T00:00:00Z'`
  return `
    create table ${name} (like ${table} including defaults including constraints including storage)
      with (toast_tuple_target = 8160, fillfactor = ${fillfactors[table]});
    alter table ${table} attach partition ${name} for values from (${from}) to (${to})`
}
