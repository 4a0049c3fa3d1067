import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { AppSessions } from '../callers/ports.ts'
import { tokenHash as callerTokenHash } from '../callers/secrets.ts'
import type { Flows } from '../calls/ports.ts'
import { contribute } from '../channel/contribute.ts'
import type { Content } from '../channel/event.ts'
import { rightsBy } from '../channel/facts.ts'
import { type ChannelHints, createChannelHints } from '../channel/hints.ts'
import { catchUp, closeChannel, closeEnded, openChannel } from '../channel/open-channel.ts'
import type { Participant } from '../channel/participant.ts'
import type { PhotoPorts } from '../channel/photo.ts'
import type { NewChannel, Opened } from '../channel/ports.ts'
import type { StaffReads } from '../channel/read-as-staff.ts'
import type { ChannelSessions } from '../channel/session.ts'
import { announce } from '../db/changes.ts'
import { createChannelDisclosures } from '../db/channel-disclosures.ts'
import { createChannelReads } from '../db/channel-reads.ts'
import { createStaffReads } from '../db/channel-staff-reads.ts'
import { createChannelWatchers } from '../db/channel-watchers.ts'
import { createChannelWrites } from '../db/channel-writes.ts'
import { createChannelLife, type OnOpened } from '../db/channels.ts'
import type { Database } from '../db/database.ts'
import type { Job } from '../jobs/job.ts'
import { keepChannels } from '../jobs/keep-channels.ts'
import type { Logger } from '../logging.ts'
import type { SessionStore } from '../operators/ports.ts'
import { tokenHash } from '../operators/sign-in.ts'
import { createChannelHub, type HubOptions } from '../web/channel/channel-hub.ts'
import { channelRoutes } from '../web/channel/channel-routes.ts'
import { coalesced } from '../web/http/coalesced.ts'
import { tokenOfCookies } from '../web/http/session-cookie.ts'
import { later } from './queues.ts'

/** Channels beside calls on integrated lines, and who of this node has them open. */
export type LiveChannels = {
  /** The stream of a call has started; the same again changes nothing. */
  readonly open: (channel: NewChannel) => Promise<Opened>
  /** The call is over. */
  readonly close: (callSid: string) => Promise<boolean>
  /** Photos ask for rights here, and become messages. */
  readonly photos: Pick<PhotoPorts, 'rights' | 'post'>
  /** Before a picture is shown: what operators see is noted in the journal. */
  readonly onShown: (participant: Participant, channelId: string) => Promise<void>
  readonly hints: ChannelHints
  /** The socket, for those who are signed in by these sessions. */
  readonly socket: (
    sessions: ChannelSessions,
    publicUrl: () => string,
  ) => (app: FastifyInstance) => Promise<void>
  readonly jobs: readonly Job[]
  readonly figures: () => ChannelFigures
  /** Channels of calls under way, on whatever node. */
  readonly countOpen: () => Promise<number>
  /** What was said beside a call, for staff that says why it asks. */
  readonly staffReads: StaffReads
  /** Before the database is closed. */
  readonly end: () => Promise<void>
}

/** Of this node. */
export type ChannelFigures = {
  readonly sockets: number
  /** What participants added since the start, by type. */
  readonly contributed: ReadonlyMap<Content['type'], number>
}

export type ChannelsOptions = {
  readonly onOpened: OnOpened
  /** Tells when somebody else may talk to a caller now; the answer stops it. */
  readonly onTalkHint: (listener: () => void) => () => void
  /** Tells when callers may trust somebody else, or with something else. */
  readonly onTrustHint: (listener: () => void) => () => void
  readonly levels: HubOptions['levels']
}

