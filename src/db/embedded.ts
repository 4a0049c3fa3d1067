import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { findHome, type Home } from './embedded-home.ts'
import { withFileLock } from './file-lock.ts'

const run = promisify(execFile)

const user = 'hotline'
const database = 'hotline'
/** Recovery after a crash replays at most `max_wal_size`. */
const startTimeoutSeconds = 120
const pollMilliseconds = 20
const maxLogBytes = 16 * 1024 * 1024

/** Starts by this process so far: each has its own right to keep the server running. */
let starts = 0

export type EmbeddedPostgres = {
  /** `postgres://…` of the database `hotline`, UTF-8, owned by a superuser of its own. */
  readonly url: string
  /** Shuts the server down once no other process uses it; may be called again. */
  stop(): Promise<void>
}

export type EmbeddedOptions = {
  /** `DATA_DIR`; the server lives in its folder `postgres`. */
  readonly dataDir: string
  /** Settings of `postgresql.conf` on top of those for a small node. */
  readonly settings?: Readonly<Record<string, string>>
}

/**
 * Starts a PostgreSQL server of our own, or attaches to the one that an earlier process left
 * behind when it was killed. It listens on loopback alone, on a free port that it keeps.
 */
export const startEmbeddedPostgres = async ({
  dataDir,
  settings = {},
}: EmbeddedOptions): Promise<EmbeddedPostgres> => {
  mkdirSync(dataDir, { recursive: true })
  const lock = join(dataDir, 'postgres.lock')
  const owner = `${process.pid}.${starts++}`
  const ownerFile = ({ folder }: Home) => join(folder, 'owners', owner)
  const home = await withFileLock(lock, async () => {
    const found = findHome(dataDir)
    await initialise(found)
    if (!(await answers(found))) await start(found, settings)
    mkdirSync(join(found.folder, 'owners'), { recursive: true })
    writeFileSync(ownerFile(found), '')
    return found
  })
  return {
    url: urlOf(home, database),
    stop: () =>
      withFileLock(lock, async () => {
        rmSync(ownerFile(home), { force: true })
        if (liveOwners(home).length === 0 && runningPid(home) !== null) {
          await asAccount(home, 'pg_ctl', ['stop', '-w', '-m', 'fast', '-D', clusterOf(home)])
        }
      }),
  }
}

const clusterOf = (home: Home): string => join(home.folder, 'cluster')

/** The cluster is complete once it has its name: a crash before that starts over. */
const initialise = async (home: Home): Promise<void> => {
  if (existsSync(clusterOf(home))) return
  for (const name of readdirSync(home.folder).filter((name) => name.startsWith('unfinished-'))) {
    rmSync(join(home.folder, name), { recursive: true, force: true })
  }
  // A new name every time: an `initdb` whose starter was killed may still be writing to the old one.
  const unfinished = join(home.folder, `unfinished-${randomBytes(6).toString('hex')}`)
  const password = randomBytes(24).toString('base64url')
  writeOwned(home, 'password', password)
  await asAccount(home, 'initdb', [
    '--pgdata',
    unfinished,
    '--username',
    user,
    '--pwfile',
    join(home.folder, 'password'),
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ])
  renameSync(unfinished, clusterOf(home))
}

const start = async (home: Home, settings: Readonly<Record<string, string>>): Promise<void> => {
  await forgetDeadServer(home)
  const port = await usablePort(home)
  writeOwned(home, 'port', String(port))
  writeOwned(
    home,
    'cluster/postgresql.conf',
    configuration({ ...smallNode, ...settings, port: String(port) }),
  )
  const log = join(home.folder, 'postgres.log')
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes)
    renameSync(log, `${log}.1`)
  try {
    const wait = ['-w', '-t', String(startTimeoutSeconds)]
    await asAccount(home, 'pg_ctl', ['start', ...wait, '-s', '-D', clusterOf(home), '-l', log])
    await accepts(home)
  } catch (cause) {
    throw new Error(`The embedded PostgreSQL does not start; its log is ${log}`, { cause })
  }
}

/** Durable, and modest: the server shares a small machine with the calls. */
const smallNode = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '40',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  min_wal_size: '128MB',
  synchronous_commit: 'on',
  random_page_cost: '1.1',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  log_timezone: 'UTC',
  timezone: 'UTC',
  lc_messages: 'C',
  log_line_prefix: '%m [%p] ',
  log_min_duration_statement: '1s',
}

