import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { testDatabase } from './database.ts'

/**
 * Writes `src/db/schema.ts` from a migrated database; with `--verify` compares instead and fails
 * when they differ.
 */
export const generateSchema = async (t: Parameters<typeof testDatabase>[0], verify: boolean) => {
  const { url } = await testDatabase(t)
  const program = resolve(import.meta.dirname, '../../node_modules/.bin/kysely-codegen')
  const options = [
    ['--dialect', 'postgres'],
    ['--url', url],
    ['--out-file', resolve(import.meta.dirname, '../../src/db/schema.ts')],
    ['--exclude-pattern', 'migrations'],
    ['--date-parser', 'string'],
    ['--numeric-parser', 'number'],
    ['--type-mapping', JSON.stringify({ timestamptz: 'Temporal.Instant', int8: 'number' })],
    verify ? ['--verify'] : [],
  ]
  execFileSync(process.execPath, [program, ...options.flat()], { stdio: 'pipe' })
}

if (import.meta.main) {
  const ends: (() => Promise<void>)[] = []
  try {
    await generateSchema({ teardown: (end) => ends.push(end) }, process.argv.includes('--verify'))
  } finally {
    for (const end of ends) await end()
  }
}
