import { randomUUID } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import type { PeoplePorts } from '../callers/people.ts'
import type { AppSessions, AppStates, Callers, OwnCalls } from '../callers/ports.ts'
import { createSecrets } from '../callers/secrets.ts'
import type { MessageCarrier } from '../callers/send-messages.ts'
import type { SignInPorts } from '../callers/sign-in.ts'
import type { Flows } from '../calls/ports.ts'
import { tellOfCall } from '../db/call-notices.ts'
import { readSignInFigures, type SignInFigures } from '../db/caller-limits.ts'
import { createAppSessions, forgetCallerSignIns } from '../db/caller-sessions.ts'
import { createAppStates, createCallers, createOwnCalls } from '../db/callers.ts'
import { announce } from '../db/changes.ts'
import type { Database } from '../db/database.ts'
import { createSignInStore } from '../db/sign-in-codes.ts'
import {
  createOutbox,
  type MessageFigures,
  type MessageNews,
  type SenderOf,
} from '../db/text-messages.ts'
import { createTrustedPersons } from '../db/trusted-persons.ts'
import { failpoint } from '../failpoint.ts'
import { forgetCallerSignInsJob } from '../jobs/forget-caller-sign-ins.ts'
import type { Job } from '../jobs/job.ts'
import { sendMessages } from '../jobs/send-messages.ts'
import type { Logger } from '../logging.ts'
import type { CallPace } from '../queues/call-pace.ts'
import type { CarrierRest } from '../queues/carrier-rest.ts'
import { createHints, type NodeHints } from '../queues/hints.ts'
import { callerRoutes } from '../web/caller/caller-routes.ts'
import type { Setting } from '../web/caller/views.ts'
import { networkOf } from '../web/http/network-of.ts'
import { later } from './queues.ts'

/** Callers with the app page, those they trust, and the messages that go out to both. */
export type LiveCallers = {
  readonly signIn: SignInPorts
  readonly callers: Callers
  readonly sessions: AppSessions
  readonly people: PeoplePorts
  readonly calls: OwnCalls
  readonly states: AppStates
  readonly messages: MessageNews
  readonly figures: () => Promise<SignInFigures & MessageFigures>
  /** Something of callers, their sessions or those they trust has changed. */
  readonly hints: NodeHints
  /** Tells trusted persons of a call, in the transaction that opens its channel. */
  readonly tellOfCall: ReturnType<typeof tellOfCall>
  readonly jobs: readonly Job[]
}

export type CallersOptions = {
  readonly carrier: MessageCarrier
  /** Apart from that of calls: messages that are not taken keep nobody from being rung. */
  readonly rest: Pick<CarrierRest, 'restraint' | 'heed'>
  /** What codes and tokens in messages follow from: the same on all nodes, and not in the database. */
  readonly key: string
  /** Number or name that text messages come from; null = the line's number. */
  readonly smsFrom: string | null
  readonly publicUrl: () => string
}

export const openCallers = (
  database: Database,
  flows: Pick<Flows, 'current'>,
  logger: Logger,
  { carrier, rest, key, smsFrom, publicUrl }: CallersOptions,
  pace: Pick<CallPace, 'begun'>,
): LiveCallers => {
  const secrets = createSecrets(key)
  const own = () => new Set(flows.current().lines.keys())
  const outbox = createOutbox(database, senderOf(flows, smsFrom))
  const heeded: MessageCarrier = {
    text: (message) => rest.heed(carrier.text(message)),
    say: async (message) => {
      await pace.begun(1)
      return rest.heed(carrier.say(message))
    },
  }
  const persons = createTrustedPersons(database, secrets)
  const tell = (node: string) =>
    void announce(database.kysely, 'callers', node).catch((err) =>
      logger.warn({ event: 'hint-failed', err }),
    )
  return {
    signIn: { store: createSignInStore(database), secrets, own },
    callers: createCallers(database),
    sessions: createAppSessions(database),
    people: { persons, secrets, own },
    calls: createOwnCalls(database),
    states: createAppStates(database),
    messages: outbox,
    figures: async () => {
      const [signIns, messages] = await Promise.all([
        readSignInFigures(database.kysely),
        outbox.figures(),
      ])
      return { ...signIns, ...messages }
    },
    hints: createHints(randomUUID(), tell, later),
    tellOfCall: tellOfCall(secrets),
    jobs: [
      sendMessages(
        { outbox, carrier: heeded, secrets, publicUrl, failpoint },
        rest.restraint,
        ({ id, ordered }) =>
          logger.warn({
            event: 'message-failed',
            message: id,
            kind: ordered.kind,
            ...(ordered.kind === 'refused' ? { code: ordered.code } : {}),
          }),
      ),
      forgetCallerSignInsJob(() => forgetCallerSignIns(database)),
    ],
  }
}

/** A name cannot call: spoken messages come from a number in any case. */
const senderOf =
  (flows: Pick<Flows, 'current'>, smsFrom: string | null): SenderOf =>
  (by, line) => {
    if (smsFrom !== null && (by === 'sms' || smsFrom.startsWith('+'))) return smsFrom
    const { lines } = flows.current()
    return (line === null ? null : lines.get(line)?.number) ?? [...lines.keys()][0] ?? ''
  }

export type CallerScopeOptions = {
  readonly callers: LiveCallers
  readonly flows: Pick<Flows, 'current'>
  /** Hints of queues: an operator has come to a call, or left it. */
  readonly onCallHint: (listener: () => void) => () => void
  /** Hints of channels: what is in these has changed; null = in any. */
  readonly onChannelHint: (listener: (channels: readonly string[] | null) => void) => () => void
  readonly logger: Logger
  readonly publicUrl: () => string
}

/** Requests a minute from one address, behind which may be the telephones of a whole network. */
const requestsPerMinute = 3_000

/** The scope of callers: `/caller/…`. */
export const callerScope =
  ({ callers, flows, onCallHint, onChannelHint, logger, publicUrl }: CallerScopeOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    await app.register(rateLimit, {
      max: requestsPerMinute,
      timeWindow: '1 minute',
      keyGenerator: ({ ip }) => networkOf(ip),
    })
    await app.register(callerRoutes, {
      ...callers,
      publicUrl,
      setting: () => settingOf(flows),
      hint: callers.hints.hint,
      onHint: (listener) => {
        const stops = [
          callers.hints.onHint(() => listener('callers')),
          onCallHint(() => listener('calls')),
          onChannelHint((channels) => listener(channels === null ? 'calls' : { channels })),
        ]
        return () => {
          for (const stop of stops) stop()
        }
      },
      onFault: (err) => logger.warn({ event: 'app-page-failed', err }),
    })
  }

const settingOf = (flows: Pick<Flows, 'current'>): Setting => {
  const { timezone, lines } = flows.current()
  return {
    timeZone: timezone,
    integrated: [...lines.values()]
      .filter(({ integrated }) => integrated)
      .map(({ number, name }) => ({ number, name })),
    line: (number) => {
      const line = lines.get(number)
      return line === undefined ? null : { name: line.name, isIntegrated: line.integrated }
    },
  }
}
