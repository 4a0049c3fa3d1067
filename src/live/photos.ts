import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { awayOf } from '../blobs/away.ts'
import type { BlobStore } from '../blobs/store.ts'
import { type Uploads, uploadFolder } from '../blobs/uploads.ts'
import type { Clock } from '../calls/ports.ts'
import type { PhotoPorts } from '../channel/photo.ts'
import { type Finished, finishPhoto } from '../channel/send-photo.ts'
import type { Database } from '../db/database.ts'
import { createPhotoStore } from '../db/photos.ts'
import { pictureReader } from '../images/picture-reader.ts'
import { finishPhotos } from '../jobs/finish-photos.ts'
import type { Job } from '../jobs/job.ts'
import { sweepPhotos } from '../jobs/sweep-photos.ts'
import type { PhotoRoutesOptions } from '../web/channel/photo-routes.ts'

/** Photos of this node. */
export type LivePhotos = Pick<PhotoRoutesOptions, 'photos' | 'finish' | 'blob'> & {
  readonly uploads: Uploads
  /** A photo of a channel, for those who were let in elsewhere. */
  readonly ofChannel: (channelId: string, photoId: string) => Promise<Readable | null>
  readonly jobs: readonly Job[]
  readonly close: () => void
}

export const openPhotos = (
  database: Database,
  dataDir: string,
  blobs: BlobStore,
  channels: Pick<PhotoPorts, 'rights' | 'post'>,
  clock: Clock,
): LivePhotos => {
  const reader = pictureReader()
  const photos = createPhotoStore(database)
  const uploads = uploadFolder(join(dataDir, 'uploads'))
  const blob = async (hash: string) => ((await blobs.size(hash)) === null ? null : blobs.read(hash))
  const ports = { ...channels, photos, blobs, readPicture: reader.read }
  const finish = once((uploadId) => finishPhoto(ports, uploadId, uploads.pathOf(uploadId)))
  return {
    photos: ports,
    finish: (uploadId) => finish(uploadId).catch(unavailableIfAway),
    uploads,
    blob,
    ofChannel: async (channelId, photoId) => {
      const photo = await photos.kept(photoId)
      return photo?.channelId === channelId ? blob(photo.hash) : null
    },
    jobs: [
      finishPhotos({ photos, uploads, finish, now: clock.now }),
      sweepPhotos({ blobs, named: photos.named, now: clock.now }),
    ],
    close: reader.close,
  }
}

/** What keeps files being away says nothing of a photo: it is not refused for good, and the same may be kept later. */
const unavailableIfAway = (cause: unknown): Finished => {
  if (awayOf(cause) === null) throw cause
  return { kind: 'refused', code: 'unavailable' }
}

/** Whoever asks for the same while it is under way waits for the one answer. */
const once = <Outcome>(work: (key: string) => Promise<Outcome>) => {
  const underWay = new Map<string, Promise<Outcome>>()
  return (key: string): Promise<Outcome> => {
    const outcome = underWay.get(key) ?? work(key).finally(() => underWay.delete(key))
    underWay.set(key, outcome)
    return outcome
  }
}
