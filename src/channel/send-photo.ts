import type { PhotoLimits, PhotoPorts, PhotoRefusal, PhotoSending } from './photo.ts'

/** Far above what a call needs; below what somebody could harm with. */
const limits: PhotoLimits = { inChannel: 200, atOnce: 5, bytesADay: 300 * 1024 * 1024 }

export type Begun =
  /** `instead`: the upload that this one replaces; what came of it is of no use. */
  | { readonly kind: 'begun'; readonly instead: string | null }
  /** It is a message already. */
  | { readonly kind: 'posted' }
  | { readonly kind: 'refused'; readonly code: PhotoRefusal }

/** Before the first byte: whether this photo may come at all. */
export const beginPhoto = async (
  { photos, rights }: Pick<PhotoPorts, 'photos' | 'rights'>,
  sending: PhotoSending,
): Promise<Begun> => {
  const { write = false, whyNot = null } = (await rights(sending.author, sending.channelId)) ?? {}
  if (!write) return { kind: 'refused', code: whyNot ?? 'not-allowed' }
  const begun = await photos.begin(sending, limits)
  return begun.kind === 'too-many' ? { kind: 'refused', code: 'too-many' } : begun
}

export type Finished =
  | { readonly kind: 'posted' }
  | { readonly kind: 'refused'; readonly code: PhotoRefusal }
  /** No such upload. */
  | { readonly kind: 'unknown' }

/**
 * After the last byte: the picture is made anew, kept, and only then becomes a message. May be done again
 * after a crash at any point, and comes to the same end.
 *
 * @param path of the uploaded file
 */
export const finishPhoto = async (
  ports: PhotoPorts,
  uploadId: string,
  path: string,
): Promise<Finished> => {
  const photo = await ports.photos.find(uploadId)
  if (photo === null || photo.state === 'given-up') return { kind: 'unknown' }
  if (photo.state === 'posted') return { kind: 'posted' }
  if (photo.state === 'refused') return { kind: 'refused', code: photo.refusal }
  const refuse = async (code: PhotoRefusal): Promise<Finished> => {
    await ports.photos.refuse(uploadId, code)
    return { kind: 'refused', code }
  }
  const picture = photo.state === 'stored' ? photo.picture : await keepPicture(ports, path)
  if (typeof picture === 'string') return refuse(picture)
  if (photo.state === 'uploading') await ports.photos.keep(uploadId, picture)
  const { photoId, author, channelId, clientId } = photo
  const view = { photoId, width: picture.width, height: picture.height }
  const outcome = await ports.post(author, channelId, clientId, view)
  if (outcome.kind === 'refused') return refuse(outcome.code)
  await ports.photos.markPosted(uploadId)
  return { kind: 'posted' }
}

const keepPicture = async (ports: PhotoPorts, path: string) => {
  const reading = await ports.readPicture(path)
  if (reading.kind === 'refused') return reading.reason
  const { bytes, thumbnail, width, height } = reading.picture
  const [whole, small] = await Promise.all([ports.blobs.put(bytes), ports.blobs.put(thumbnail)])
  return { hash: whole.hash, thumbnailHash: small.hash, bytes: whole.bytes, width, height }
}
