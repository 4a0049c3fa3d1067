import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import webhooks from 'twilio/lib/webhooks/webhooks.js'

export const accountSid = `AC${'0'.repeat(32)}`
export const authToken = 'a-token-that-only-the-test-knows'

const main = resolve(import.meta.dirname, '../../src/main.ts')

export type Process = {
  readonly url: string
  readonly child: ChildProcess
  /** Posts a form as the carrier would, signed for the address that the server was told. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<{ status: number; text: string }>
  /** Waits until it has logged an event, whether that was before or comes yet. */
  logged(event: string): Promise<void>
  stop(signal: NodeJS.Signals): Promise<number | null>
}

type Entry = { readonly event?: string; readonly url?: string }

/** Starts the server as `npm start` does, in a process of its own, and waits until it listens. */
export const startProcess = async (
  settings: Readonly<Record<string, string>>,
): Promise<Process> => {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(process.execPath, [main], {
    env: {
      PATH,
      NODE_COMPILE_CACHE,
      PORT: '0',
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      CALLS_PER_SECOND: '1000',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  // When all that it said has been read, too.
  const closed = new Promise<'closed'>((done) => child.once('close', () => done('closed')))
  const complaints: string[] = []
  child.stderr.on('data', (chunk) => complaints.push(String(chunk)))
  const entries = new Map<string, Entry>()
  let wake = () => {}
  createInterface({ input: child.stdout }).on('line', (line) => {
    const entry = JSON.parse(line) as Entry
    if (entry.event !== undefined) entries.set(entry.event, entry)
    wake()
  })
  const logged = async (event: string): Promise<Entry | null> => {
    for (;;) {
      const entry = entries.get(event)
      if (entry !== undefined) return entry
      const next = new Promise<'line'>((done) => {
        wake = () => done('line')
      })
      if ((await Promise.race([next, closed])) === 'closed') return entries.get(event) ?? null
    }
  }
  const origin = (await logged('listening'))?.url
  if (origin === undefined) throw new Error(`The server did not start: ${complaints.join('')}`)
  return {
    url: origin,
    child,
    logged: async (event) => {
      if ((await logged(event)) === null) throw new Error(`The server ended without ${event}`)
    },
    post: async (path, fields) => {
      const signature = webhooks.getExpectedTwilioSignature(authToken, origin + path, fields)
      const response = await fetch(origin + path, {
        method: 'POST',
        headers: { 'x-twilio-signature': signature },
        body: new URLSearchParams(fields),
      })
      return { status: response.status, text: await response.text() }
    },
    stop: async (signal) => {
      child.kill(signal)
      return ended
    },
  }
}
