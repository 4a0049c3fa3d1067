import type { Config } from './config.ts'
import { type Database, openDatabase } from './db/database.ts'
import { startEmbeddedPostgres } from './db/embedded.ts'
import { migrate, pendingMigrations } from './db/migrations.ts'
import { ensurePartitions } from './db/partitions.ts'
import { type LiveBlobs, openBlobs } from './live/blobs.ts'
import type { Logger } from './logging.ts'

export type Storage = {
  readonly database: Database
  readonly blobs: LiveBlobs
  /** Closes the connections, and the embedded server if there is one. */
  readonly close: () => Promise<void>
}

export type OpenedStorage =
  | { readonly kind: 'opened'; readonly storage: Storage }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] }

/**
 * Opens where files are kept, and the database that the settings name, or the embedded one; migrates it where
 * the settings say so, and refuses one that is out of date.
 */
export const openStorage = async (
  config: Config,
  migrations: string,
  now: Temporal.Instant,
  logger: Logger,
): Promise<OpenedStorage> => {
  const blobs = await openBlobs(config, logger)
  if ('reasons' in blobs) return { kind: 'refused', ...blobs }
  const embedded =
    config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : null
  try {
    const url = embedded?.url ?? config.databaseUrl?.reveal() ?? ''
    if (config.migrate) {
      for (const name of await migrate(url, migrations)) {
        logger.info({ event: 'migrated', name }, 'migrated')
      }
    }
    const database = openDatabase(url, {
      onConnectionError: (err) => logger.warn({ event: 'database-connection-lost', err }),
    })
    const close = async () => {
      blobs.close()
      await database.close()
      await embedded?.stop()
    }
    const pending = await pendingMigrations(database.pool, migrations)
    if (pending.length > 0) {
      await close()
      const reason = `The database lacks ${pending.join(', ')}: run npm run migrate`
      return { kind: 'refused', reasons: [reason] }
    }
    await ensurePartitions(database.pool, now)
    return { kind: 'opened', storage: { database, blobs, close } }
  } catch (fault) {
    // A start that fails leaves no server of ours behind.
    blobs.close()
    await embedded?.stop()
    throw fault
  }
}
