import type { Callback } from '../callbacks/callback.ts'
import type { CancelledCallback } from '../callbacks/cancel-callback.ts'
import type { CallbackWish } from '../callbacks/ports.ts'
import type { RequestedCallback } from '../callbacks/request-callback.ts'
import type { ApplicationStatus, StatusRequest } from '../cases/application-status.ts'
import type { NewPlace, PlaceTransaction } from '../queues/ports.ts'
import type { QueuedPrompt } from '../voicexml/prompt-queue.ts'
import type { InputWait, Json, RecordWait, TransferWait } from '../voicexml/turn.ts'
import type { CallChanges, CallEvent, NewCall } from './call.ts'
import type { FlowSet } from './flow-set.ts'

/** A call as stored after its last committed turn. */
export type StoredCall = {
  readonly callSid: string
  readonly startedAt: Temporal.Instant
  /** Number of the last committed turn; 0 is the answer to the incoming call. */
  readonly turn: number
  /** What turns change of the `CallSession`, JSON; null once the flow has ended. */
  readonly session: string | null
  /** The rest of it, JSON; null when there is no more. */
  readonly constants: string | null
  readonly flowVersion: string
  readonly language: string
  readonly from: string
  readonly to: string
  /** True once the carrier has reported the end of the call. */
  readonly ended: boolean
}

/** All that one turn writes, together or not at all. */
export type TurnRecord = {
  readonly callSid: string
  /** Number of this turn: the stored one must be `turn - 1`. */
  readonly turn: number
  readonly startedAt: Temporal.Instant
  readonly at: Temporal.Instant
  /** The answer as sent; the same delivery again gets the same bytes. */
  readonly twiml: string
  /** Other callers hear the same: the answer need be stored once only. */
  readonly isShared: boolean
  readonly session: string | null
  readonly events: readonly CallEvent[]
  readonly changes: CallChanges
  /** Only with turn 0: creates the call. */
  readonly opening?: NewCall
  /** Only with turn 0: what of its session stays the same through the call. */
  readonly constants?: string | null
  /** Made with this turn, where the caller has none yet. */
  readonly place?: NewPlace
}

/**
 * `stale`: another delivery or another node has committed this turn; read it back and replay. `over`:
 * committed, and the carrier has already told the end of the call that this turn opens. `refused`: the place
 * cannot be made just so, and nothing has been written; a transaction tells what becomes of the wish.
 */
export type CommitOutcome = 'committed' | 'over' | 'stale' | 'refused'

export type CallStore = {
  find(callSid: string): Promise<StoredCall | null>
  /** The stored answer of a turn; null when there is none. */
  replay(callSid: string, turn: number): Promise<string | null>
  /** For a place that a turn makes. */
  newPlaceId(): string
  commit(record: TurnRecord): Promise<CommitOutcome>
  /**
   * One database transaction in which effects and the turn stand or fall together; rolled back when
   * the work throws or finds its turn `stale`.
   */
  inTransaction(
    work: (transaction: TurnTransaction) => Promise<CommitOutcome>,
  ): Promise<CommitOutcome>
  /**
   * Stores a status callback once and brings the call log row up to what all of them say. Those of
   * calls not known yet are kept for later.
   */
  recordStatus(status: CarrierStatus): Promise<void>
}

export type TurnTransaction = {
  /**
   * Takes the call's row for this transaction; false when its last turn is not `turn`. For a call to
   * be created `turn` is -1, and false means that it exists.
   */
  claim(callSid: string, turn: number): Promise<boolean>
  commit(record: TurnRecord): Promise<CommitOutcome>
  readonly effects: Effects
}

/** What a status callback says; the carrier repeats and reorders these. */
export type CarrierStatus = {
  readonly callSid: string
  readonly status: string
  /** Carrier's own number, from 0; null when it sent none. */
  readonly sequence: number | null
  /** When it happened by the carrier's word; null when it did not say. */
  readonly happenedAt: Temporal.Instant | null
  readonly receivedAt: Temporal.Instant
  readonly durationSeconds: number | null
}

/** Platform functions that write; bound to the transaction of the turn. */
export type Effects = {
  applicationStatus(request: StatusRequest): Promise<ApplicationStatus>
  requestCallback(wish: CallbackWish): Promise<RequestedCallback>
  /** The open request of a number; null when there is none. */
  openCallback(phone: string): Promise<Pick<Callback, 'ticket' | 'window' | 'state'> | null>
  cancelCallback(phone: string): Promise<CancelledCallback>
  /** What the person says whom this call was dialled for; false when it was dialled for nobody. */
  answerCallback(callSid: string, wish: 'operator' | 'never'): Promise<boolean>
  takePlace: PlaceTransaction['take']
  /** Keeps what the caller thinks of the talk; null: asked, and no answer. */
  keepScore(callSid: string, score: number | null, at: Temporal.Instant): Promise<void>
}

/** What the caller is to hear and do next. */
export type Step = {
  readonly prompts: readonly QueuedPrompt[]
  readonly language: string
  readonly next:
    | { readonly kind: 'input'; readonly wait: InputWait }
    | { readonly kind: 'record'; readonly wait: RecordWait }
    /** Whom the other side sees calling: null, the caller; else this number of the hotline. */
    | {
        readonly kind: 'transfer'
        readonly wait: TransferWait
        readonly callerId: string | null
      }
    /** The caller waits for a person. */
    | { readonly kind: 'queue'; readonly wait: QueueWait }
    /** The caller belongs into the room of this reservation. */
    | { readonly kind: 'room'; readonly reservation: string }
    /** The next turn follows at once. */
    | { readonly kind: 'go-on' }
    | { readonly kind: 'hang-up' }
    /** The flow has failed: the caller is told so before the line is cut. */
    | { readonly kind: 'give-up' }
  /** Number of the turn that the answer to this step will be. */
  readonly nextTurn: number
  /** With the answer to a call on an integrated line: what the carrier streams to us from now on. */
  readonly stream?: StreamToStart
}

/** Both sides of the call, as long as it lasts. */
export type StreamToStart = {
  /** Unique in its call. */
  readonly name: string
  /** Proves, once, that a stream is this one. */
  readonly token: string
}

/** `isShared`: made of the words of the flow alone, with nothing that belongs to one caller. */
export type Rendered = { readonly twiml: string; readonly isShared: boolean }

/** Puts a step into the carrier's language; `audio` names the recordings of the call's flow set. */
export type RenderStep = (step: Step, audio: FlowSet['audio']) => Rendered

export type Flows = {
  /** The set that new calls start on. */
  current(): FlowSet
  /** The set a call in progress began with; null when no copy of it is left. */
  byVersion(version: string): Promise<FlowSet | null>
}

export type Clock = { now(): Temporal.Instant }

/** A caller waits in a queue for a person; `place` is the id of the place taken. */
export type QueueWait = {
  readonly kind: 'queue'
  readonly queue: string
  readonly place: string
}

/** Answer of a platform function, ready to resume with. */
export type ObjectAnswer =
  | { readonly kind: 'object-result'; readonly result: Json; readonly language?: string }
  | { readonly kind: 'object-error'; readonly event: string; readonly message: string }
