import type { AppSession, Caller, CallerChanges, CallerLanguage } from './caller.ts'
import type { PersonSettings, TrustedPerson } from './person.ts'

export type Callers = {
  find(phone: string): Promise<Caller | null>
  /** Null for a caller who is none. */
  change(phone: string, changes: CallerChanges): Promise<Caller | null>
}

/** `isCode` is asked with the row's id while the row is locked; null = there is none to compare with. */
export type SignInStore = {
  /**
   * Puts a message with a code into the outbox: the code that is still open, or a new one. A number: so
   * many seconds must pass first.
   */
  request(wish: {
    readonly phone: string
    readonly by: 'sms' | 'call'
    readonly language: CallerLanguage | null
    readonly address: string
  }): Promise<'sent' | number>
  /** Uses up the code and opens a session, which makes the caller too. */
  signIn(attempt: {
    readonly phone: string
    readonly address: string
    readonly language: CallerLanguage | null
    readonly tokenHash: Uint8Array
    readonly isCode: (codeId: string | null) => boolean
  }): Promise<AppSession | 'wrong' | number>
  /** Opens a session by the link in a message. */
  signInGuest(attempt: {
    readonly linkHash: Uint8Array
    readonly tokenHash: Uint8Array
    readonly address: string
  }): Promise<AppSession | 'over' | number>
}

export type AppSessions = {
  /**
   * By the hash of the token; null for an unknown, expired or ended one, and for a guest whom the
   * caller no longer trusts or whose call is a day past.
   */
  find(tokenHash: Uint8Array): Promise<(AppSession & { readonly isRenewed: boolean }) | null>
  end(sessionId: string): Promise<void>
  /** Those of the given that still are. */
  alive(sessionIds: readonly string[]): Promise<ReadonlySet<string>>
}

export type PersonWish = PersonSettings & { readonly phone: string; readonly name: string }

export type Invited =
  | { readonly kind: 'invited'; readonly person: TrustedPerson }
  /** There is the same person already, or as many as there may be. */
  | { readonly kind: 'known' | 'full' }
  /** The person wants no invitation. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }

export type TrustedPersons = {
  list(callerPhone: string): Promise<readonly TrustedPerson[]>
  invite(callerPhone: string, wish: PersonWish): Promise<Invited>
  /** The code once more: the one that is still open, or a new one. */
  inviteAgain(
    callerPhone: string,
    id: string,
  ): Promise<'sent' | 'unknown' | { readonly retryAfterSeconds: number }>
  confirm(
    callerPhone: string,
    id: string,
    isCode: (codeId: string | null) => boolean,
  ): Promise<TrustedPerson | 'wrong' | 'unknown'>
  change(
    callerPhone: string,
    id: string,
    settings: Partial<PersonSettings>,
  ): Promise<TrustedPerson | null>
  /** False where there was none. */
  remove(callerPhone: string, id: string): Promise<boolean>
  /** The person ends it for good; `isForAll`: no caller may ask again. False for an unknown token. */
  refuse(
    by: { readonly refusalHash: Uint8Array } | { readonly personId: string },
    isForAll: boolean,
  ): Promise<boolean>
}

/** One call of a caller, as the app page lists it. */
export type OwnCall = {
  readonly callSid: string
  readonly phone: string
  readonly line: string
  readonly startedAt: Temporal.Instant
  readonly endedAt: Temporal.Instant | null
  readonly outcome: string
  /** Name of the operator who is on the line now. */
  readonly operator: string | null
  readonly channel: string | null
  readonly isChatOpen: boolean
  readonly unread: number
}

export type CallPosition = { readonly at: Temporal.Instant; readonly key: string }

export type OwnCalls = {
  /** Those that go on first, then newest first; `after` leads on to older ones, which are over. */
  list(phone: string, limit: number, after?: CallPosition): Promise<readonly OwnCall[]>
}

/** What the pages of several callers show. */
export type AppStates = {
  /** Those of the given who are in a call. */
  inCall(phones: readonly string[]): Promise<ReadonlySet<string>>
  read(phones: readonly string[], limit: number): Promise<ReadonlyMap<string, AppState>>
}

export type AppState = {
  readonly caller: Caller
  readonly persons: readonly TrustedPerson[]
  readonly calls: readonly OwnCall[]
}
