import type { IsoTime } from '../http/iso-time.ts'

/*
 * The app page's HTTP (`/caller/…`): JSON, cookie session, changes only from our own page (`x-hotline`
 * header). Errors as everywhere: `{ "error": { "code", "message" } }`. Times are ISO 8601 with offset.
 *
 *   POST   /caller/code        CodeRequest → 204, whoever it is; 429 `too-many` with Retry-After (seconds);
 *                              400 `number-not-served`: codes go to numbers of Russia only. Asked for again
 *                              within minutes it is the same code, so that either message serves
 *   POST   /caller/sign-in     SignIn → Me; 401 `wrong-code`, 429 `too-many`
 *   POST   /caller/guest       GuestSignIn → Me; 401 `link-over`
 *   POST   /caller/sign-out    → 204, for guests too
 *   GET    /caller/me          → Me; 401 `signed-out`
 *   PATCH  /caller/me          Settings → Me
 *   GET    /caller/calls?cursor → { items: CallView[], nextCursor }, newest first, the live one on top
 *   GET    /caller/lines       → { items: LineView[] }: the integrated lines, told to everybody
 *   GET    /caller/people      → { items: PersonView[] }
 *   POST   /caller/people      PersonRequest → 201 PersonView; sends the person a code. 400 `number-not-served`,
 *                              409 `own-number`, `already-invited`, `too-many-people` (ten), `refused` (the
 *                              person wants no invitation), 429 `too-many`
 *   POST   /caller/people/ID/confirm  { code } → PersonView; 401 `wrong-code` (five tries, a day)
 *   POST   /caller/people/ID/code     → 204: the code once more; 429 `too-many`
 *   PATCH  /caller/people/ID   PersonSettings → PersonView
 *   DELETE /caller/people/ID   → 204, also from channels open at this moment
 *   POST   /caller/refuse      Refusal → 204: who is trusted wants to be no longer, for good; 401 `link-over`
 *   GET    /caller/socket      WebSocket: all `ServerMessage`s at once (guests: `me`), then each whenever
 *                              something of it changes. The page says nothing there. Closed with 4401 when
 *                              the session is over, 1012 when the server restarts
 *
 * Links in messages to trusted persons: `/app#guest=TOKEN` (a call has begun) and `/app#refuse=TOKEN` (in the
 * invitation). Guests and callers share one cookie: opening a guest's link takes the place of a session in
 * the same browser. Requests other than GET carry no body or a JSON one, and the header `x-hotline`.
 *
 * Photos are uploaded by the tus protocol to `/caller/channel/photos` (operators: `/operator/channel/photos`)
 * with the metadata `channel`, `id` (the client's own) and `filetype`, and read from
 * `/caller/channel/photos/PHOTO` and `…/PHOTO/thumbnail`.
 */

/** `language` of the page (`ru-RU`, `en-US`, `tt-RU`): of the message, and of a caller who is new. */
export type CodeRequest = {
  readonly phone: string
  readonly by: 'sms' | 'call'
  readonly language?: string
}
export type SignIn = { readonly phone: string; readonly code: string; readonly language?: string }
/** From the link in the message that tells a trusted person of a call. */
export type GuestSignIn = { readonly token: string }
/** By the link of an invitation, or without `token` by the session of a guest. */
export type Refusal = {
  readonly token?: string
  /** Nobody else may invite this number either. */
  readonly isForAll?: boolean
}

export type Me =
  | {
      readonly kind: 'caller'
      readonly phone: string
      readonly name: string | null
      readonly language: string
      /** The operator of an integrated call sees the name and where the number is registered. */
      readonly isProfileShown: boolean
      /** Trusted persons may see chats at all. */
      readonly isChatShared: boolean
    }
  | {
      readonly kind: 'guest'
      readonly name: string
      /** Whose call it is, by the name the caller goes by, or the number. */
      readonly caller: string
      /** The one channel this session is for. */
      readonly channel: string
    }

/** What may be changed of a caller; absent members stay. */
export type Settings = {
  readonly name?: string | null
  readonly language?: string
  readonly isProfileShown?: boolean
  readonly isChatShared?: boolean
}

export type CallView = {
  /** Null where the call had none: the line is not integrated, or its stream never began. */
  readonly channel: string | null
  readonly line: { readonly number: string; readonly name: string; readonly isIntegrated: boolean }
  readonly startedAt: IsoTime
  readonly endedAt: IsoTime | null
  readonly outcome: string
  /** Who is on the line; null = nobody yet, or the call is over. */
  readonly operator: string | null
  readonly isChatOpen: boolean
  readonly unread: number
}

/** A line to dial, with chat and photos during the call. */
export type LineView = { readonly number: string; readonly name: string }

export type PersonSettings = {
  readonly isToldOfCalls: boolean
  readonly isToldPlace: boolean
  readonly mayRead: boolean
  readonly mayWrite: boolean
}

export type PersonRequest = PersonSettings & { readonly phone: string; readonly name: string }

export type PersonView = PersonSettings & {
  readonly id: string
  readonly phone: string
  readonly name: string
  readonly state: 'invited' | 'confirmed'
}

export type ServerMessage =
  | { readonly type: 'calls'; readonly items: readonly CallView[] }
  | { readonly type: 'me'; readonly me: Me }
  | { readonly type: 'people'; readonly items: readonly PersonView[] }
