/** Whether sessions still are, as the database says. */
export type Liveness = {
  /** Asked anew, for all at once. */
  readonly check: (sessionIds: readonly string[]) => Promise<ReadonlySet<string>>
  /** As just asked, where that was within the last second; questions of one moment are one statement. */
  readonly isAlive: (sessionId: string) => Promise<boolean>
}

/** An answer is good for so long. */
const freshMs = 1_000

/** @param elapsed milliseconds of a clock that never goes back */
export const createLiveness = (
  alive: (sessionIds: readonly string[]) => Promise<ReadonlySet<string>>,
  elapsed: () => number,
): Liveness => {
  let known = new Map<string, number>()
  let asking: { readonly ids: Set<string>; readonly answer: Promise<ReadonlySet<string>> } | null =
    null
  const check = async (sessionIds: readonly string[]): Promise<ReadonlySet<string>> => {
    const askedAt = elapsed()
    const those = await alive([...new Set(sessionIds)])
    for (const id of sessionIds) known.delete(id)
    for (const id of those) known.set(id, askedAt)
    if (known.size > 10_000)
      known = new Map([...known].filter(([, at]) => elapsed() - at <= freshMs))
    return those
  }
  const ask = (sessionId: string): Promise<ReadonlySet<string>> => {
    if (asking === null) {
      const ids = new Set<string>()
      const answer = Promise.resolve().then(() => {
        asking = null
        return check([...ids])
      })
      asking = { ids, answer }
    }
    asking.ids.add(sessionId)
    return asking.answer
  }
  return {
    check,
    isAlive: async (sessionId) => {
      const at = known.get(sessionId)
      if (at !== undefined && elapsed() - at <= freshMs) return true
      return (await ask(sessionId)).has(sessionId)
    },
  }
}
