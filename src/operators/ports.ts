import type { ActionOutcome, WrapUp } from './console-actions.ts'
import type { Operator, Presence, PresenceState, Role } from './operator.ts'

export type NewOperator = Omit<Operator, 'isDisabled'> & { readonly password: string }

export type OperatorChanges = Partial<Omit<Operator, 'login'>> & {
  readonly passwordHash?: string
  /** Null takes the second factor away. */
  readonly totpSecret?: Uint8Array | null
}

export type OperatorStore = {
  create(
    operator: Omit<NewOperator, 'password'> & { readonly passwordHash: string },
  ): Promise<'created' | 'exists'>
  /**
   * False for an unknown login. `endsSessions`: all sessions of the operator end in the same
   * transaction, and who had one, or is disabled, goes offline, when the call is over.
   */
  change(login: string, changes: OperatorChanges, endsSessions: boolean): Promise<boolean>
  find(login: string): Promise<Operator | null>
  list(): Promise<readonly Operator[]>
  /** What a sign-in is checked against; null for an unknown login. */
  credentials(login: string): Promise<{
    readonly passwordHash: string
    readonly totpSecret: Uint8Array | null
    readonly isDisabled: boolean
  } | null>
  /** Takes a time step of the second factor; false when it, or a later one, was used before. */
  takeTotpStep(login: string, step: number): Promise<boolean>
}

/** Limits of signing in, kept where all nodes see them. */
export type SignInLimits = {
  /**
   * Counts an attempt before anything is compared. A number: so many seconds must pass first, and the
   * attempt was not counted.
   */
  attempt(login: string, address: string): Promise<'go' | number>
  /** The attempt has succeeded: those of this login from this address count no longer. */
  forget(login: string, address: string): Promise<void>
}

export type SignedIn = {
  readonly sessionId: string
  readonly login: string
  readonly role: Role
  readonly expiresAt: Temporal.Instant
}

export type SessionStore = {
  /**
   * Null when the operator was disabled, or the password changed, since it was compared: what ends all
   * sessions ends those too that are just being opened.
   */
  open(
    login: string,
    passwordHash: string,
    tokenHash: Uint8Array,
    seconds: number,
  ): Promise<SignedIn | null>
  /** By the hash of the token; null for an unknown, expired or ended one, and for a disabled operator. */
  find(tokenHash: Uint8Array): Promise<SignedIn | null>
  /** Null when it had ended. With the last one the operator goes offline. */
  end(sessionId: string): Promise<{ readonly login: string; readonly isLast: boolean } | null>
  /** Those of the given that still are; being asked for keeps a session from running out idle. */
  alive(sessionIds: readonly string[]): Promise<ReadonlySet<string>>
}

export type OwnPasswords = {
  /**
   * Puts a hash in the place of the one that the old password was compared with; all other sessions of the
   * operator end and the journal is written in the same transaction. False: it is another one meanwhile, or
   * the operator is disabled.
   */
  renew(
    session: Pick<SignedIn, 'login' | 'sessionId'>,
    before: string,
    after: string,
    address: string,
  ): Promise<boolean>
}

export type PresenceStore = {
  list(): Promise<readonly Presence[]>
  find(login: string): Promise<Presence | null>
  /**
   * The operator's or supervisor's wish. `busy`: reserved, talking or writing up; the wish is kept for
   * afterwards where it is `break` or `offline`.
   */
  set(
    login: string,
    state: Extract<PresenceState, 'offline' | 'available' | 'break'>,
    reason: string | null,
  ): Promise<'set' | 'busy' | 'unknown'>
  /** Puts offline whoever was signed in and has not been heard of for a minute. Answers how many. */
  sweep(): Promise<number>
}

/** What operators did, for those who must answer for it. */
export type Journal = {
  note(entry: Omit<JournalEntry, 'at'>): Promise<void>
}

/** What an operator did with personal data; written in the transaction that reads or changes it. */
export type JournalEntry = {
  readonly at: Temporal.Instant
  readonly login: string
  readonly action: string
  readonly subject: string
  readonly details: { readonly [key: string]: string | number | boolean | null }
}

/** Commands of consoles, by the identifier the client gave them. */
export type CommandLog = {
  /**
   * `new`: nobody had it before. `running`: it is being carried out, maybe by another node. `signed-out`: the
   * session is over, nothing is begun; else being asked for keeps it from running out idle.
   */
  begin(
    session: Pick<SignedIn, 'login' | 'sessionId'>,
    commandId: string,
  ): Promise<'new' | 'running' | 'signed-out' | ActionOutcome>
  finish(login: string, commandId: string, outcome: ActionOutcome): Promise<void>
}

export type WrapUps = {
  /**
   * Keeps what the operator wrote of the last talk. An operator who was writing up is free again, or where
   * they wished to be. False: there is no talk to write of.
   */
  writeUp(login: string, wrapUp: WrapUp): Promise<boolean>
}
