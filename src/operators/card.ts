/** Who calls and what is known of them: personal data of one caller, for the operator who has the call. */
export type Card = {
  readonly reservationId: string
  readonly placeId: string
  readonly callSid: string
  readonly phone: string
  readonly name: string | null
  readonly language: string
  /** Name of the line. */
  readonly line: string
  /** INN or OGRN that was keyed, and which of them it is. */
  readonly businessNumber: string | null
  readonly businessKind: 'inn' | 'ogrn' | null
  readonly tier: 1 | 2 | 3 | null
  /** Way through the menu, in words. */
  readonly path: readonly string[]
  readonly topic: string | null
  readonly waitedSeconds: number
  readonly case: {
    readonly number: string
    readonly service: string
    readonly status: string
    readonly expectedOn: string | null
  } | null
  readonly earlierCalls: readonly {
    readonly callSid: string
    readonly startedAt: Temporal.Instant
    readonly topic: string | null
    readonly outcome: string
    readonly operator: string | null
    /** Of the same organisation, from another number. */
    readonly isColleague: boolean
  }[]
  readonly isIntegrated: boolean
  readonly isCallback: boolean
}

/** Name of a line and the words of its menu, asked of the flows in force. */
export type LineWords = {
  readonly line: (
    number: string,
  ) => { readonly name: string; readonly isIntegrated: boolean } | null
  /** Numbers of the lines whose operators see what callers show of themselves. */
  readonly integrated: () => readonly string[]
  /** Words of a dialog; null for one that is no station of the way. */
  readonly dialog: (document: string, dialog: string) => string | null
}

export type Cards = {
  /**
   * The card of a reservation of this operator, noted in the journal by the transaction that reads it; null
   * when it is not theirs.
   */
  read(login: string, reservationId: string, words: LineWords): Promise<Card | null>
}
