import type { SoundBlobs } from './blobs.ts'
import type { RecordingStore } from './store.ts'

export type DeletePorts = {
  readonly recordings: Pick<RecordingStore, 'takeExpired' | 'noteDeletion' | 'needed'>
  readonly blobs: Pick<SoundBlobs, 'remove' | 'untouchedSince'>
}

/** Stands in the row and the journal for who deleted. */
export const retention = '*retention'

const batch = 100

/**
 * Deletes what has been kept long enough and is not held. A recording is taken out of hearing first, then its files
 * go, then it is noted: whoever dies in between has it done again. Answers how many.
 */
export const deleteExpired = async ({ recordings, blobs }: DeletePorts): Promise<number> => {
  let deleted = 0
  for (;;) {
    const expired = await recordings.takeExpired(batch)
    for (const recording of expired) {
      for (const hash of recording.hashes) await blobs.remove(hash)
      await recordings.noteDeletion(recording, retention, 'kept for as long as the rule asks')
    }
    deleted += expired.length
    if (expired.length < batch) return deleted
  }
}

/** A file may be kept before its row is written; a day later it is one that nobody names. */
const orphanAge = { hours: 24 }

/** Removes files that no recording needs. Answers how many. */
export const sweepOrphans = async (
  { recordings, blobs }: DeletePorts,
  now: Temporal.Instant,
): Promise<number> => {
  let removed = 0
  let hashes: string[] = []
  const sweep = async () => {
    const needed = await recordings.needed(hashes)
    for (const hash of hashes) {
      if (!needed.has(hash) && (await blobs.remove(hash))) removed += 1
    }
    hashes = []
  }
  for await (const hash of blobs.untouchedSince(now.subtract(orphanAge))) {
    hashes.push(hash)
    if (hashes.length === batch) await sweep()
  }
  if (hashes.length > 0) await sweep()
  return removed
}
