/** How an attempt that did not lead to a talk ended. */
export type AttemptOutcome =
  /** It rang, and nobody answered. */
  | 'no-answer'
  /** Engaged: it did not ring. */
  | 'busy'
  /** Out of reach: it did not ring. */
  | 'failed'
  /** Taken back by us while it stood in the carrier's line. */
  | 'canceled'
  /** An answering machine. */
  | 'machine'
  /** Somebody answered and did not ask for the operator. */
  | 'unconfirmed'
  /** The person hung up while waiting for an operator. */
  | 'left'
  /** The person waited for an operator in vain. */
  | 'no-operator'
  /** The carrier did not take the order. */
  | 'not-taken'
  /** No call came of the order, by the carrier's own word. */
  | 'not-found'

/** `asked`: somebody asked to be called. `broken-off`: a talk was lost and is to be taken up again. */
export type CallbackReason = 'asked' | 'broken-off'

export type NextAttempt =
  | { readonly kind: 'again'; readonly afterSeconds: number }
  | { readonly kind: 'failed'; readonly why: 'unreached' }

type Rules = {
  /** Attempts that rang, at most. */
  readonly rings: number
  /** Attempts begun, whether they rang or not, at most. */
  readonly dialled: number
  /** After the first, second … attempt that rang. */
  readonly afterRing: readonly number[]
  readonly afterBusy: number
  readonly afterFailure: number
  readonly ringSeconds: number
}

const minute = 60

const rules: Readonly<Record<CallbackReason, Rules>> = {
  asked: {
    rings: 3,
    dialled: 12,
    afterRing: [15 * minute, 60 * minute],
    afterBusy: 5 * minute,
    afterFailure: 30 * minute,
    ringSeconds: 40,
  },
  // Ten seconds, three times, a minute of ringing: the rule of the emergency number.
  'broken-off': {
    rings: 3,
    dialled: 6,
    afterRing: [10, 10],
    afterBusy: 10,
    afterFailure: 10,
    ringSeconds: 60,
  },
}

/** How long the telephone of the person rings. */
export const ringSecondsOf = (reason: CallbackReason): number => rules[reason].ringSeconds

/**
 * What follows an attempt. Only those that rang count against the person; those that did not are
 * bounded too, so that every request comes to an end.
 *
 * @param rang attempts that rang, this one included
 * @param dialled attempts begun, this one included
 */
export const nextAttempt = (
  reason: CallbackReason,
  { rang, dialled }: { readonly rang: number; readonly dialled: number },
  outcome: AttemptOutcome,
): NextAttempt => {
  const rule = rules[reason]
  if (rang >= rule.rings || dialled >= rule.dialled) return { kind: 'failed', why: 'unreached' }
  return { kind: 'again', afterSeconds: secondsAfter(rule, rang, outcome) }
}

const secondsAfter = (rule: Rules, rang: number, outcome: AttemptOutcome): number => {
  switch (outcome) {
    case 'no-operator':
    case 'not-found':
      return 0
    case 'not-taken':
    case 'canceled':
      return Math.min(30, rule.afterFailure)
    case 'busy':
      return rule.afterBusy
    case 'failed':
      return rule.afterFailure
    default:
      return rule.afterRing[Math.max(0, rang - 1)] ?? rule.afterFailure
  }
}
