/**
 * The pace at which the carrier begins calls for the account: legs of operators, callbacks, spoken messages,
 * legs of supervisors, on all nodes together. Calls inside a call (`Dial`) are not counted by the carrier,
 * `client:` and `sip:` legs that are ordered by REST are.
 *
 * @see https://help.twilio.com/articles/223180028
 */
export type CallPace = {
  /** Most that may begin at one moment, at least 1. */
  readonly most: number
  /** How many legs of operators may be ordered now. Nodes that ask at one moment may exceed it; all wait longer then. */
  room(): Promise<number>
  /** So many are being ordered. `mayBeMore`: more callers may wait than there was room for. */
  begun(count: number, mayBeMore?: boolean): Promise<void>
  /** Whether there is room for a callback: no caller on hold waits for the leg of an operator. */
  isFree(): Promise<boolean>
}
