/** What became of a command. `code` is for programs, `message` for the log and people who look there. */
export type ActionOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string }

/**
 * `no-call`: the operator has no call of that kind now. `over`: it was there and has ended, or somebody
 * else has it. `busy`: whom it is for cannot take it. `unavailable`: the carrier or the database could
 * not be asked. `forbidden`, `unknown` and `invalid` as the words say.
 */
export type RefusalCode =
  | 'no-call'
  | 'over'
  | 'busy'
  | 'unavailable'
  | 'forbidden'
  | 'unknown'
  | 'invalid'

export type WrapUp = { readonly topic: string; readonly result: string; readonly note: string }

/**
 * What an operator does with the call at hand. The command is authorised and comes once for each
 * identifier that the client gave it; `login` is the operator who gave it. Each is conditional on the rows:
 * an action that comes too late is refused and changes nothing. State that consoles show is written
 * to the rows (`talks.held_since`, `is_muted`, `transfer`), followed by a hint.
 */
export type ConsoleActions = {
  /** Answers at the console; a softphone answers its leg itself, and this is then a note of it. */
  accept(login: string, reservationId: string): Promise<ActionOutcome>
  decline(login: string, reservationId: string): Promise<ActionOutcome>
  hold(login: string, isHeld: boolean): Promise<ActionOutcome>
  mute(login: string, isMuted: boolean): Promise<ActionOutcome>
  hangUp(login: string): Promise<ActionOutcome>
  transfer(
    login: string,
    kind: 'warm' | 'blind',
    to: { readonly operator: string } | { readonly queue: string },
  ): Promise<ActionOutcome>
  completeTransfer(login: string): Promise<ActionOutcome>
  cancelTransfer(login: string): Promise<ActionOutcome>
  /** Joins the talk of a place; `stop` leaves it. Supervisors only, which has been checked. */
  supervise(
    login: string,
    placeId: string,
    how: 'listen' | 'whisper' | 'barge' | 'stop',
  ): Promise<ActionOutcome>
}