export const openChannels = (
  database: Database,
  flows: Pick<Flows, 'current'>,
  logger: Logger,
  { onOpened, onTalkHint, onTrustHint, levels }: ChannelsOptions,
): LiveChannels => {
  const node = randomUUID()
  const onFault = (err: unknown) => logger.warn({ event: 'channel-failed', err })
  const tell = (told: string) =>
    void announce(database.kysely, 'channels', told).catch((err) =>
      logger.warn({ event: 'hint-failed', err }),
    )
  const hints = createChannelHints(node, tell, later)
  const life = createChannelLife(database, onOpened)
  const writes = createChannelWrites(database)
  const reads = createChannelReads(database)
  const disclosures = createChannelDisclosures(database)
  const hub = createChannelHub({
    reads,
    life,
    disclosures,
    watchers: createChannelWatchers(database, node),
    hints,
    levels,
    onFault,
  })
  const lives = { life, hints }
  const follow = coalesced(
    () => catchUp(lives),
    followRestMs,
    () => false,
  )
  const stops = [
    onTalkHint(() => void follow().catch(onFault)),
    onTrustHint(() => {
      hub.look()
      void follow().catch(onFault)
    }),
  ]
  const contributed = new Map<Content['type'], number>()
  const onContributed = (type: Content['type']) => {
    contributed.set(type, (contributed.get(type) ?? 0) + 1)
  }
  let sockets = 0
  return {
    open: (channel) => openChannel(lives, channel),
    close: (callSid) => closeChannel(lives, callSid),
    photos: {
      rights: async (participant, channelId) => {
        const facts = await reads.facts(channelId, participant)
        return facts === null ? null : rightsBy(participant, facts)
      },
      post: async (author, channelId, clientId, photo) => {
        const content = { type: 'photo', photo } as const
        const outcome = await contribute(writes, { channelId, author, clientId, content })
        if (outcome.kind === 'refused') return outcome
        if (outcome.isNew) onContributed('photo')
        hints.hint(channelId)
        return { kind: 'done' }
      },
    },
    onShown: async (participant, channelId) => {
      if (participant.kind === 'operator')
        await disclosures.note(channelId, participant.login, ['messages'])
    },
    hints,
    socket: (sessions, publicUrl) => async (app) => {
      await app.register(channelRoutes, {
        hub,
        writes,
        hints,
        sessions,
        publicUrl,
        setting: () => {
          const { timezone, lines } = flows.current()
          return { timeZone: timezone, lineName: (number) => lines.get(number)?.name ?? null }
        },
        onContributed,
        onSockets: (change) => {
          sockets += change
        },
        onFault,
      })
    },
    jobs: keepChannels({
      ...hub,
      catchUp: follow,
      closeEnded: () => closeEnded(lives),
      onEnded: (count) => logger.warn({ event: 'channels-closed-late', count }),
    }),
    figures: () => ({ sockets, contributed }),
    countOpen: life.countOpen,
    staffReads: createStaffReads(database),
    end: async () => {
      for (const stop of stops) stop()
      hints.close()
      await hub.close()
    },
  }
}

/** In a rush of hints it is looked no more often what has changed around channels. */
const followRestMs = 100

/** Operators as they take part in channels. */
export const operatorSessions = (
  sessions: Pick<SessionStore, 'find' | 'alive'>,
  publicUrl: () => string,
): ChannelSessions => ({
  find: async (cookies) => {
    const token = tokenOfCookies(cookies, publicUrl())
    const session = token === null ? null : await sessions.find(tokenHash(token))
    if (session === null) return null
    const { sessionId, login } = session
    return { sessionId, participant: { kind: 'operator', login }, channelId: null }
  },
  alive: sessions.alive,
})

/** Callers and those they trust, as they take part in channels. */
export const callerSessions = (
  sessions: Pick<AppSessions, 'find' | 'alive'>,
  publicUrl: () => string,
): ChannelSessions => ({
  find: async (cookies) => {
    const token = tokenOfCookies(cookies, publicUrl(), 'hotline-caller')
    const session = token === null ? null : await sessions.find(callerTokenHash(token))
    if (session === null) return null
    const { sessionId, user } = session
    return user.kind === 'caller'
      ? { sessionId, participant: { kind: 'caller', phone: user.phone }, channelId: null }
      : {
          sessionId,
          participant: { kind: 'trusted', id: user.personId },
          channelId: user.channelId,
        }
  },
  alive: sessions.alive,
})
