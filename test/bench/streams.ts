import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { streamTokens } from '../../src/recordings/stream-token.ts'
import { authToken, origin } from './caller.ts'
import type { ServerFigures } from './servers/figures.ts'
import type { SenderFigures, SenderOrder } from './stream-sender.ts'

export type StreamFigures = {
  readonly server: 'bare' | 'hotline'
  readonly streams: number
  readonly messagesPerSecond: number
  /** Streams that one core would carry, by what these cost. */
  readonly streamsPerCore: number
  readonly cpuShare: number
  readonly loopDelayP99Ms: number
  readonly loopDelayMaxMs: number
  readonly kilobytesPerSocket: number
  /** Frames that were sent and are not in a recording. */
  readonly framesLost: number
  readonly senderLateMs: number
  readonly senderCpuShare: number
}

const accountSid = `AC${'0'.repeat(32)}`

const startServer = async (
  name: 'media-bare' | 'media-hotline',
  databaseUrl: string,
  dataDir: string,
): Promise<{ readonly port: number; readonly child: ChildProcess }> => {
  const child = fork(join(import.meta.dirname, 'servers', `${name}.ts`), {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      MIGRATE: '0',
      PORT: '0',
      PUBLIC_URL: origin,
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      // Calls that nobody has are not to be asked for again.
      TWILIO_API_URL: 'http://127.0.0.1:9',
      ADMIN_TOKEN: '',
    },
  })
  const { port } = (await answer(child)) as { port: number }
  return { port, child }
}

const answer = async (child: ChildProcess): Promise<unknown> => (await once(child, 'message'))[0]

const figuresOf = async (child: ChildProcess): Promise<ServerFigures> => {
  child.send('figures')
  return ((await answer(child)) as { figures: ServerFigures }).figures
}

/** Calls as if they had been answered: what they cost is measured elsewhere. */
const makeCalls = async (databaseUrl: string, count: number): Promise<readonly string[]> => {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const callSids = Array.from({ length: count }, () => `CA${randomBytes(16).toString('hex')}`)
  await client.query(
    `with made as (
       insert into sessions (call_sid, started_at, turn, flow_version)
       select sid, clock_timestamp(), 0, 'bench' from unnest($1::text[]) as sid
       returning call_sid, started_at)
     insert into calls (call_sid, started_at, direction, from_number, to_number, language,
                        flow_version, answered_at)
     select call_sid, started_at, 'inbound', '+79161234567', '+78005550303', 'ru-RU', 'bench',
            started_at from made`,
    [callSids],
  )
  await client.end()
  return callSids
}

/** Frames that are in recordings, once all streams are ended. */
const framesKept = async (databaseUrl: string, callSids: readonly string[]): Promise<number> => {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    for (let tries = 0; tries < 600; tries++) {
      const { rows } = await client.query<{ open: number; frames: number }>(
        `select count(*) filter (where state = 'open')::int as open,
                coalesce(sum(frames), 0)::int as frames
           from streams where call_sid = any ($1)`,
        [callSids],
      )
      if (rows[0]?.open === 0) return rows[0].frames
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('Streams do not end')
  } finally {
    await client.end()
  }
}

/**
 * So many streams of both sides for so long, sent by a process of their own.
 *
 * @param prepare makes ready what goes on beside them on the same server; its answer does it
 */
export const measureStreams = async (
  server: 'bare' | 'hotline',
  databaseUrl: string,
  streams: number,
  seconds: number,
  prepare: (port: number) => Promise<() => Promise<void>> = async () => async () => {},
): Promise<StreamFigures> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hotline-bench-media-'))
  const { port, child } = await startServer(`media-${server}`, databaseUrl, dataDir)
  const sender = fork(join(import.meta.dirname, 'stream-sender.ts'))
  try {
    const { tokenOf } = streamTokens([authToken])
    const callSids = await makeCalls(databaseUrl, streams)
    const before = await figuresOf(child)
    const order: SenderOrder = {
      port,
      accountSid,
      seconds,
      signature: webhooks.getExpectedTwilioSignature(
        authToken,
        `${origin.replace(/^http/, 'ws')}/media`,
        {},
      ),
      streams: callSids.map((callSid) => ({ callSid, token: tokenOf(callSid, 1) })),
    }
    sender.send(order)
    await answer(sender)
    const goOnBeside = await prepare(port)
    await figuresOf(child)
    sender.send('go')
    const beside = goOnBeside()
    const { sent } = (await answer(sender)) as { sent: SenderFigures }
    const under = await figuresOf(child)
    await beside
    sender.send('stop')
    await answer(sender)
    const kept = server === 'bare' ? sent.frames : await framesKept(databaseUrl, callSids)
    return {
      server,
      streams,
      messagesPerSecond: sent.frames / sent.seconds,
      streamsPerCore: (streams * sent.seconds) / under.cpuSeconds,
      cpuShare: under.cpuSeconds / sent.seconds,
      loopDelayP99Ms: under.loopDelayP99Ms,
      loopDelayMaxMs: under.loopDelayMaxMs,
      kilobytesPerSocket: (under.residentBytes - before.residentBytes) / streams / 1024,
      framesLost: sent.frames - kept,
      senderLateMs: sent.lateMs,
      senderCpuShare: sent.cpuSeconds / sent.seconds,
    }
  } finally {
    sender.kill('SIGKILL')
    child.kill('SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
  }
}
