import type { PhotoStore } from '../channel/photo.ts'
import type { Job } from './job.ts'

export type UnfinishedPhotos = {
  readonly photos: Pick<PhotoStore, 'unfinished' | 'find' | 'giveUp'>
  readonly uploads: {
    readonly received: (uploadId: string) => Promise<number | null>
    readonly removeBefore: (before: Temporal.Instant) => Promise<number>
  }
  readonly finish: (uploadId: string) => Promise<unknown>
  readonly now: () => Temporal.Instant
}

const patienceSeconds = 30
const keptSeconds = 3600

/**
 * Makes messages of photos that have come whole and were left lying by a process that died, gives up those
 * that no byte came for within an hour, and removes the files of both.
 */
export const finishPhotos = ({ photos, uploads, finish, now }: UnfinishedPhotos): Job => ({
  name: 'finish-photos',
  everyMs: 60_000,
  run: async () => {
    for (const uploadId of await photos.unfinished(patienceSeconds)) {
      const photo = await photos.find(uploadId)
      const isWhole = (await uploads.received(uploadId)) === photo?.length
      if (photo?.state === 'stored' || isWhole) await finish(uploadId)
    }
    await uploads.removeBefore(now().subtract({ seconds: keptSeconds }))
    for (const uploadId of await photos.unfinished(keptSeconds))
      if ((await uploads.received(uploadId)) === null) await photos.giveUp(uploadId)
  },
})
