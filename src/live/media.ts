import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { awayOf } from '../blobs/away.ts'
import { growingFiles, type LeftFile } from '../blobs/growing-files.ts'
import type { BlobStore } from '../blobs/store.ts'
import type { Flows, StreamToStart } from '../calls/ports.ts'
import type { Database } from '../db/database.ts'
import { isDatabaseAway } from '../db/failures.ts'
import { createStreamStore } from '../db/streams.ts'
import type { Job } from '../jobs/job.ts'
import type { Logger } from '../logging.ts'
import { createKeeper, type Keeper } from '../media/keeper.ts'
import type { Levels } from '../media/recorder.ts'
import { bytesPerMs, headerBytes, wavHeader } from '../media/wav.ts'
import type { StreamCarrier } from '../recordings/carrier.ts'
import { mendStream, streamToStart } from '../recordings/mend-stream.ts'
import type { StreamId } from '../recordings/ports.ts'
import { type LeftSound, recoverStreams } from '../recordings/recover-streams.ts'
import { streamTokens } from '../recordings/stream-token.ts'
import type { MediaSocketPorts } from '../web/media/media-socket.ts'

/** What the channel beside a call is told of its streams. */
export type ChannelOfStream = {
  readonly open: (stream: {
    readonly callSid: string
    readonly phone: string
    readonly line: string
  }) => Promise<unknown>
  readonly close: (callSid: string) => Promise<unknown>
}

/** The carrier's account, whose tokens prove what comes from it. */
export type MediaAccount = { readonly accountSid: string; readonly tokens: readonly string[] }

/** Both sides of calls on integrated lines, as they come to this node. */
export type LiveMedia = {
  /** What the answer to a call on an integrated line asks the carrier for. */
  readonly first: (callSid: string) => StreamToStart
  readonly socket: MediaSocketPorts
  /** The carrier tells that something became of a stream of a call. */
  readonly onStreamNews: (callSid: string) => void
  /** The carrier has told the end of a call. */
  readonly onCallOver: (callSid: string) => void
  /** Tells how a call sounds, four times a second as long as this node takes its stream. The answer stops it. */
  readonly levels: (callSid: string, listener: (levels: Levels) => void) => () => void
  readonly figures: Keeper['figures']
  readonly refused: () => ReadonlyMap<string, number>
  readonly jobs: readonly Job[]
  /** Once the server listens: looks what an earlier process has left. */
  readonly start: () => void
  /** Ends what is still open and waits until it is kept; before the database is closed. */
  readonly close: () => Promise<void>
}

/** The carrier may be about to tell the end of the call: no new stream is ordered before. */
const lookAfterMs = 1_000
/** Most likely it is: it has stopped the stream itself. */
const lookAfterStopMs = 3_000

/** Of calls whose end another node hears nobody here is told. */
const mostStreamed = 20_000

const levelsEveryMs = 250

