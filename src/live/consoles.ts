import { createHmac } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import twilio from 'twilio'
import type { FlowSet } from '../calls/flow-set.ts'
import { stationOf, topicsOf } from '../calls/flow-words.ts'
import type { Clock, Flows } from '../calls/ports.ts'
import { createCards } from '../db/cards.ts'
import { createCommandLog } from '../db/console-commands.ts'
import { createConsoleStateStore } from '../db/console-state.ts'
import type { Database } from '../db/database.ts'
import { createHalfHours } from '../db/half-hours.ts'
import { createJournal } from '../db/journal.ts'
import { createSessionStore } from '../db/operator-sessions.ts'
import { createOperatorStore } from '../db/operators.ts'
import { createOwnPasswords } from '../db/own-passwords.ts'
import { createPresenceStore } from '../db/presence.ts'
import { createSignInLimits } from '../db/sign-in-limits.ts'
import { createWrapUps } from '../db/wrap-ups.ts'
import type { Logger } from '../logging.ts'
import type { Cards, LineWords } from '../operators/card.ts'
import type { ConsoleActions } from '../operators/console-actions.ts'
import type { ConsoleStateStore } from '../operators/console-state.ts'
import type {
  CommandLog,
  Journal,
  OperatorStore,
  OwnPasswords,
  PresenceStore,
  SessionStore,
  SignInLimits,
  WrapUps,
} from '../operators/ports.ts'
import type { CarrierWatch } from '../queues/carrier-rest.ts'
import { createDayCurves, type HalfHoursReader } from '../queues/day-curve.ts'
import { type Estimates, estimateOf } from '../queues/estimates.ts'
import type { Claims, Hints } from '../queues/ports.ts'
import { operatorRoutes, type SoftphoneToken } from '../web/operator/operator-routes.ts'
import { cardView, type Setting } from '../web/operator/views.ts'

/** What the edges of operators stand on. */
export type ConsolePorts = {
  readonly operators: OperatorStore
  readonly sessions: SessionStore
  readonly presence: PresenceStore
  readonly limits: SignInLimits
  readonly passwords: OwnPasswords
  readonly journal: Journal
  readonly commands: CommandLog
  readonly wrapUps: WrapUps
  readonly state: ConsoleStateStore
  readonly halfHours: HalfHoursReader
  readonly cards: Cards
  readonly actions: ConsoleActions
  readonly stopRinging: (login: string) => Promise<void>
}

/** Everything of operators that is kept in the database. */
export const consolePorts = (
  database: Database,
  claims: Pick<Claims, 'release'>,
  actions: ConsoleActions,
): ConsolePorts => {
  const state = createConsoleStateStore(database, () => performance.now())
  return {
    operators: createOperatorStore(database),
    sessions: createSessionStore(database),
    presence: createPresenceStore(database),
    limits: createSignInLimits(database),
    passwords: createOwnPasswords(database),
    journal: createJournal(database),
    commands: createCommandLog(database),
    wrapUps: createWrapUps(database),
    state,
    halfHours: createHalfHours(database),
    cards: createCards(database),
    actions,
    stopRinging: async (login) => {
      const reservationId = await state.ringing(login)
      if (reservationId !== null) await claims.release(reservationId, 'signed-out')
    },
  }
}

/** Calls answered within it count as answered in time. */
const thresholdSeconds = 20

export type ConsoleOptions = {
  readonly ports: ConsolePorts
  readonly queues: {
    readonly hints: Hints
    readonly estimates: Pick<Estimates, 'histories'>
  }
  readonly carrierWatch: Pick<CarrierWatch, 'outage'>
  readonly flows: Flows
  readonly clock: Clock
  readonly logger: Logger
  readonly publicUrl: () => string
  readonly softphone: (identity: string) => SoftphoneToken | null
  /** Where the console's maps are drawn from; null or absent = nowhere. */
  readonly map?: { readonly tiles: string; readonly attribution: string } | null
}

