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
  stop(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts the server as `npm start` does, in a process of its own, and waits until it listens. */
export const startProcess = async (
  settings: Readonly<Record<string, string>>,
): Promise<Process> => {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [main], {
    env: {
      PATH,
      PORT: '0',
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  const complaints: string[] = []
  child.stderr.on('data', (chunk) => complaints.push(String(chunk)))
  let url: string | null = null
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as { event?: string; url?: string }
    if (entry.event === 'listening' && entry.url !== undefined) {
      url = entry.url
      break
    }
  }
  child.stdout.resume()
  if (url === null) throw new Error(`The server did not start: ${complaints.join('')}`)
  const origin = url
  return {
    url,
    child,
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
