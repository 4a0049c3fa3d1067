import type { Participant } from './participant.ts'
import type { Rights } from './rights.ts'

/** A photo on its way: whose it is and where it belongs. */
export type PhotoSending = {
  /** 32 hexadecimal digits, ours; names the upload. */
  readonly uploadId: string
  readonly channelId: string
  readonly author: Participant
  /** UUID of the client's own: the same sending, begun however often, is one photo. */
  readonly clientId: string
  /** Bytes of the file. */
  readonly length: number
}

export type PhotoView = {
  readonly photoId: string
  /** After turning upright; of the picture, not of the thumbnail. */
  readonly width: number
  readonly height: number
}

/** A picture that is kept: named by content hashes. */
export type StoredPicture = {
  readonly hash: string
  readonly thumbnailHash: string
  readonly bytes: number
  readonly width: number
  readonly height: number
}

/**
 * Why a photo does not become a message. Of the file: `not-a-picture`, `too-large`, `broken`, `too-slow`. Of
 * the moment: `chat-closed`, `call-over`, `not-allowed`, `too-many`. Of us: `unavailable`.
 */
export type PhotoRefusal =
  | 'not-a-picture'
  | 'too-large'
  | 'broken'
  | 'too-slow'
  | 'chat-closed'
  | 'call-over'
  | 'not-allowed'
  | 'too-many'
  | 'unavailable'

export type Photo = PhotoSending & { readonly photoId: string } & (
    | { readonly state: 'uploading' | 'given-up' }
    | { readonly state: 'stored' | 'posted'; readonly picture: StoredPicture }
    | { readonly state: 'refused'; readonly refusal: PhotoRefusal }
  )

export type PhotoLimits = {
  readonly inChannel: number
  /** Unfinished ones of one author. */
  readonly atOnce: number
  /** Of one telephone number within 24 hours. */
  readonly bytesADay: number
}

export type PhotoStore = {
  /**
   * Notes that an upload begins. One begun before with the same client's identifier is replaced, `instead`
   * names its upload; one that is a message already stays. At the same moment a few more than `limits` may
   * begin.
   */
  begin(
    sending: PhotoSending,
    limits: PhotoLimits,
  ): Promise<
    | { readonly kind: 'begun'; readonly instead: string | null }
    | { readonly kind: 'posted' }
    | { readonly kind: 'too-many' }
  >
  find(uploadId: string): Promise<Photo | null>
  /** A picture by the identifier that its message carries. */
  kept(photoId: string): Promise<(StoredPicture & { readonly channelId: string }) | null>
  keep(uploadId: string, picture: StoredPicture): Promise<void>
  markPosted(uploadId: string): Promise<void>
  refuse(uploadId: string, refusal: PhotoRefusal): Promise<void>
  /** Uploads that nobody finished since so many seconds. */
  unfinished(seconds: number): Promise<readonly string[]>
  giveUp(uploadId: string): Promise<void>
  /** Those of the given hashes that a photo names. */
  named(hashes: readonly string[]): Promise<ReadonlySet<string>>
}

export type PhotoPorts = {
  readonly photos: PhotoStore
  /** Reads what was uploaded, whatever it is. */
  readonly readPicture: (path: string) => Promise<
    | {
        readonly kind: 'picture'
        readonly picture: {
          readonly bytes: Uint8Array
          readonly width: number
          readonly height: number
          readonly thumbnail: Uint8Array
        }
      }
    | { readonly kind: 'refused'; readonly reason: PhotoRefusal }
  >
  readonly blobs: {
    readonly put: (
      content: Uint8Array,
    ) => Promise<{ readonly hash: string; readonly bytes: number }>
  }
  /** What somebody may do in a channel now; null when there is none such for them. */
  readonly rights: (participant: Participant, channelId: string) => Promise<Rights | null>
  /** Makes the message, once for each author and client's identifier, if the author may. */
  readonly post: (
    author: Participant,
    channelId: string,
    clientId: string,
    photo: PhotoView,
  ) => Promise<
    { readonly kind: 'done' } | { readonly kind: 'refused'; readonly code: PhotoRefusal }
  >
}
