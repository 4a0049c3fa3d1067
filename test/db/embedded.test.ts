import { fork } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import t from 'tap'
import type { Effects } from '../../src/calls/ports.ts'
import { createCallStore } from '../../src/db/call-store.ts'
import { openDatabase } from '../../src/db/database.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrations.ts'
import { ensurePartitions } from '../../src/db/partitions.ts'
import { laterTurn, openingTurn } from '../support/call-records.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotline-embedded-'))
// As `mkdtemp` makes it, nobody but its owner could enter; the last test is about that.
chmodSync(folder, 0o755)
const dataDir = join(folder, 'data')
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

const query = async (url: string, text: string): Promise<unknown> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query({ text, rowMode: 'array' })
  await client.end()
  return rows.flat()
}

const postmaster = (): number =>
  Number(readFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0])

/** Milliseconds in which a server is back, on the slowest machine. */
const patience = 90_000

/** As the carrier does it: what fails is delivered again. */
const delivered = async <T>(work: () => Promise<T>): Promise<T> => {
  const deadline = performance.now() + patience
  for (;;) {
    try {
      return await work()
    } catch (cause) {
      if (performance.now() > deadline) throw cause
      await delay(50)
    }
  }
}

/** A process of its own that holds the server; ended by `kill -9`. */
const holder = async () => {
  const child = fork(resolve(import.meta.dirname, '../support/hold-database.ts'), [dataDir])
  const [url] = await once(child, 'message')
  return {
    url: String(url),
    kill: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

t.test(
  'the server speaks UTF-8 whatever the machine, durably, to this machine alone',
  async (t) => {
    const { url, stop } = await startEmbeddedPostgres({ dataDir })
    t.same(
      await query(
        url,
        `select upper('привет ё'), length('ё'), current_setting('server_encoding'),
              current_setting('listen_addresses'), current_setting('fsync'),
              current_setting('synchronous_commit')`,
      ),
      ['ПРИВЕТ Ё', 1, 'UTF8', '127.0.0.1', 'on', 'on'],
    )
    const stranger = new URL(url)
    stranger.password = 'guess'
    await t.rejects(query(stranger.href, 'select 1'), { code: '28P01' })
    await stop()
    await stop()
    await t.rejects(query(url, 'select 1'), { code: 'ECONNREFUSED' })
  },
)

t.test(
  'what a killed process leaves running is found again, with all that was committed',
  async (t) => {
    const first = await holder()
    await query(first.url, 'create table kept as select 42 as answer')
    const left = postmaster()
    await first.kill()
    const second = await startEmbeddedPostgres({ dataDir })
    t.equal(postmaster(), left)
    t.equal(second.url, first.url)
    t.same(await query(second.url, 'select answer from kept'), [42])
    await second.stop()
  },
)

t.test('a server that died with its process is recovered', async (t) => {
  const first = await holder()
  await query(first.url, 'insert into kept values (43)')
  const died = postmaster()
  await first.kill()
  process.kill(died, 'SIGKILL')
  const second = await startEmbeddedPostgres({ dataDir })
  t.not(postmaster(), died)
  t.same(await query(second.url, 'select answer from kept order by 1'), [42, 43])
  await second.stop()
})

t.test(
  'a process id of another program in a stale lock file is not taken for the server',
  async (t) => {
    const stale = `${process.pid}\n${dataDir}\n1\n1\n\n127.0.0.1\n0 0\nready\n`
    writeFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), stale)
    const { url, stop } = await startEmbeddedPostgres({ dataDir })
    t.same(await query(url, 'select count(*)::int from kept'), [2])
    await stop()
  },
)

t.test('another port is found when a program has taken ours', async (t) => {
  const before = readFileSync(join(dataDir, 'postgres/port'), 'utf8').trim()
  const thief = createServer().listen(Number(before), '127.0.0.1')
  await once(thief, 'listening')
  const { url, stop } = await startEmbeddedPostgres({ dataDir })
  t.not(new URL(url).port, before)
  t.same(await query(url, 'select count(*)::int from kept'), [2])
  await stop()
  thief.close()
})

t.test('the server runs until the last of those who started it stops it', async (t) => {
  const [one, two] = await Promise.all([
    startEmbeddedPostgres({ dataDir }),
    startEmbeddedPostgres({ dataDir }),
  ])
  t.equal(one.url, two.url)
  await one.stop()
  t.same(await query(two.url, 'select 1'), [1])
  await two.stop()
  await t.rejects(query(two.url, 'select 1'), { code: 'ECONNREFUSED' })
})

t.test('turns go through an immediate restart: none is lost, none taken twice', async (t) => {
  const first = await startEmbeddedPostgres({ dataDir })
  await migrate(first.url, resolve(import.meta.dirname, '../../sql'))
  const faults: Error[] = []
  const database = openDatabase(first.url, { onConnectionError: (fault) => faults.push(fault) })
  await ensurePartitions(database.pool, Temporal.Now.instant())
  const store = createCallStore(database, (): Effects => {
    throw new Error('No effects here')
  })
  const turns = 60
  const restarts: ReturnType<typeof startEmbeddedPostgres>[] = []
  const call = async () => {
    const opening = openingTurn()
    await store.commit(opening)
    for (let turn = 1; turn <= turns; turn++) {
      if (turn === turns / 2 && restarts.length === 0) {
        process.kill(postmaster(), 'SIGQUIT')
        restarts.push(startEmbeddedPostgres({ dataDir }))
      }
      // After a lost acknowledgement the turn is stale, and its answer is the stored one.
      const outcome = await delivered(() => store.commit(laterTurn(opening.callSid, turn)))
      if (
        outcome === 'stale' &&
        (await delivered(() => store.find(opening.callSid)))?.turn !== turn
      ) {
        throw new Error('A turn has been lost')
      }
    }
    const twiml = await delivered(() => store.replay(opening.callSid, turns))
    return twiml !== null
  }
  const done = await Promise.all(Array.from({ length: 8 }, call))
  t.same(new Set(done), new Set([true]))
  const { rows } = await database.pool.query(
    'select count(*) as ledger, count(distinct (call_sid, turn)) as turns from turns',
  )
  t.same(rows, [{ ledger: 8 * (turns + 1), turns: 8 * (turns + 1) }])
  t.ok(faults.length > 0, 'connections did break')
  await database.close()
  for (const server of [first, ...(await Promise.all(restarts))]) await server.stop()
})

t.test(
  'below a folder that only root can enter, the server lives outside and is found again',
  { skip: process.getuid?.() === 0 ? false : 'needs root' },
  async (t) => {
    const closed = mkdtempSync(join(folder, 'closed-'))
    const inside = join(closed, 'postgres')
    const first = await startEmbeddedPostgres({ dataDir: closed })
    t.teardown(() => rmSync(realpathSync(inside), { recursive: true, force: true }))
    t.equal(lstatSync(inside).isSymbolicLink(), true)
    await query(first.url, 'create table kept as select 1 as answer')
    await first.stop()
    const second = await startEmbeddedPostgres({ dataDir: closed })
    t.same(await query(second.url, 'select answer from kept'), [1])
    await second.stop()
  },
)
