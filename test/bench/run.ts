/**
 * `npm run bench`: figures as JSON lines. Servers are compared in one run on one machine, in turn and
 * more than once, so that ratios hold where absolute numbers do not.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrations.ts'
import { authToken, beginCall, origin } from './caller.ts'
import { measureChecker } from './checker.ts'
import { measureClaims } from './claims.ts'
import { openConnection } from './connection.ts'
import { closedLoop, type LoadResult, openLoop } from './load.ts'
import { measureTurns } from './turns.ts'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
const seconds = Number(process.env['BENCH_SECONDS'] ?? 6)
const callsAtOnce = 32
const callsInMemory = 10_000

const print = (figures: Record<string, unknown>) => {
  const rounded = Object.entries(figures).map(([name, value]) => [
    name,
    typeof value === 'number' ? Number(value.toPrecision(4)) : value,
  ])
  process.stdout.write(`${JSON.stringify(Object.fromEntries(rounded))}\n`)
}

type Running = { readonly port: number; readonly process: ChildProcess }

const startChild = async (name: string, databaseUrl: string): Promise<Running> => {
  const child = fork(join(import.meta.dirname, 'servers', `${name}.ts`), {
    // The product as `npm start` runs it, what it is compared to as Node does.
    execArgv: name === 'hotline' ? ['--max-semi-space-size=16', '--heap-growing-percent=50'] : [],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      MIGRATE: '0',
      PORT: '0',
      PUBLIC_URL: origin,
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: authToken,
      ADMIN_TOKEN: '',
    },
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port))
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
  })
  return { port, process: child }
}

/** A database of its own on the same server. */
const otherDatabase = async (url: string, name: string): Promise<string> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}

const stopChild = async (running: Running): Promise<void> => {
  const ended = new Promise((resolve) => running.process.once('exit', resolve))
  running.process.kill('SIGKILL')
  await ended
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

print({ bench: 'pure-turn', ...(await measureTurns()) })
print({ bench: 'checker', ...measureChecker(1000) })

const dataDir = await mkdtemp(join(tmpdir(), 'hotline-bench-'))
// The database's own account must be able to enter, else it would put its files elsewhere.
await chmod(dataDir, 0o755)
const postgres = await startEmbeddedPostgres({ dataDir })
try {
  await migrate(postgres.url, 'sql')
  const names = ['hotline', 'read-and-write', 'express-stateless', 'signature-only'] as const
  const results = new Map<string, LoadResult[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const child = await startChild(name, postgres.url)
      await closedLoop(child.port, callsAtOnce, 2)
      const result = await closedLoop(child.port, callsAtOnce, seconds)
      results.get(name)?.push(result)
      print({ bench: 'turns', server: name, round, callsAtOnce, ...result })
      await stopChild(child)
    }
  }
  const rate = (name: (typeof names)[number], round: number) =>
    results.get(name)?.[round]?.turnsPerSecond ?? Number.NaN
  for (const name of names.slice(1)) {
    const ratios = Array.from(
      { length: rounds },
      (_, round) => rate('hotline', round) / rate(name, round),
    )
    print({
      bench: 'ratio',
      of: 'hotline',
      to: name,
      median: median(ratios),
      least: Math.min(...ratios),
      most: Math.max(...ratios),
    })
  }

  const full = median((results.get('hotline') ?? []).map(({ turnsPerSecond }) => turnsPerSecond))
  const half = await startChild('hotline', postgres.url)
  await closedLoop(half.port, callsAtOnce, 2)
  print({ bench: 'half-load', ...(await openLoop(half.port, callsAtOnce, seconds * 2, full / 2)) })
  await stopChild(half)

  const loaded = await startChild('hotline', postgres.url)
  const connections = await Promise.all(
    Array.from({ length: callsAtOnce }, () => openConnection(loaded.port)),
  )
  let begun = 0
  const quiet = { observe: () => {}, next: async () => performance.now() }
  await Promise.all(
    connections.map(async (connection) => {
      while (begun < callsInMemory) {
        begun++
        await beginCall(connection, quiet)
      }
      connection.close()
    }),
  )
  const status = await readFile(`/proc/${loaded.process.pid}/status`, 'utf8').catch(() => '')
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN)
  print({ bench: 'memory', callsInProgress: callsInMemory, residentMegabytes: kilobytes / 1024 })
  await stopChild(loaded)

  const queues = await otherDatabase(postgres.url, 'bench_queues')
  await migrate(queues, 'sql')
  print({ bench: 'claims', ...(await measureClaims(queues)) })
} finally {
  await postgres.stop()
  await rm(dataDir, { recursive: true, force: true })
}
