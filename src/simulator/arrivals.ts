import type { Call } from './call.ts'
import { pressOnCue } from './called-phones.ts'
import type { Carrier } from './carrier.ts'
import { chance } from './faults.ts'

/** Callers to come. */
export type ArrivalOrder = {
  /** The number they dial. */
  readonly to: string
  readonly count: number
  /** Time over which they arrive. */
  readonly seconds: number
  /** What each presses, one entry a prompt that was heard out; an empty one stays silent. */
  readonly keys: readonly string[]
  /** Time after which one hangs up who is not talking to a person. */
  readonly patienceSeconds: number
  /** Time after which one who talks has said everything; absent: the other side ends it. */
  readonly talkSeconds?: number
  /** Makes the times of arrival and the numbers; the same seed, the same callers. */
  readonly seed?: string
}

export type Arrivals = {
  readonly calls: () => readonly Call[]
  /** Nobody else comes; who is there stays. */
  readonly stop: () => void
  /** Resolves when the last has arrived. */
  readonly arrived: Promise<void>
}

/** A Russian mobile number that follows from the seed. */
const numberOf = (seed: string, index: number): string =>
  `+79${String(Math.floor(chance(seed, index, 'number') * 1e9)).padStart(9, '0')}`

/** Whether somebody talks to a person after what was reported. */
const talksAfter = (talking: boolean, report: Call['history'][number]): boolean => {
  if (report.type === 'conference') return report.state === 'talking' || report.state === 'held'
  return report.type === 'transfer' ? report.state === 'connected' : talking
}

/** Behaves as one caller does: presses, waits, talks, hangs up. */
const behave = (carrier: Carrier, call: Call, order: ArrivalOrder): void => {
  const { clock } = carrier
  void pressOnCue(call, order.keys)
  let talking = false
  let cancel = clock.after(order.patienceSeconds * 1000, call.hangUp)
  const follow = async (): Promise<void> => {
    for await (const report of call.reports()) {
      const now = talksAfter(talking, report)
      if (now === talking) continue
      talking = now
      cancel()
      if (!talking) cancel = clock.after(order.patienceSeconds * 1000, call.hangUp)
      else if (order.talkSeconds !== undefined) {
        cancel = clock.after(order.talkSeconds * 1000, call.hangUp)
      }
    }
  }
  void follow()
  void call.ended.then(() => cancel())
}

/**
 * Makes callers arrive, spread over the time by lot.
 *
 * @throws at the first arrival, if the account has no such number
 */
export const makeArrive = (carrier: Carrier, order: ArrivalOrder): Arrivals => {
  const { clock } = carrier
  const { seed = 'callers', count, seconds, to } = order
  const calls: Call[] = []
  const arrived = Promise.withResolvers<void>()
  if (!carrier.number(to)) throw new Error(`The simulated carrier has no number ${to}`)
  if (count === 0) arrived.resolve()
  let toCome = count
  const timers = Array.from({ length: count }, (_, index) => {
    const at = ((index + chance(seed, index, 'time')) * seconds * 1000) / count
    return clock.after(at, () => {
      const call = carrier.dial({ to, from: numberOf(seed, index) })
      calls.push(call)
      behave(carrier, call, order)
      toCome -= 1
      if (toCome === 0) arrived.resolve()
    })
  })
  return {
    calls: () => calls,
    stop: () => {
      for (const cancel of timers) cancel()
      arrived.resolve()
    },
    arrived: arrived.promise,
  }
}
