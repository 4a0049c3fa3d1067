import { setTimeout } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import type { Adapters } from './adapters.ts'
import { awayOf } from './blobs/away.ts'
import type { Candidate } from './calls/activation.ts'
import { noticeBoard } from './calls/notices.ts'
import type { Web } from './calls/outside.ts'
import type { CallStore, Clock, Effects, Flows } from './calls/ports.ts'
import { applicationStatus } from './cases/application-status.ts'
import type { Config } from './config.ts'
import { createCallLog } from './db/call-log.ts'
import { createCallPace } from './db/call-pace.ts'
import { createCallStore } from './db/call-store.ts'
import { codeAccess, createCaseStore } from './db/cases.ts'
import type { Database } from './db/database.ts'
import { isDatabaseAway } from './db/failures.ts'
import { createFetchedTexts, createSentRequests } from './db/fetched-documents.ts'
import { createNoticeStore } from './db/notices.ts'
import type { DB } from './db/schema.ts'
import { keepScore } from './db/surveys.ts'
import type { LiveBlobs } from './live/blobs.ts'
import { openBridge } from './live/bridge.ts'
import { callbackEffects, openCallbacks } from './live/callbacks.ts'
import { type CallersOptions, openCallers } from './live/callers.ts'
import { openChannels } from './live/channels.ts'
import { consolePorts } from './live/consoles.ts'
import { openFlows } from './live/flows.ts'
import { type MediaAccount, openMedia } from './live/media.ts'
import { tellOfOutages } from './live/outages.ts'
import { openPhotos } from './live/photos.ts'
import { openQueues } from './live/queues.ts'
import { openRecordings } from './live/recordings.ts'
import type { Logger } from './logging.ts'
import type { CarrierPort } from './queues/carrier.ts'
import type { CarrierWatch, Restraint } from './queues/carrier-rest.ts'
import type { StreamCarrier } from './recordings/carrier.ts'

/** What adapters are made of. */
export type Foundation = {
  readonly config: Config
  /** The flow folder as it was found at the start. */
  readonly candidate: Candidate
  readonly database: Database
  readonly blobs: LiveBlobs
  readonly clock: Clock
  readonly logger: Logger
  readonly web: Web
  /** Orders to the carrier, and what holds them back while it is away. */
  readonly orders: CarrierPort & StreamCarrier
  readonly restraint: Restraint
  readonly carrierWatch: CarrierWatch
  readonly callers: CallersOptions
  readonly account: MediaAccount
}

/** Everything a node stands on, made in the order in which one needs the other. */
export const makeAdapters = async ({
  config,
  candidate,
  database,
  blobs,
  clock,
  logger,
  web,
  orders,
  restraint,
  carrierWatch,
  callers,
  account,
}: Foundation): Promise<Adapters> => {
  const elapsed = () => performance.now()
  const flowControl = await openFlows(config, candidate, database, clock, logger)
  const { flows } = flowControl
  const noticeStore = createNoticeStore(database)
  const board = noticeBoard(noticeStore, clock)
  await board.refresh()
  const queues = openQueues(database, flows, logger, config.callsPerSecond)
  tellOfOutages(carrierWatch, queues.hints.hint, logger)
  const callStore = hintAfterCallbacks(createCallStore(database, effects(flows)), queues.hints.hint)
  const callPace = createCallPace(database, config.callsPerSecond)
  const bridge = openBridge(database, queues, orders, flows, logger, callPace)
  const ownCallers = openCallers(database, flows, logger, callers, callPace)
  const channels = openChannels(database, flows, logger, {
    onOpened: ownCallers.tellOfCall,
    onTalkHint: queues.hints.onHint,
    onTrustHint: ownCallers.hints.onHint,
    levels: (callSid, listener) =>
      media.levels(callSid, ({ inbound, outbound, silentSeconds }) =>
        listener({ caller: inbound, operator: outbound, silentSeconds }),
      ),
  })
  const recordings = openRecordings(database, blobs.recordings, flows, clock, logger)
  const media = openMedia(
    database,
    config.dataDir,
    blobs.recordings,
    account,
    flows,
    orders,
    channels,
    logger,
    recordings.end,
  )
  return {
    logger,
    clock,
    flows,
    callStore,
    callLog: createCallLog(database.kysely),
    cases: createCaseStore(database),
    callbacks: openCallbacks(
      database,
      flows,
      orders,
      restraint,
      { pace: callPace, callsPerSecond: config.callsPerSecond },
      logger,
      clock,
      queues.claims.endWrapUp,
    ),
    callers: ownCallers,
    channels,
    photos: openPhotos(database, config.dataDir, blobs.photos, channels.photos, clock),
    flowControl,
    notices: { store: noticeStore, board },
    queues,
    carrierWatch,
    bridge,
    consoles: consolePorts(database, queues.claims, bridge.actions),
    media,
    recordings,
    outside: {
      web,
      texts: createFetchedTexts(database, elapsed),
      sent: createSentRequests(database),
      elapsed,
      pause: (milliseconds) => setTimeout(milliseconds),
    },
    recording: flowControl.recording,
    obstacles: () => obstacles(database),
    isOutage: (error) => isDatabaseAway(error) || awayOf(error) !== null,
  }
}

/** A turn that changed a callback: the routers look once it is committed. Of places the queues tell. */
const hintAfterCallbacks = (calls: CallStore, hint: () => void): CallStore => ({
  ...calls,
  inTransaction: async (work) => {
    let isToTell = false
    const outcome = await calls.inTransaction((transaction) => {
      const { effects } = transaction
      const telling =
        <In extends unknown[], Out>(effect: (...given: In) => Out) =>
        (...given: In): Out => {
          isToTell = true
          return effect(...given)
        }
      return work({
        ...transaction,
        effects: {
          ...effects,
          requestCallback: telling(effects.requestCallback),
          cancelCallback: telling(effects.cancelCallback),
          answerCallback: telling(effects.answerCallback),
        },
      })
    })
    if (isToTell && outcome !== 'stale') hint()
    return outcome
  },
})

/** The functions of a flow that write, on the transaction of the turn. */
const effects =
  (flows: Flows) =>
  (transaction: Transaction<DB>): Effects => ({
    applicationStatus: (request) => applicationStatus(codeAccess(transaction), request),
    ...callbackEffects(flows)(transaction),
    keepScore: keepScore(transaction),
  })

const obstacles = async (database: Database): Promise<readonly string[]> => {
  try {
    await database.pool.query('select 1')
    return []
  } catch {
    return ['database']
  }
}
