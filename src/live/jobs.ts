import type { Adapters } from '../adapters.ts'
import type { Flows } from '../calls/ports.ts'
import type { Database } from '../db/database.ts'
import { forgetFetched } from '../db/fetched-documents.ts'
import { forgetSignIns } from '../db/forget-sign-ins.ts'
import { forgetStatuses } from '../db/forget-statuses.ts'
import { endLost } from '../db/lost-ends.ts'
import { ensurePartitions } from '../db/partitions.ts'
import { createSilentCalls } from '../db/silent-calls.ts'
import { closeSilentCallsJob } from '../jobs/close-silent-calls.ts'
import { endLostJob } from '../jobs/end-lost.ts'
import { followCarrier } from '../jobs/follow-carrier.ts'
import { followChanges } from '../jobs/follow-changes.ts'
import { forgetFetchedJob } from '../jobs/forget-fetched.ts'
import { forgetSignInsJob } from '../jobs/forget-sign-ins.ts'
import { forgetStatusesJob } from '../jobs/forget-statuses.ts'
import { makePartitions } from '../jobs/make-partitions.ts'
import { sweepPresence } from '../jobs/sweep-presence.ts'
import { sweepTalksJob } from '../jobs/sweep-talks.ts'
import { sweepTalks } from '../queues/bridge.ts'
import { callPorts } from './calls.ts'

/** What a node does by the clock. */
export const jobs = (adapters: Adapters, database: Database, publicUrl: () => string) => {
  const { clock, logger } = adapters
  return [
    followChanges([adapters.flowControl.refresh, adapters.notices.board.refresh]),
    followCarrier(adapters.carrierWatch),
    makePartitions((now) => ensurePartitions(database.pool, now), clock),
    forgetFetchedJob(() => forgetFetched(database)),
    forgetSignInsJob(() => forgetSignIns(database)),
    forgetStatusesJob(() => forgetStatuses(database)),
    endLostJob(endLost(database, wrapUpSeconds(adapters.flows)), (count) => {
      logger.warn({ event: 'lost-ends', count })
      adapters.queues.hints.hint()
    }),
    sweepTalksJob(
      () => sweepTalks(adapters.bridge.ports),
      (count) => logger.warn({ event: 'talks-swept', count }),
    ),
    ...adapters.callbacks.jobs,
    ...adapters.media.jobs,
    ...adapters.recordings.jobs,
    ...adapters.callers.jobs,
    ...adapters.channels.jobs,
    ...adapters.photos.jobs,
    sweepPresence(adapters.consoles.presence, adapters.queues.hints.hint),
    closeSilentCallsJob(callPorts(adapters, { publicUrl }), createSilentCalls(database), {
      closed: (count) => logger.warn({ event: 'silent-calls-closed', count }),
      fault: (callSid, err) => logger.error({ event: 'silent-call-failed', callSid, err }),
    }),
  ]
}

/** As the flows say; a queue that they no longer have is written up like an ordinary one. */
const wrapUpSeconds = (flows: Flows) => (queue: string) =>
  flows.current().queues.get(queue)?.wrapUpSeconds ?? 30
