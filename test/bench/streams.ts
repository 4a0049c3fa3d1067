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
import { type Running, startChild } from './children.ts'
import type { FiguresOrder, ServerFigures } from './servers/figures.ts'
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
  /** Of the process as the system sees it. */
  readonly residentMegabytes: number
  /** By which the process has grown, garbage not yet collected and room for more of it included. */
  readonly kilobytesPerSocket: number
  /** What is reachable, told after a full collection: of sockets that have said `start` and are silent. */
  readonly liveKilobytesPerIdleSocket: number
  /** The same while all of them send. */
  readonly liveKilobytesPerSocket: number
  /** Frames that were sent and are not in a recording. */
  readonly framesLost: number
  readonly senderLateMs: number
  readonly senderCpuShare: number
}

const accountSid = `AC${'0'.repeat(32)}`

const answer = async (child: ChildProcess): Promise<unknown> => (await once(child, 'message'))[0]

const ask = (child: ChildProcess, order: FiguresOrder): Promise<unknown> => {
  child.send(order)
  return answer(child)
}
const figuresOf = async (child: ChildProcess): Promise<ServerFigures> =>
  ((await ask(child, 'figures')) as { figures: ServerFigures }).figures

const liveBytesOf = async (child: ChildProcess): Promise<number> =>
  ((await ask(child, 'live')) as { liveBytes: number }).liveBytes

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

/** So that no stream is asked for again once theirs have stopped. */
const endCalls = async (databaseUrl: string, callSids: readonly string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('update calls set ended_at = clock_timestamp() where call_sid = any ($1)', [
    callSids,
  ])
  await client.end()
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

/** A process that has opened a stream of each call, and sends once it is told to. */
const startSender = async (
  port: number,
  callSids: readonly string[],
  seconds: number,
): Promise<ChildProcess> => {
  const { tokenOf } = streamTokens([authToken])
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
  const sender = fork(join(import.meta.dirname, 'stream-sender.ts'))
  sender.send(order)
  await answer(sender)
  return sender
}

const tell = (sender: ChildProcess, word: 'go' | 'stop'): Promise<unknown> => {
  sender.send(word)
  return answer(sender)
}

/** Streams that have come and gone before any is measured: what is made for the first serves all. */
const streamsBefore = 20

const warmUp = async (
  server: 'bare' | 'hotline',
  databaseUrl: string,
  { port, process: child }: Running,
): Promise<void> => {
  // What only the start has needed goes after some collections.
  for (let times = 0; times < 4; times++) await liveBytesOf(child)
  const callSids = await makeCalls(databaseUrl, streamsBefore)
  const sender = await startSender(port, callSids, 2)
  try {
    await tell(sender, 'go')
    await endCalls(databaseUrl, callSids)
    await tell(sender, 'stop')
    if (server === 'hotline') await framesKept(databaseUrl, callSids)
  } finally {
    sender.kill('SIGKILL')
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
  const running = await startChild(`media-${server}`, databaseUrl, {
    DATA_DIR: dataDir,
    // Calls that nobody has are not to be asked for again.
    TWILIO_API_URL: 'http://127.0.0.1:9',
  })
  const { port, process: child } = running
  let sender: ChildProcess | null = null
  try {
    await warmUp(server, databaseUrl, running)
    const callSids = await makeCalls(databaseUrl, streams)
    const liveBefore = await liveBytesOf(child)
    const before = await figuresOf(child)
    sender = await startSender(port, callSids, seconds)
    const liveIdle = await liveBytesOf(child)
    const goOnBeside = await prepare(port)
    await figuresOf(child)
    const sending = tell(sender, 'go')
    const beside = goOnBeside()
    const { sent } = (await sending) as { sent: SenderFigures }
    const under = await figuresOf(child)
    await beside
    const liveInFlow = await liveBytesOf(child)
    const { stopped } = (await tell(sender, 'stop')) as { stopped: { readonly frames: number } }
    const kept = server === 'bare' ? stopped.frames : await framesKept(databaseUrl, callSids)
    const kilobytesOf = (bytes: number) => bytes / streams / 1024
    return {
      server,
      streams,
      messagesPerSecond: sent.frames / sent.seconds,
      streamsPerCore: (streams * sent.seconds) / under.cpuSeconds,
      cpuShare: under.cpuSeconds / sent.seconds,
      loopDelayP99Ms: under.loopDelayP99Ms,
      loopDelayMaxMs: under.loopDelayMaxMs,
      residentMegabytes: under.residentBytes / 1024 ** 2,
      kilobytesPerSocket: kilobytesOf(under.residentBytes - before.residentBytes),
      liveKilobytesPerIdleSocket: kilobytesOf(liveIdle - liveBefore),
      liveKilobytesPerSocket: kilobytesOf(liveInFlow - liveBefore),
      framesLost: stopped.frames - kept,
      senderLateMs: sent.lateMs,
      senderCpuShare: sent.cpuSeconds / sent.seconds,
    }
  } finally {
    sender?.kill('SIGKILL')
    child.kill('SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
  }
}
