/**
 * The pace at which the carrier begins calls for the account: legs of operators, callbacks, spoken messages,
 * legs of supervisors, on all nodes together. Calls inside a call (`Dial`) are not counted by the carrier,
 * `client:` and `sip:` legs that are ordered by REST are.
 *
 * @see https://help.twilio.com/articles/223180028
 */
export type CallPace = {
  /** So many are being ordered, besides those that `Claims` holds operators for. */
  begun(count: number): Promise<void>
  /** Whether there is room for a callback: no caller on hold waits for the leg of an operator. */
  isFree(): Promise<boolean>
}
