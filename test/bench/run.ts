/**
 * `npm run bench`: figures as JSON lines. Servers are compared in one run on one machine, in turn and
 * more than once, so that ratios hold where absolute numbers do not.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrations.ts'
import { beginCall, origin } from './caller.ts'
import { prepareChannels } from './channel.ts'
import { measureChecker } from './checker.ts'
import { print, startChild, stopChild } from './children.ts'
import { openConnection } from './connection.ts'
import { closedLoop, type LoadResult, openLoop } from './load.ts'
import { measurePhotos } from './photos.ts'
import { measureQueues } from './queues.ts'
import { measureStreams } from './streams.ts'
import { measureTurns } from './turns.ts'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
const seconds = Number(process.env['BENCH_SECONDS'] ?? 6)
/** As long as the compiler still makes a server faster; it is to run for months. */
const warmUpSeconds = 8
const callsAtOnce = 32
const callsInMemory = 10_000
const streamsAtOnce = Number(process.env['BENCH_STREAMS'] ?? 300)

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
      await closedLoop(child.port, callsAtOnce, warmUpSeconds)
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
  await closedLoop(half.port, callsAtOnce, warmUpSeconds)
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

  await measureQueues(postgres.url)

  // Both carry the same streams in turn; the ratio is that of the processor time each takes for them.
  const streamRatios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const bare = await measureStreams('bare', postgres.url, streamsAtOnce, seconds)
    const own = await measureStreams('hotline', postgres.url, streamsAtOnce, seconds)
    for (const figures of [bare, own]) print({ bench: 'streams', round, ...figures })
    streamRatios.push(own.streamsPerCore / bare.streamsPerCore)
  }
  print({
    bench: 'ratio',
    of: 'streams, recorded',
    to: 'ws that parses and decodes',
    median: median(streamRatios),
    least: Math.min(...streamRatios),
    most: Math.max(...streamRatios),
  })
  print({
    bench: 'streams-aim',
    ...(await measureStreams('hotline', postgres.url, 1000, seconds)),
  })

  const talk = async (port: number) => {
    const measure = await prepareChannels(port, origin, postgres.url, { seconds })
    return async () => print({ bench: 'channels', ...(await measure()) })
  }
  const beside = await measureStreams('hotline', postgres.url, streamsAtOnce, seconds, talk)
  print({ bench: 'streams-beside-channels', ...beside })
  print({ bench: 'photos', ...(await measurePhotos(postgres.url)) })
} finally {
  await postgres.stop()
  await rm(dataDir, { recursive: true, force: true })
}
