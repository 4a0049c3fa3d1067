import type { AddressInfo } from 'node:net'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import { createAppSessions } from '../../src/db/caller-sessions.ts'
import { listenToChanges } from '../../src/db/changes.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { createSessionStore } from '../../src/db/operator-sessions.ts'
import { processTimer, startJobs } from '../../src/jobs/job.ts'
import {
  callerSessions,
  type LiveChannels,
  openChannels,
  operatorSessions,
} from '../../src/live/channels.ts'
import { createLogger } from '../../src/logging.ts'
import { closeSockets } from '../../src/web/http/close-sockets.ts'

export type TestChannels = {
  readonly url: string
  readonly channels: LiveChannels
  /** Something of trusted persons or callers has changed. */
  readonly trustChanged: () => void
  readonly talkChanged: () => void
  readonly faults: unknown[]
  readonly close: () => Promise<void>
}

/** A node with nothing but channels: its sockets on a free port, its jobs, hints from the other nodes. */
export const openTestChannels = async (
  t: { teardown(work: () => Promise<void>): unknown },
  { url: databaseUrl }: Pick<Database, 'url'>,
  { withJobs = true } = {},
): Promise<TestChannels> => {
  const database = openDatabase(databaseUrl)
  const talkListeners = new Set<() => void>()
  const trustListeners = new Set<() => void>()
  const listening = (listeners: Set<() => void>) => (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const faults: unknown[] = []
  const logger = createLogger('silent')
  const channels = openChannels(
    database,
    { current: () => ({ timezone: 'Europe/Moscow', lines: new Map() }) as never },
    { ...logger, warn: (entry: unknown) => faults.push(entry) } as never,
    {
      onOpened: async () => {},
      onTalkHint: listening(talkListeners),
      onTrustHint: listening(trustListeners),
      levels: () => () => {},
    },
  )
  const app = Fastify()
  await app.register(websocket, {
    preClose: closeSockets(app),
    options: {
      maxPayload: 16 * 1024,
      maxFragments: 16,
      maxBufferedChunks: 256,
      perMessageDeflate: false,
    },
  })
  let url = ''
  const publicUrl = () => url
  for (const [prefix, sessions] of [
    ['/caller/channel', callerSessions(createAppSessions(database), publicUrl)],
    ['/operator/channel', operatorSessions(createSessionStore(database), publicUrl)],
  ] as const)
    await app.register(channels.socket(sessions, publicUrl), { prefix })
  await app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const changes = listenToChanges(
    databaseUrl,
    (topic, from) => {
      if (topic === 'channels') channels.hints.receive(from)
    },
    () => {},
  )
  const stopJobs = withJobs
    ? startJobs(channels.jobs, processTimer, (_name, cause) => faults.push(cause))
    : async () => {}
  let closing: Promise<void> | null = null
  const close = () => {
    closing ??= (async () => {
      await app.close()
      await stopJobs()
      await changes.close()
      await channels.end()
      await database.close()
    })()
    return closing
  }
  t.teardown(close)
  return {
    url,
    channels,
    faults,
    trustChanged: () => {
      for (const listener of trustListeners) listener()
    },
    talkChanged: () => {
      for (const listener of talkListeners) listener()
    },
    close,
  }
}
