import { keptUntil } from './retention.ts'
import type { RecordingStore } from './store.ts'

/**
 * Ends recordings whose calls are over: from then on it is known until when they are kept.
 *
 * @param zone IANA zone of the lines
 */
export const endRecordings = async (
  recordings: Pick<RecordingStore, 'ending' | 'end'>,
  zone: string,
): Promise<number> => {
  const ending = await recordings.ending()
  for (const { id, endedAt } of ending) {
    await recordings.end(id, endedAt, keptUntil(endedAt, zone))
  }
  return ending.length
}
