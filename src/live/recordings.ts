import type { BlobStore } from '../blobs/store.ts'
import type { Clock, Flows } from '../calls/ports.ts'
import type { Database } from '../db/database.ts'
import { createRecordingStore } from '../db/recordings.ts'
import type { Job } from '../jobs/job.ts'
import type { Logger } from '../logging.ts'
import { headerBytes, wavHeader } from '../media/wav.ts'
import { deleteExpired, sweepOrphans } from '../recordings/delete-expired.ts'
import { endRecordings } from '../recordings/end-recordings.ts'
import { hearRecording } from '../recordings/hear-recording.ts'
import type { RecordingRoutesOptions } from '../web/api/recording-routes.ts'

/** What is kept of calls, and who hears it. */
export type LiveRecordings = Omit<RecordingRoutesOptions, 'timeZone'> & {
  /** Ends recordings whose calls are over; asked for often, done once. */
  readonly end: () => Promise<unknown>
  readonly jobs: readonly Job[]
}

const hourMs = 3_600_000

export const openRecordings = (
  database: Database,
  blobs: BlobStore,
  flows: Pick<Flows, 'current'>,
  clock: Clock,
  logger: Logger,
): LiveRecordings => {
  const recordings = createRecordingStore(database)
  const end = () => endRecordings(recordings, flows.current().timezone)
  return {
    recordings,
    headerBytes,
    hear: (id, listener, reason) =>
      hearRecording(
        {
          recordings,
          blobs,
          header: wavHeader,
          onMany: (login, heard) =>
            logger.warn({ event: 'many-recordings-heard', security: true, login, heard }),
        },
        id,
        listener,
        reason,
      ),
    end,
    jobs: [
      { name: 'end-recordings', everyMs: 15_000, run: async () => void (await end()) },
      {
        name: 'delete-recordings',
        everyMs: hourMs,
        run: async () => {
          const deleted = await deleteExpired({ recordings, blobs })
          if (deleted > 0) logger.info({ event: 'recordings-deleted', count: deleted })
        },
      },
      {
        // All that is kept is looked at: in a bucket a request for each thousand files.
        name: 'sweep-recordings',
        everyMs: 24 * hourMs,
        run: async () => {
          const swept = await sweepOrphans({ recordings, blobs }, clock.now())
          if (swept > 0) logger.warn({ event: 'recordings-without-row', count: swept })
        },
      },
      {
        name: 'explain-absent-recordings',
        everyMs: hourMs,
        run: async () => {
          const counts = await recordings.explainAbsences()
          for (const [reason, count] of counts) {
            if (reason !== notRecorded) logger.warn({ event: 'recordings-absent', reason, count })
          }
        },
      },
    ],
  }
}

/** Lines that are not integrated are not recorded: no fault. */
const notRecorded = 'not-recorded'
