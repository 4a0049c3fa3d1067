/** What ranking must know of somebody who waits. */
export type Waiting = {
  readonly id: string
  readonly language: string
  readonly skills: readonly string[]
  readonly rankAt: Temporal.Instant
  readonly preferredOperator: string | null
  /** Operators who have just let it ring in vain or turned it down: not paired with it. */
  readonly refusedBy?: readonly string[]
}

/** What ranking must know of an operator who is free. */
export type Free = {
  readonly login: string
  readonly skills: readonly string[]
  readonly languages: readonly string[]
  /** Free since. */
  readonly since: Temporal.Instant
}

export type Pair<W extends Waiting, F extends Free> = { readonly place: W; readonly operator: F }

/** One point of priority is worth so many seconds of waiting … */
const secondsAPoint = 30

/** … up to this: whoever has waited ten minutes longer is served first, whatever the priority. */
export const mostAdvanceSeconds = 600

/**
 * Place in the order of service: the moment somebody began to wait, put forward by priority. The
 * advance is bounded, so that nobody starves; negative priority puts back within the same bound.
 */
export const rankAt = (since: Temporal.Instant, priority: number): Temporal.Instant => {
  const advance = Math.max(
    -mostAdvanceSeconds,
    Math.min(mostAdvanceSeconds, Math.round(priority) * secondsAPoint),
  )
  return since.subtract({ seconds: advance })
}

/** True when an operator speaks the language and has every skill that is asked for. */
export const canServe = (
  operator: Pick<Free, 'skills' | 'languages'>,
  place: Pick<Waiting, 'skills' | 'language'>,
): boolean =>
  operator.languages.includes(place.language) &&
  place.skills.every((skill) => operator.skills.includes(skill))

/**
 * Pairs people who wait with operators who are free, in the order of service. The operator is the one
 * the person talked to before, else the one with the fewest skills (so that rare skills stay free for
 * who needs them), of these the longest idle. A person nobody free can serve holds nobody up.
 *
 * @param places ordered by nothing in particular
 * @param most pairs wanted
 */
export const pair = <W extends Waiting, F extends Free>(
  places: readonly W[],
  operators: readonly F[],
  most = Number.POSITIVE_INFINITY,
): readonly Pair<W, F>[] => {
  const free = new Map([...operators].sort(inOrderOfAsking).map((each) => [each.login, each]))
  const able = remembered((need: Need) => [...free.values()].filter((each) => canServe(each, need)))
  const pairs: Pair<W, F>[] = []
  for (const place of [...places].sort(inOrderOfService)) {
    if (free.size === 0 || pairs.length >= most) break
    const operator = operatorFor(place, able(place), free)
    if (operator === undefined) continue
    free.delete(operator.login)
    pairs.push({ place, operator })
  }
  return pairs
}

/** Two who came at one moment are ordered by their ids, the same everywhere. */
export const inOrderOfService = (a: Waiting, b: Waiting): number =>
  Temporal.Instant.compare(a.rankAt, b.rankAt) || (a.id < b.id ? -1 : 1)

/** Fewest skills first, then longest idle: the same order whoever it is that waits. */
const inOrderOfAsking = (a: Free, b: Free): number =>
  a.skills.length - b.skills.length ||
  Temporal.Instant.compare(a.since, b.since) ||
  (a.login < b.login ? -1 : 1)

type Need = Pick<Waiting, 'language' | 'skills'>

/** Those who can serve a need; found once for all who have the same. */
const remembered = <F>(find: (need: Need) => F[]): ((need: Need) => F[]) => {
  const known = new Map<string, F[]>()
  return ({ language, skills }) => {
    const key = [language, ...skills].join('\n')
    let found = known.get(key)
    if (found === undefined) {
      found = find({ language, skills })
      known.set(key, found)
    }
    return found
  }
}

const operatorFor = <F extends Free>(
  place: Waiting,
  able: F[],
  free: ReadonlyMap<string, F>,
): F | undefined => {
  const mayAsk = (operator: F) => !place.refusedBy?.includes(operator.login)
  const preferred = free.get(place.preferredOperator ?? '')
  if (preferred !== undefined && canServe(preferred, place) && mayAsk(preferred)) return preferred
  // Whoever is taken at the front is taken for all who come after.
  while (able[0] !== undefined && !free.has(able[0].login)) able.shift()
  return able.find((operator) => free.has(operator.login) && mayAsk(operator))
}
