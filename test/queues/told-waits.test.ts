import t from 'tap'
import { estimateOf } from '../../src/queues/estimates.ts'
import { expectedWait, toldWait } from '../../src/routing/expected-wait.ts'

/** Numbers between 0 and 1, the same in every run. */
const numbers = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 1) / 2 ** 32
  }
}

type Waiter = { readonly at: number; readonly givesUpAt: number; readonly promised: number }

const operators = 20
const handleSeconds = 200
const patienceSeconds = 240

/**
 * Two days of a queue that is always full: callers come, are told a wait from what has happened so far,
 * and are served or give up. Counts, as the metrics do, whose wait was as they were told.
 *
 * @param tell seconds told, from those expected
 */
const simulate = (load: number, tell: (expected: number) => number) => {
  const random = numbers(20_261_121)
  const drawn = (mean: number) => -mean * Math.log(random())
  const between = handleSeconds / (load * operators)
  const handled: number[] = []
  const freeAt: number[] = []
  let queue: Waiter[] = []
  let waitedSeconds = 0
  let abandoned = 0
  const told = { kept: 0, broken: 0, unknown: 0 }
  const begin = (now: number) => {
    const seconds = drawn(handleSeconds)
    handled.push(seconds)
    freeAt.push(now + seconds)
  }
  const expected = () => {
    const last = handled.slice(-50)
    const history = {
      ...{ queue: 'general', kept: 0, broken: 0, unknown: 0, abandoned, waitedSeconds },
      ...{ handled: last.length, handledSeconds: last.reduce((sum, each) => sum + each, 0) },
    }
    return expectedWait({ ahead: queue.length, operators, ...estimateOf(history) }) ?? 0
  }
  let comesAt = 0
  for (let now = 0; now < 48 * 3600; ) {
    const leavesAt = queue.reduce((first, each) => Math.min(first, each.givesUpAt), Infinity)
    const endsAt = freeAt.reduce((first, each) => Math.min(first, each), Infinity)
    now = Math.min(comesAt, leavesAt, endsAt)
    if (now === comesAt) {
      comesAt += drawn(between)
      if (freeAt.length < operators) begin(now)
      else {
        const givesUpAt = now + drawn(patienceSeconds)
        queue.push({ at: now, givesUpAt, promised: now + tell(expected()) })
      }
    } else if (now === endsAt) {
      freeAt.splice(freeAt.indexOf(endsAt), 1)
      const next = queue.shift()
      if (next === undefined) continue
      waitedSeconds += now - next.at
      told[now <= next.promised ? 'kept' : 'broken'] += 1
      begin(now)
    } else {
      const gone = queue.find(({ givesUpAt }) => givesUpAt === now)
      queue = queue.filter((each) => each !== gone)
      abandoned += 1
      waitedSeconds += now - (gone?.at ?? now)
      told[now > (gone?.promised ?? now) ? 'broken' : 'unknown'] += 1
    }
  }
  return told.kept / (told.kept + told.broken)
}

for (const load of [0.95, 1.15]) {
  t.test(`at a load of ${load} waits are as told, though means are only estimated`, async (t) => {
    const exact = simulate(load, (expected) => expected)
    t.ok(exact > 0.75 && exact < 0.9, `${exact} of those told the quantile itself`)
    const spoken = simulate(load, (expected) => toldWait(expected, null).minutes * 60)
    t.ok(spoken > 0.9, `${spoken} of those told whole minutes, rounded up`)
  })
}
