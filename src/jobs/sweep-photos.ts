import type { PhotoStore } from '../channel/photo.ts'
import type { Job } from './job.ts'

export type PhotoBlobs = {
  readonly blobs: {
    readonly untouchedSince: (before: Temporal.Instant) => AsyncIterable<string>
    readonly remove: (hash: string) => Promise<boolean>
  }
  readonly named: PhotoStore['named']
  readonly now: () => Temporal.Instant
}

const dayMs = 24 * 60 * 60 * 1000

/** Asked for at once. */
const together = 500

/**
 * Removes pictures that no photo names: kept by a process that died before it wrote the row, or of a photo
 * that was refused afterwards. A picture waits for its row no longer than a day.
 */
export const sweepPhotos = ({ blobs, named, now }: PhotoBlobs): Job => ({
  name: 'sweep-photos',
  everyMs: dayMs,
  run: async () => {
    let hashes: string[] = []
    const removeUnnamed = async () => {
      const kept = await named(hashes)
      for (const hash of hashes) if (!kept.has(hash)) await blobs.remove(hash)
      hashes = []
    }
    for await (const hash of blobs.untouchedSince(now().subtract({ hours: 24 }))) {
      hashes.push(hash)
      if (hashes.length === together) await removeUnnamed()
    }
    if (hashes.length > 0) await removeUnnamed()
  },
})
