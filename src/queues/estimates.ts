/** What lately happened in a queue; counts and sums, so that anything can be made of them. */
export type WaitHistory = {
  readonly queue: string
  /** Talks written up, and the seconds that they and their writing up took. */
  readonly handled: number
  readonly handledSeconds: number
  /** People who gave up on hold, and the seconds that all on hold waited, served or not. */
  readonly abandoned: number
  readonly waitedSeconds: number
  /** Of those who were told a wait: served within it, and waited longer. */
  readonly kept: number
  readonly broken: number
  /** Told a wait, gone before it was over: nobody can say. */
  readonly unknown: number
}

export type WaitHistoryReader = (queues: readonly string[]) => Promise<readonly WaitHistory[]>

/** What the expected wait is reckoned from. */
export type Estimate = {
  /** Mean of talk and writing up. */
  readonly handleSeconds: number
  /** Mean time after which somebody who waits gives up. */
  readonly patienceSeconds: number
}

/** What is assumed before anything has happened, and how many cases it weighs as much as. */
const priors = { handleSeconds: 240, patienceSeconds: 300, weight: 10 } as const

/**
 * Means with a prior: one short talk makes no queue look fast. Patience is the time waited by all for
 * each one who gave up, so that those who were served before they lost it count too.
 */
export const estimateOf = (history: WaitHistory | undefined): Estimate => {
  const { handled, handledSeconds, abandoned, waitedSeconds } = history ?? nothing
  const { weight } = priors
  return {
    handleSeconds: (handledSeconds + priors.handleSeconds * weight) / (handled + weight),
    patienceSeconds: (waitedSeconds + priors.patienceSeconds * weight) / (abandoned + weight),
  }
}

const nothing = { handled: 0, handledSeconds: 0, abandoned: 0, waitedSeconds: 0 }

export type Estimates = {
  of(queue: string): Promise<Estimate>
  /** As last read: for figures. */
  histories(): Promise<readonly WaitHistory[]>
}

/** What lately happened changes slowly: it is read again after so long. */
const freshMs = 10_000

/**
 * Estimates from what lately happened, kept for ten seconds.
 *
 * @param queues names of all queues, asked at each reading
 * @param elapsed milliseconds that never go back
 */
export const createEstimates = (
  read: WaitHistoryReader,
  queues: () => readonly string[],
  elapsed: () => number,
): Estimates => {
  let kept: { readonly at: number; readonly histories: Promise<readonly WaitHistory[]> } | null =
    null
  const histories = () => {
    if (kept === null || elapsed() - kept.at > freshMs) {
      const reading = { at: elapsed(), histories: read(queues()) }
      // A failed reading is not kept: the next who asks tries again.
      reading.histories.catch(() => {
        if (kept === reading) kept = null
      })
      kept = reading
    }
    return kept.histories
  }
  return {
    histories,
    of: async (queue) => estimateOf((await histories()).find((each) => each.queue === queue)),
  }
}
