/** How soon a photo is a message after its last byte has come. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { blobFolder } from '../../src/blobs/folder.ts'
import { contribute } from '../../src/channel/contribute.ts'
import { rightsBy } from '../../src/channel/facts.ts'
import type { PhotoPorts } from '../../src/channel/photo.ts'
import { beginPhoto, finishPhoto } from '../../src/channel/send-photo.ts'
import { createChannelReads } from '../../src/db/channel-reads.ts'
import { createChannelWrites } from '../../src/db/channel-writes.ts'
import { openDatabase } from '../../src/db/database.ts'
import { createPhotoStore } from '../../src/db/photos.ts'
import { pictureReader } from '../../src/images/picture-reader.ts'
import { quantile } from './quantile.ts'

export type PhotoFigures = {
  readonly megapixels: number
  readonly megabytes: number
  readonly photos: number
  readonly p50Ms: number
  /** Of so few the slowest. */
  readonly p99Ms: number
}

/** Photos as a telephone takes them, one after the other, through decoder, blobs and database. */
export const measurePhotos = async (databaseUrl: string, photos = 10): Promise<PhotoFigures> => {
  const [width, height] = [4000, 3000]
  const noise = { type: 'gaussian', mean: 128, sigma: 25 } as const
  const picture = await sharp({
    create: { width, height, channels: 3, background: '#000', noise },
  })
    .jpeg({ quality: 80 })
    .toBuffer()
  const directory = await mkdtemp(join(tmpdir(), 'hotline-bench-photos-'))
  const database = openDatabase(databaseUrl, { max: 4 })
  const reader = pictureReader()
  const reads = createChannelReads(database)
  const writes = createChannelWrites(database)
  const phone = '+79161234567'
  const author = { kind: 'caller', phone } as const
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into channels (call_sid, phone, line, is_chat_open) values ($1, $2, '+78005550303', true)
     returning id`,
    [`CA${randomBytes(16).toString('hex')}`, phone],
  )
  const channelId = rows[0]?.id ?? ''
  const ports: PhotoPorts = {
    photos: createPhotoStore(database),
    readPicture: reader.read,
    blobs: blobFolder(join(directory, 'blobs')),
    rights: async (participant, id) => {
      const facts = await reads.facts(id, participant)
      return facts === null ? null : rightsBy(participant, facts)
    },
    post: async (participant, id, clientId, photo) => {
      const content = { type: 'photo', photo } as const
      return contribute(writes, { channelId: id, author: participant, clientId, content })
    },
  }
  const taken: number[] = []
  // The first one starts the decoder, as the first photo after a quiet minute does; it counts too.
  for (let photo = 0; photo < photos; photo++) {
    const uploadId = randomBytes(16).toString('hex')
    const path = join(directory, uploadId)
    await writeFile(path, picture)
    const clientId = randomUUID()
    await beginPhoto(ports, { uploadId, channelId, author, clientId, length: picture.length })
    const begun = performance.now()
    const finished = await finishPhoto(ports, uploadId, path)
    if (finished.kind !== 'posted') throw new Error(`A photo was not posted: ${finished.kind}`)
    taken.push(performance.now() - begun)
  }
  reader.close()
  await database.close()
  await rm(directory, { recursive: true })
  return {
    megapixels: (width * height) / 1e6,
    megabytes: picture.length / 1e6,
    photos,
    p50Ms: quantile(taken, 0.5),
    p99Ms: quantile(taken, 0.99),
  }
}
