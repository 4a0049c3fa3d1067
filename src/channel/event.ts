import type { PhotoView } from './photo.ts'

/** Where the caller says to be, in degrees (WGS 84). */
export type Location = {
  readonly latitude: number
  readonly longitude: number
  readonly accuracyMetres: number
  /** Told again and again until the call ends. */
  readonly isFollowed: boolean
}

/** What participants say and do. */
export type Content =
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'photo'; readonly photo: PhotoView }
  | { readonly type: 'chat'; readonly isOpen: boolean }
  | { readonly type: 'photo-asked' }
  /** Null = no longer shared; what was shared is forgotten. */
  | { readonly type: 'location'; readonly location: Location | null }

/** Up to which events somebody has a channel, and has seen it. */
export type Marks = { readonly delivered: number; readonly seen: number }

/** What happens in a channel; whoever does it, or is meant, is named as its reader names people. */
export type Happening<Who> =
  | {
      readonly type: 'message'
      readonly author: Who
      /** The client's own. */
      readonly id: string
      readonly text: string
    }
  | {
      readonly type: 'photo'
      readonly author: Who
      /** The client's own. */
      readonly id: string
      readonly photo: PhotoView
    }
  | { readonly type: 'chat'; readonly isOpen: boolean }
  | { readonly type: 'photo-asked' }
  /** Who talks to the caller now; null = nobody does. */
  | { readonly type: 'operator'; readonly operator: Who | null }
  | {
      readonly type: 'trusted'
      readonly person: Who
      readonly is: 'invited' | 'joined' | 'removed'
    }
  | ({ readonly type: 'mark'; readonly by: Who } & Marks)
  | { readonly type: 'over' }

/** What is kept in a channel: with whose it is, by `keyOf`. */
export type ChannelEvent = { readonly sequence: number; readonly at: Temporal.Instant } & (
  | Happening<string>
  /** Coordinates are with the channel alone, and only the last. */
  | { readonly type: 'location'; readonly isShared: boolean }
)