const configuration = (settings: Readonly<Record<string, string>>): string =>
  [
    '# Written at every start.',
    ...Object.entries(settings).map(
      ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`,
    ),
    '',
  ].join('\n')

/** Waits while a server that an earlier process left is recovering or shutting down; false when none is left. */
const answers = async (home: Home): Promise<boolean> => {
  const deadline = performance.now() + startTimeoutSeconds * 1000
  while (runningPid(home) !== null) {
    if (await accepts(home)) return true
    if (performance.now() > deadline) {
      throw new Error(`The embedded PostgreSQL (process ${runningPid(home)}) does not answer`)
    }
    await delay(pollMilliseconds)
  }
  return false
}

/** True once the server takes connections; makes the database at the first one. */
const accepts = async (home: Home): Promise<boolean> => {
  const client = new pg.Client({ connectionString: urlOf(home, 'postgres') })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rowCount } = await client.query('select from pg_database where datname = $1', [
      database,
    ])
    if (rowCount === 0) await client.query(`create database ${database}`)
    return true
  } catch (cause) {
    if (isNotYet(cause)) return false
    throw new Error('The embedded PostgreSQL refuses its own password or database', { cause })
  } finally {
    await client.end().catch(() => {})
  }
}

/** Refused or broken connections, and class 57P: starting up, shutting down, recovering. */
const isNotYet = (cause: unknown): boolean =>
  cause instanceof Error &&
  (!('severity' in cause) || ('code' in cause && String(cause.code).startsWith('57P')))

/** Process of the running server, null when there is none; a process id taken over by another program does not count. */
const runningPid = (home: Home): number | null => {
  const pid = Number(readFirstLine(join(clusterOf(home), 'postmaster.pid')))
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) && isPostgres(pid) ? pid : null
}

/**
 * A machine that lost power leaves `postmaster.pid` behind; when its number now belongs to some
 * other program (process ids start anew in every container), PostgreSQL would not start.
 */
const forgetDeadServer = async (home: Home): Promise<void> => {
  if (runningPid(home) === null) rmSync(join(clusterOf(home), 'postmaster.pid'), { force: true })
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}

/** Only Linux tells without a further program; elsewhere a living process is taken for the server. */
const isPostgres = (pid: number): boolean =>
  process.platform !== 'linux' || /\(postgres.*\) [^ZX]/.test(readFirstLine(`/proc/${pid}/stat`))

const readFirstLine = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').split('\n', 1)[0] ?? ''
  } catch {
    return ''
  }
}

const liveOwners = (home: Home): readonly number[] =>
  readdirSync(join(home.folder, 'owners'))
    .map((name) => Number.parseInt(name, 10))
    .filter(isAlive)

/** The port used before, while no other program has taken it. */
const usablePort = async (home: Home): Promise<number> => {
  const known = Number(readFirstLine(join(home.folder, 'port')))
  return (await tryPort(known)) ?? (await tryPort(0)) ?? 0
}

const tryPort = async (port: number): Promise<number | null> => {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<number | null>()
  server.once('error', () => resolve(null))
  server.listen({ port, host: '127.0.0.1' }, () => {
    const address = server.address()
    server.close(() =>
      resolve(typeof address === 'object' && address !== null ? address.port : null),
    )
  })
  return promise
}

const urlOf = (home: Home, name: string): string => {
  const password = readFirstLine(join(home.folder, 'password'))
  const port = readFirstLine(join(home.folder, 'port'))
  return `postgres://${user}:${password}@127.0.0.1:${port}/${name}?sslmode=disable`
}

const writeOwned = (home: Home, name: string, text: string): void => {
  const path = join(home.folder, name)
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600, flush: true })
  if (home.account !== null) chownSync(`${path}.new`, home.account.uid, home.account.gid)
  renameSync(`${path}.new`, path)
}

const asAccount = async (home: Home, program: string, args: readonly string[]): Promise<void> => {
  // The working folder of this process may be one that the account cannot enter.
  await run(join(home.bin, program), args, {
    ...home.account,
    cwd: home.folder,
    env: environment(),
  })
}

/** Without `PGDATA`, `PGPORT` and the like, which belong to some other server. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')))
