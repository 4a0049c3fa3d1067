import type { CallStatus, LegIdentity } from './call.ts'
import type { Refusal, WhoAnswered } from './called-phones.ts'
import type { Method } from './document-request.ts'
import type { Beginning } from './interpreter.ts'
import type { Leg, LegControls } from './leg.ts'
import type { ProgressNews } from './ring.ts'
import type { CallEnd, Stage } from './stage.ts'

/** The works of a call: what its way from ringing to its end is put together of. */
export type CallWorks = {
  readonly leg: Leg
  readonly controls: LegControls
  readonly setStatus: (status: CallStatus) => void
  readonly started: () => void
  readonly detected: (answeredBy: string) => void
  /** With this SIP code. */
  readonly responded: (sipCode: number) => void
  readonly tell: (event: 'initiated' | 'ringing' | 'answered') => void
  readonly callBack: Stage['callBack']
  readonly run: (
    first: Beginning,
    fallback: { readonly url: string; readonly method: Method } | null,
  ) => Promise<CallEnd>
}

/** What a call is like that has not begun. */
export type CallPlan = {
  readonly identity: LegIdentity
  readonly status: CallStatus
  readonly news: ProgressNews | null
  readonly limitSeconds?: number
  /** The way of the call; never rejects for a reason of the caller's. */
  readonly live: (works: CallWorks) => Promise<CallEnd>
  readonly answer?: (by?: WhoAnswered) => void
  readonly refuse?: (how: Refusal, sipCode?: number) => void
}