export const openMedia = (
  database: Database,
  dataDir: string,
  blobs: BlobStore,
  account: MediaAccount,
  flows: Pick<Flows, 'current'>,
  carrier: StreamCarrier,
  channel: ChannelOfStream,
  logger: Logger,
  onCallOver: () => Promise<unknown>,
): LiveMedia => {
  const files = growingFiles(join(dataDir, 'recordings', 'growing'))
  const streams = createStreamStore(database)
  const tokens = streamTokens(account.tokens)
  const node = files.owner
  const refused = new Map<string, number>()
  const elapsed = () => performance.now()
  const later = new Set<NodeJS.Timeout>()
  /** Calls that this node has had a stream of, until they are over. */
  const streamed = new Set<string>()

  const mend = async (callSid: string): Promise<void> => {
    const outcome = await mendStream({ streams, carrier, token: tokens.tokenOf, node }, callSid)
    if (outcome === 'ordered') logger.warn({ event: 'stream-ordered-again', callSid })
  }
  /** A call that is over has no channel any more, and its recording ends; one that goes on wants a stream. */
  const look = async (callSid: string): Promise<void> => {
    if (!(await streams.isCallOver(callSid))) return mend(callSid)
    streamed.delete(callSid)
    await channel.close(callSid)
    await onCallOver()
  }
  const lookSoon = (callSid: string, afterMs = lookAfterMs): void => {
    const timer = setTimeout(() => {
      later.delete(timer)
      look(callSid).catch((err) => logger.warn({ event: 'stream-not-mended', callSid, err }))
    }, afterMs)
    timer.unref()
    later.add(timer)
  }

  const keeper = createKeeper({
    node,
    streams,
    createFile: ({ callSid, ordinal }) => files.create(`${callSid}.${ordinal}.wav`),
    keepFile: blobs.keep,
    removeFile: files.remove,
    onOpened: ({ callSid, phone, line }) => {
      const [oldest] = streamed
      if (streamed.size >= mostStreamed && oldest !== undefined) streamed.delete(oldest)
      streamed.add(callSid)
      if (line === null) return
      channel
        .open({ callSid, phone, line })
        .catch((err: unknown) => logger.error({ event: 'channel-not-opened', callSid, err }))
    },
    onEnded: (callSid, how) => lookSoon(callSid, how === 'stop' ? lookAfterStopMs : lookAfterMs),
    onFault: (what, callSid, err) => logger.error({ event: 'stream-failed', what, callSid, err }),
    isOutage: isDatabaseAway,
    isStoreAway: (cause) => awayOf(cause) !== null,
    elapsed,
    pause: (milliseconds) => delay(milliseconds),
  })

  const recover = async (): Promise<void> => {
    const recovered = await recoverStreams({
      node,
      streams,
      left: async () => (await files.left()).flatMap(soundOf),
      repair: async (sound) => {
        const { path, bytes } = await files.copy(sound.file, (length) =>
          wavHeader(Math.max(0, length - headerBytes)),
        )
        return { path, milliseconds: Math.max(0, Math.round((bytes - headerBytes) / bytesPerMs)) }
      },
      keepFile: blobs.keep,
      removeFile: files.remove,
    })
    if (recovered.length > 0)
      logger.warn({ event: 'streams-recovered', count: recovered.length, callSids: recovered })
  }
  const recordedLines = () =>
    [...flows.current().lines.values()].flatMap(({ integrated, number }) =>
      integrated ? [number] : [],
    )

  /** Keeps what dead processes have left, and gives calls that go on without a stream another one. */
  const mendAll = async (): Promise<void> => {
    await recover().catch((err) => logger.warn({ event: 'streams-not-recovered', err }))
    for (const callSid of await streams.broken(recordedLines())) await mend(callSid)
  }

  return {
    start: () => {
      mendAll().catch((err) => logger.warn({ event: 'streams-not-mended', err }))
    },
    first: (callSid) => streamToStart(callSid, 1, tokens.tokenOf),
    socket: {
      accountSid: account.accountSid,
      ordinalOf: tokens.ordinalOf,
      begin: keeper.begin,
      end: keeper.end,
      onFault: (why, { callSid, streamSid }) => {
        refused.set(why, (refused.get(why) ?? 0) + 1)
        logger.warn({ event: 'media-refused', security: true, why, callSid, streamSid })
        if (callSid === null) return
        streams
          .noteFault({ callSid, streamSid, why })
          .catch((err) => logger.error({ event: 'stream-fault-not-noted', callSid, err }))
      },
    },
    onStreamNews: (callSid) => lookSoon(callSid, lookAfterStopMs),
    onCallOver: (callSid) => {
      if (streamed.has(callSid)) lookSoon(callSid)
    },
    levels: (callSid, listener) => {
      const timer = setInterval(() => {
        const levels = keeper.levels(callSid)
        if (levels !== null) listener(levels)
      }, levelsEveryMs)
      timer.unref()
      return () => clearInterval(timer)
    },
    figures: keeper.figures,
    refused: () => refused,
    jobs: [
      { name: 'keep-streams', everyMs: 2_500, run: keeper.beat },
      { name: 'mend-streams', everyMs: 5_000, run: mendAll },
    ],
    close: async () => {
      for (const timer of later) clearTimeout(timer)
      await keeper.close()
    },
  }
}

type FoundSound = LeftSound & { readonly file: LeftFile }

const fileName = /^(CA[0-9a-f]{32})\.(\d{1,4})\.wav$/i

const soundOf = (file: LeftFile): readonly FoundSound[] => {
  const [, callSid, ordinal] = fileName.exec(file.name) ?? []
  if (callSid === undefined) return []
  const id: StreamId = { callSid, ordinal: Number(ordinal) }
  return [{ ...file, id, file }]
}