/** The scope of operators: `/operator/…`. */
export const consoleScope =
  ({
    ports,
    queues: { hints, estimates },
    carrierWatch,
    flows,
    clock,
    logger,
    publicUrl,
    softphone,
    map = null,
  }: ConsoleOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    const timeZone = () => flows.current().timezone
    const onFault = (err: unknown) => logger.warn({ event: 'console-failed', err })
    const midnight = () => clock.now().toZonedDateTimeISO(timeZone()).startOfDay().toInstant()
    const curves = createDayCurves(ports.halfHours, () => performance.now(), onFault)
    await app.register(operatorRoutes, {
      publicUrl,
      map,
      signIn: { ...ports, clock },
      ownPassword: ports,
      operators: ports.operators,
      sessions: ports.sessions,
      journal: ports.journal,
      commands: {
        presence: ports.presence,
        hint: hints.hint,
        actions: ports.actions,
        wrapUps: ports.wrapUps,
        commands: ports.commands,
        onFault,
      },
      readState: async (changed) => {
        const [state, histories] = await Promise.all([
          ports.state.read(midnight(), thresholdSeconds, changed),
          estimates.histories(),
        ])
        return {
          ...state,
          estimates: new Map(histories.map((each) => [each.queue, estimateOf(each)])),
          curves: curves(clock.now().toZonedDateTimeISO(timeZone())),
          outage: carrierWatch.outage(),
        }
      },
      stopRinging: ports.stopRinging,
      setting: settingOf(flows),
      card: async (login, reservationId) => {
        const card = await ports.cards.read(login, reservationId, lineWords(flows))
        return card === null ? null : cardView(card, timeZone())
      },
      softphone,
      onHint: hints.onHint,
      onFault,
    })
  }

/** The same object as long as the flows are the same. */
const settingOf = (flows: Flows): (() => Setting) => {
  let version = ''
  let setting: Setting | null = null
  return () => {
    const set = flows.current()
    if (setting === null || version !== set.version) {
      version = set.version
      setting = {
        timeZone: set.timezone,
        queues: [...set.queues.values()].map(({ name, skills }) => ({ name, skills })),
        ...topicWords(set),
        thresholdSeconds,
      }
    }
    return setting
  }
}

const topicWords = (set: FlowSet): Pick<Setting, 'topics' | 'topicNames'> => {
  const topics = topicsOf(set)
  return {
    topics: topics.size === 0 ? [...set.queues.keys()].toSorted() : [...topics.keys()],
    topicNames: Object.fromEntries([...topics].filter(([, title]) => title !== null)) as Record<
      string,
      string
    >,
  }
}

const lineWords = (flows: Flows): LineWords => ({
  line: (number) => {
    const line = flows.current().lines.get(number)
    return line === undefined ? null : { name: line.name, isIntegrated: line.integrated }
  },
  integrated: () =>
    [...flows.current().lines.values()]
      .filter(({ integrated }) => integrated)
      .map(({ number }) => number),
  dialog: (document, dialog) => stationOf(flows.current(), document, dialog),
})

const softphoneSeconds = 3600

export type TwilioKeys = {
  readonly accountSid: string
  readonly apiKey: string
  readonly apiSecret: string
  readonly twimlAppSid: string
}

/** Tokens for Twilio's Voice SDK: it may ring this identity and call nobody by itself. */
export const twilioSoftphone =
  ({ accountSid, apiKey, apiSecret, twimlAppSid }: TwilioKeys, now: () => Temporal.Instant) =>
  (identity: string): SoftphoneToken => {
    const { AccessToken } = twilio.jwt
    const token = new AccessToken(accountSid, apiKey, apiSecret, {
      identity,
      ttl: softphoneSeconds,
    })
    token.addGrant(
      new AccessToken.VoiceGrant({ incomingAllow: true, outgoingApplicationSid: twimlAppSid }),
    )
    const expiresAt = now().add({ seconds: softphoneSeconds })
    return { kind: 'twilio', token: token.toJwt(), identity, expiresAt }
  }

/** Tokens for the softphone of the simulated carrier: `IDENTITY.EXPIRY.HMAC` by its account's token. */
export const simulatedSoftphone =
  (authToken: string, now: () => Temporal.Instant) =>
  (identity: string): SoftphoneToken => {
    const expiresAt = now().add({ seconds: softphoneSeconds })
    const claim = `${Buffer.from(identity).toString('base64url')}.${Math.floor(expiresAt.epochMilliseconds / 1000)}`
    const proof = createHmac('sha256', authToken).update(claim).digest('base64url')
    return { kind: 'simulated', token: `${claim}.${proof}`, identity, expiresAt }
  }
