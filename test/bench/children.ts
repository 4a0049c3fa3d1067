import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import pg from 'pg'
import manifest from '../../package.json' with { type: 'json' }
import { authToken, origin } from './caller.ts'

/** One line of JSON; numbers to four digits. */
export const print = (figures: Record<string, unknown>) => {
  const rounded = Object.entries(figures).map(([name, value]) => [
    name,
    typeof value === 'number' ? Number(value.toPrecision(4)) : value,
  ])
  process.stdout.write(`${JSON.stringify(Object.fromEntries(rounded))}\n`)
}

/** The flags of `npm start`: `node <flags> src/main.ts`. */
const startFlags: string[] = manifest.scripts.start.split(' ').slice(1, -1)

export type Running = { readonly port: number; readonly process: ChildProcess }

/** A server of `servers/` in a process of its own. */
export const startChild = async (
  name: string,
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Running> => {
  const child = fork(join(import.meta.dirname, 'servers', `${name}.ts`), {
    // The product as `npm start` runs it, what it is compared to as Node does.
    execArgv: name.endsWith('hotline') ? startFlags : [],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      MIGRATE: '0',
      PORT: '0',
      PUBLIC_URL: origin,
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: authToken,
      ADMIN_TOKEN: '',
      CALLS_PER_SECOND: '1000',
      ...settings,
    },
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port))
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
  })
  return { port, process: child }
}

/** A database of its own on the same server. */
export const otherDatabase = async (url: string, name: string): Promise<string> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}

export const stopChild = async (running: Running): Promise<void> => {
  const ended = new Promise((resolve) => running.process.once('exit', resolve))
  running.process.kill('SIGKILL')
  await ended
}
