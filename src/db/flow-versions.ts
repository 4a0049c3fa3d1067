import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from './database.ts'
import { inTransaction } from './transaction.ts'

/** Content of the files of a flow folder by path relative to it, `/`-separated. */
export type FlowContents = ReadonlyMap<string, Uint8Array>

/**
 * Keeps the flow folders that calls have run on, so that a call in flight finishes on the version
 * it began with, on any node and after any deployment.
 */
export type FlowVersions = {
  /** Stores a version; again is nothing new. Files shared with other versions are stored once. */
  save(version: string, contents: FlowContents): Promise<void>
  /** Null when it has never been stored. */
  load(version: string): Promise<FlowContents | null>
  /** One file by the hash of its content; null when it has never been stored. */
  content(hash: string): Promise<Uint8Array | null>
  /** Notes that new calls run on a version from an instant on. */
  activate(version: string, at: Temporal.Instant): Promise<void>
}

export const createFlowVersions = ({ kysely }: Pick<Database, 'kysely'>): FlowVersions => ({
  save: (version, contents) =>
    inTransaction(kysely, async (transaction) => {
      const files = [...contents].map(([path, content]) => ({
        path,
        hash: createHash('sha256').update(content).digest('hex'),
        content: Buffer.from(content),
      }))
      for (const { hash, content } of files) {
        await transaction
          .insertInto('flow_files')
          .values({ hash, content })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      }
      const manifest = Object.fromEntries(files.map(({ path, hash }) => [path, hash]))
      await transaction
        .insertInto('flow_versions')
        .values({ hash: version, manifest: JSON.stringify(manifest) })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }),
  load: async (version) => {
    const { rows } = await sql<{ path: string | null; content: Buffer }>`
      select entry.key as path, f.content
        from flow_versions v
        left join lateral jsonb_each_text(v.manifest) entry on true
        left join flow_files f on f.hash = entry.value
       where v.hash = ${version}`.execute(kysely)
    if (rows.length === 0) return null
    return new Map(rows.flatMap(({ path, content }) => (path === null ? [] : [[path, content]])))
  },
  content: async (hash) => {
    const row = await kysely
      .selectFrom('flow_files')
      .select('content')
      .where('hash', '=', hash)
      .executeTakeFirst()
    return row?.content ?? null
  },
  activate: async (version, at) => {
    await kysely
      .updateTable('flow_versions')
      .set({ activated_at: at })
      .where('hash', '=', version)
      .execute()
  },
})
