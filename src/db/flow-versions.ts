import { sql } from 'kysely'
import type { FlowHistory, StoredVersion, VersionPosition } from '../calls/flow-history.ts'
import type { Database } from './database.ts'
import { toActivation } from './flow-activations.ts'

/** Content of the files of a flow folder by path relative to it, `/`-separated. */
export type FlowContents = ReadonlyMap<string, Uint8Array>

/**
 * The flow folders that calls have run on, so that a call in flight finishes on the version it began
 * with, on any node and after any deployment.
 */
export type FlowVersions = FlowHistory & {
  /** Null when it has never been stored. */
  load(version: string): Promise<FlowContents | null>
  /** One file by the hash of its content; null when it has never been stored. */
  content(hash: string): Promise<Uint8Array | null>
}

export const createFlowVersions = ({ kysely }: Pick<Database, 'kysely'>): FlowVersions => {
  const versions = async (
    where: { readonly version?: string; readonly after?: VersionPosition },
    limit: number,
    liveSince: Temporal.Instant,
  ): Promise<readonly StoredVersion[]> => {
    const { after } = where
    const { rows } = await sql<VersionRow>`
      with active as (select version from flow_activations order by number desc limit 1),
      live as (
        select flow_version, count(*) as calls from calls
         where started_at >= ${liveSince} and ended_at is null and outcome = 'in-progress'
         group by flow_version
      )
      select v.hash, v.created_at, v.lines,
             (select count(*) from jsonb_object_keys(v.manifest)) as files,
             (select count(*) from jsonb_object_keys(v.manifest) as path
               where path like '%.vxml') as documents,
             v.hash = (select version from active) as "isActive",
             coalesce(live.calls, 0) as "liveCalls",
             a.number, a.version, a.activated_at, a.origin, a.activated_by
        from flow_versions v
        left join live on live.flow_version = v.hash
        left join lateral (select * from flow_activations
                            where version = v.hash order by number desc limit 1) a on true
       where ${where.version === undefined ? sql`true` : sql`v.hash = ${where.version}`}
         and ${after === undefined ? sql`true` : sql`(v.created_at, v.hash) < (${after.storedAt}, ${after.version})`}
       order by v.created_at desc, v.hash desc
       limit ${limit}`.execute(kysely)
    return rows.map(toStoredVersion)
  }
  return {
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
    versions: ({ limit, after }, liveSince) =>
      versions(after === undefined ? {} : { after }, limit, liveSince),
    version: async (version, liveSince) => (await versions({ version }, 1, liveSince))[0] ?? null,
    files: async (version) => {
      const { rows } = await sql<{ path: string | null; hash: string; bytes: number }>`
        select entry.key as path, entry.value as hash, octet_length(f.content) as bytes
          from flow_versions v
          left join lateral jsonb_each_text(v.manifest) entry on true
          left join flow_files f on f.hash = entry.value
         where v.hash = ${version}
         order by entry.key collate "C"`.execute(kysely)
      if (rows.length === 0) return null
      return rows.flatMap(({ path, hash, bytes }) => (path === null ? [] : [{ path, hash, bytes }]))
    },
    contents: async (hashes) => {
      if (hashes.length === 0) return new Map()
      const rows = await kysely
        .selectFrom('flow_files')
        .select(['hash', 'content'])
        .where('hash', 'in', hashes)
        .execute()
      return new Map(rows.map(({ hash, content }) => [hash, content]))
    },
    activations: async ({ limit, before }) => {
      let query = kysely.selectFrom('flow_activations').selectAll()
      if (before !== undefined) query = query.where('number', '<', before)
      const rows = await query.orderBy('number', 'desc').limit(limit).execute()
      return rows.map(toActivation)
    },
  }
}

type VersionRow = {
  readonly hash: string
  readonly created_at: Temporal.Instant
  readonly lines: number | null
  readonly files: number
  readonly documents: number
  readonly isActive: boolean | null
  readonly liveCalls: number
  readonly number: number | null
  readonly version: string
  readonly activated_at: Temporal.Instant
  readonly origin: string
  readonly activated_by: string
}

const toStoredVersion = (row: VersionRow): StoredVersion => ({
  version: row.hash,
  storedAt: row.created_at,
  files: row.files,
  documents: row.documents,
  lines: row.lines,
  activation: row.number === null ? null : toActivation({ ...row, number: row.number }),
  isActive: row.isActive === true,
  liveCalls: row.liveCalls,
})
