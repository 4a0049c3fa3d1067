import { type Selectable, sql, type Transaction } from 'kysely'
import {
  type Activation,
  type ActivationOrigin,
  type ActivationStore,
  type ActivationTurn,
  activationOrigins,
} from '../calls/activation.ts'
import { lockKeys } from './advisory-locks.ts'
import { announce } from './changes.ts'
import type { Database } from './database.ts'
import { sqlState } from './failures.ts'
import type { DB, FlowActivations } from './schema.ts'
import { type Connection, inTransaction } from './transaction.ts'

/** How long an activation waits for that of another node: so often, each time shorter than a statement may take. */
const patience = { tries: 5, milliseconds: 4_000 }

/** A file may have 15 MB; with this much beside it a statement stays well below its limit of time. */
const bytesAtOnce = 4 * 1024 * 1024

/**
 * Which version of the flow folder is active, and how that came. Activations of this process stand in
 * line without a connection; only the first of them waits for other nodes.
 */
export const createActivationStore = (
  { kysely }: Pick<Database, 'kysely'>,
  { tries, milliseconds } = patience,
): ActivationStore => {
  const locked = async <T>(work: (turn: ActivationTurn) => Promise<T>): Promise<T | 'busy'> => {
    for (let left = tries; left > 0; left--) {
      try {
        return await inTransaction(kysely, async (transaction) => {
          await sql`set local lock_timeout = ${sql.lit(milliseconds)}`.execute(transaction)
          await lockKeys(transaction, ['flow activation'])
          await sql`set local lock_timeout = 0`.execute(transaction)
          return work(activationTurn(transaction, await active(transaction)))
        })
      } catch (cause) {
        if (sqlState(cause) !== lockNotAvailable) throw cause
      }
    }
    return 'busy'
  }
  let last: Promise<unknown> = Promise.resolve()
  return {
    active: () => active(kysely),
    inTurn: (work) => {
      const mine = last.catch(() => {}).then(() => locked(work))
      last = mine
      return mine
    },
  }
}

const lockNotAvailable = '55P03'

const active = async (connection: Connection): Promise<Activation | null> => {
  const row = await connection
    .selectFrom('flow_activations')
    .selectAll()
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : toActivation(row)
}

const activationTurn = (
  transaction: Transaction<DB>,
  current: Activation | null,
): ActivationTurn => ({
  active: current,
  lastOf: async (node) => {
    const row = await transaction
      .selectFrom('flow_folders')
      .select('version')
      .where('node', '=', node)
      .executeTakeFirst()
    return row?.version ?? null
  },
  wasActive: async (version) => {
    const row = await transaction
      .selectFrom('flow_activations')
      .select('number')
      .where('version', '=', version)
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  },
  missing: async (hashes) => {
    const { rows } = await sql<{ hash: string }>`
      select hash from unnest(${[...hashes]}::text[]) as hash
       where not exists (select from flow_files f where f.hash = hash.hash)`.execute(transaction)
    return new Set(rows.map(({ hash }) => hash))
  },
  save: async ({ version, manifest, lines }, contents) => {
    for (const files of inPortions(contents)) {
      await sql`
        insert into flow_files (hash, content)
        select * from unnest(${files.map(([hash]) => hash)}::text[],
                             ${files.map(([, content]) => Buffer.from(content))}::bytea[])
            on conflict do nothing`.execute(transaction)
    }
    await transaction
      .insertInto('flow_versions')
      .values({
        hash: version,
        manifest: JSON.stringify(Object.fromEntries(manifest)),
        lines: lines.size,
      })
      .onConflict((conflict) => conflict.column('hash').doUpdateSet({ lines: lines.size }))
      .execute()
  },
  remember: async (node, version, at) => {
    await transaction
      .insertInto('flow_folders')
      .values({ node, version, read_at: at })
      .onConflict((conflict) => conflict.column('node').doUpdateSet({ version, read_at: at }))
      .execute()
  },
  activate: async ({ version, at, origin, by }) => {
    const number = (current?.number ?? 0) + 1
    const row = await transaction
      .insertInto('flow_activations')
      .values({ number, version, activated_at: at, origin, activated_by: by })
      .returningAll()
      .executeTakeFirstOrThrow()
    await announce(transaction, 'flows')
    return toActivation(row)
  },
})

/** Files in portions of a few megabytes, or one that is larger by itself. */
function* inPortions(
  contents: ReadonlyMap<string, Uint8Array>,
): Generator<readonly (readonly [hash: string, content: Uint8Array])[]> {
  let portion: (readonly [string, Uint8Array])[] = []
  let bytes = 0
  for (const file of contents) {
    if (portion.length > 0 && bytes + file[1].length > bytesAtOnce) {
      yield portion
      portion = []
      bytes = 0
    }
    portion.push(file)
    bytes += file[1].length
  }
  if (portion.length > 0) yield portion
}

const isOrigin = (text: string): text is ActivationOrigin =>
  activationOrigins.includes(text as ActivationOrigin)

export const toActivation = (row: Selectable<FlowActivations>): Activation => {
  if (!isOrigin(row.origin)) {
    throw new Error('Activation has an origin that is none', { cause: { origin: row.origin } })
  }
  return {
    number: row.number,
    version: row.version,
    at: row.activated_at,
    origin: row.origin,
    by: row.activated_by,
  }
}
