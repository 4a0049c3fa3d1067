/** The part of the bench that is about queues; `node test/bench/queues.ts` runs it alone. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrations.ts'
import { otherDatabase, print, type Running, startChild, stopChild } from './children.ts'
import { measureClaims } from './claims.ts'
import { measureRush } from './rush/rush.ts'

/** A quarter of a rush shows what the machine holds where it does not hold a whole one. */
const scales = [0.25, 1] as const

export const measureQueues = async (databaseUrl: string): Promise<void> => {
  const claims = await otherDatabase(databaseUrl, 'bench_claims')
  await migrate(claims, 'sql')
  print({ bench: 'claims', ...(await measureClaims(claims)) })

  for (const [index, scale] of scales.entries()) {
    const rush = await otherDatabase(databaseUrl, `bench_rush_${index}`)
    await migrate(rush, 'sql')
    const children: Running[] = []
    const start = async (settings: Readonly<Record<string, string>>) => {
      const child = await startChild('hotline', rush, settings)
      children.push(child)
      return child
    }
    try {
      const figures = await measureRush(rush, start, {
        operators: 500 * scale,
        waiting: 1_000 * scale,
        callsPerSecond: 100 * scale,
      })
      print({ bench: 'rush', scale, ...figures })
    } finally {
      for (const child of children) await stopChild(child)
    }
  }
}

if (import.meta.main) {
  const dataDir = await mkdtemp(join(tmpdir(), 'hotline-bench-'))
  // The database's own account must be able to enter, else it would put its files elsewhere.
  await chmod(dataDir, 0o755)
  const postgres = await startEmbeddedPostgres({ dataDir })
  try {
    await measureQueues(postgres.url)
  } finally {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
