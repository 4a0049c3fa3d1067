/** Work that arrives together is done together. */
export type Batches<T, R> = {
  /** Waits its turn and answers for this item alone. */
  add(item: T): Promise<R>
}

export type BatchOptions<T, R> = {
  /** Does a batch; answers in the order of the items, a fault as the answer of its item alone. */
  readonly run: (items: readonly T[]) => Promise<readonly PromiseSettledResult<R>[]>
  /** Items with the same key never share a batch. */
  readonly keyOf: (item: T) => string
  /** Most items of a batch, at least 1. */
  readonly maxItems: number
  /** Fewest that are worth a batch of their own, 1 to `maxItems`: up to so many go together. */
  readonly minItems: number
  /** Most batches under way, at least 1: while they are, what arrives gathers for the next one. */
  readonly maxInFlight: number
  /**
   * How long a batch may be under way before another one joins it. One at a time makes the largest
   * batches; a slow one must not hold up everybody.
   */
  readonly joinAfterMs: number
  /** From the start of a batch to that of the next one at least; default 0. The first one never waits. */
  readonly restMs?: number
  /** Does something later unless told not to. */
  readonly later?: (milliseconds: number, work: () => void) => () => void
}

type Waiting<T, R> = { readonly item: T } & Omit<PromiseWithResolvers<R>, 'promise'>

export const batches = <T, R>(options: BatchOptions<T, R>): Batches<T, R> => {
  const { run, keyOf, maxItems, minItems, maxInFlight, joinAfterMs } = options
  const { restMs = 0, later = onTimer } = options
  let waiting: Waiting<T, R>[] = []
  let inFlight = 0
  /** Items under way and waiting when a batch last ended. */
  let present = 0
  let woken = false
  let isResting = false
  let stopJoining: (() => void) | null = null

  const wake = () => {
    if (woken || isResting || waiting.length === 0 || inFlight >= maxInFlight) return
    if (inFlight > 0) {
      stopJoining ??= later(joinAfterMs, start)
      return
    }
    woken = true
    gather(waiting.length)
  }

  /**
   * A batch is half of what there is: while it is under way the other half is made ready. All at once would
   * stay in step ever after, this process and the database each waiting for the other.
   */
  const size = () =>
    Math.min(maxItems, Math.max(minItems, Math.ceil(Math.max(present, waiting.length) / 2)))

  /** Starts once a round of the event loop has brought nothing more: what comes together goes together. */
  const gather = (before: number) => {
    setImmediate(() => {
      if (waiting.length > before && waiting.length < size()) gather(waiting.length)
      else start()
    })
  }

  const start = () => {
    woken = false
    stopJoining?.()
    stopJoining = null
    if (waiting.length > 0 && inFlight < maxInFlight) {
      rest()
      void work(take())
    }
    wake()
  }

  const rest = () => {
    if (restMs === 0) return
    isResting = true
    later(restMs, () => {
      isResting = false
      wake()
    })
  }

  const take = (): readonly Waiting<T, R>[] => {
    const most = size()
    const taken = new Map<string, Waiting<T, R>>()
    const left: Waiting<T, R>[] = []
    for (const each of waiting) {
      const key = keyOf(each.item)
      if (taken.size < most && !taken.has(key)) taken.set(key, each)
      else left.push(each)
    }
    waiting = left
    return [...taken.values()]
  }

  const work = async (taken: readonly Waiting<T, R>[]): Promise<void> => {
    inFlight += 1
    try {
      const results = await run(taken.map(({ item }) => item))
      for (const [at, each] of taken.entries()) answer(each, results[at])
    } catch (cause) {
      for (const each of taken) each.reject(cause)
    } finally {
      inFlight -= 1
      present = taken.length + waiting.length
      wake()
    }
  }

  return {
    add(item) {
      const { promise, resolve, reject } = Promise.withResolvers<R>()
      waiting.push({ item, resolve, reject })
      wake()
      return promise
    },
  }
}

const onTimer = (milliseconds: number, work: () => void) => {
  const timer = setTimeout(work, milliseconds)
  return () => clearTimeout(timer)
}

const answer = <T, R>(each: Waiting<T, R>, result: PromiseSettledResult<R> | undefined): void => {
  if (result?.status === 'fulfilled') each.resolve(result.value)
  else each.reject(result?.reason ?? new Error('A batch gave no answer for one of its items'))
}
