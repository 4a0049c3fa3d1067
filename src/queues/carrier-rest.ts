import type { CarrierPort } from './carrier.ts'

/** How many orders to ring somebody a node may give now. */
export type Restraint = {
  /**
   * Answers how many may be begun, `most` at most: all, or none of a carrier that takes no orders. From time
   * to time one, which is to show whether it is back; whoever is given it uses it or calls `spare`.
   */
  readonly take: (most: number) => number
  /** What was taken was not used; without effect where an order has been given with it and answered. */
  readonly spare: () => void
}

/** A time in which the carrier takes no orders of this node. */
export type Outage = {
  /** When the first was not taken. */
  readonly since: Temporal.Instant
  /** `refusing`: it answers that it takes none; `unreachable`: nobody knows whether it hears us. */
  readonly kind: 'unreachable' | 'refusing'
}

/** What a node knows of the carrier; each node of its own connection. */
export type CarrierWatch = {
  /** Null: orders are taken, as far as is known. One that was not taken makes no outage yet. */
  readonly outage: () => Outage | null
  /** Calls back when an outage begins, changes or ends; answers how to stop that. */
  readonly onChange: (listener: () => void) => () => void
  /** Asks whether the carrier is back, where there is no order that would show it. */
  readonly look: () => Promise<void>
}

export type CarrierRest = {
  readonly restraint: Restraint
  readonly watch: CarrierWatch
  /** Hands on what became of an order, and learns from it. */
  readonly heed: <Answer extends Heeded>(order: Promise<Answer>) => Promise<Answer>
}

/** Of an order of whatever kind: to ring somebody, to write. */
type Heeded =
  | { readonly kind: 'placed' | 'uncertain' }
  | { readonly kind: 'refused'; readonly code: string; readonly isTemporary: boolean }

export type RestPorts = {
  /** Whether the carrier answers a question that changes nothing. */
  readonly isThere: () => Promise<boolean>
  /** Monotonic milliseconds. */
  readonly elapsed: () => number
  readonly now: () => Temporal.Instant
}

/** An answer may get lost; two in a row are no accident. */
const firstRestMs = 1_000
const restMs = 10_000

/** An account that was refused may be again, though it is answered: so long it counts as refused. */
const refusalMs = 60_000

/**
 * Watches what becomes of orders, and holds a node back while the carrier takes none: no failure is answered
 * with a storm, and nobody is held for an order that would not be carried out.
 */
export const carrierRest = ({ isThere, elapsed, now }: RestPorts): CarrierRest => {
  const listeners = new Set<() => void>()
  let failures = 0
  let failedAt = 0
  let since: Temporal.Instant | null = null
  let kind: Outage['kind'] = 'unreachable'
  let restsUntil = 0
  /** The order that is to show whether the carrier is back has not been heard of yet. */
  let isTrying = false
  let shown: Outage | null = null

  const show = () => {
    const next = failures < 2 || since === null ? null : { since, kind }
    if (next?.since === shown?.since && next?.kind === shown?.kind) return
    shown = next
    for (const listener of listeners) listener()
  }
  const note = (answer: Heeded) => {
    isTrying = false
    if (isTaken(answer)) {
      failures = 0
      since = null
    } else {
      failures += 1
      failedAt = elapsed()
      since ??= now()
      kind = answer.kind === 'refused' && isAnswer(answer.code) ? 'refusing' : 'unreachable'
    }
    restsUntil = elapsed() + (failures === 1 ? firstRestMs : restMs)
    show()
  }
  return {
    restraint: {
      take: (most) => {
        if (failures === 0) return most
        if (elapsed() < restsUntil) return 0
        isTrying = true
        restsUntil = elapsed() + restMs
        return Math.min(1, most)
      },
      spare: () => {
        if (isTrying) restsUntil = 0
        isTrying = false
      },
    },
    watch: {
      outage: () => shown,
      onChange: (listener) => {
        listeners.add(listener)
        return () => {
          listeners.delete(listener)
        }
      },
      look: async () => {
        if (failures === 0 || isTrying || elapsed() < restsUntil) return
        const failed = failures
        const isBack = await isThere()
        // What an order has shown meanwhile is worth more.
        if (!isBack || failures !== failed) return
        if (kind === 'refusing' && elapsed() - failedAt < refusalMs) return
        failures = 0
        since = null
        show()
      },
    },
    heed: async (order) => {
      const answer = await order
      note(answer)
      return answer
    },
  }
}

/** The carrier, each order to ring somebody heeded. */
export const restrained = <C extends Pick<CarrierPort, 'dial'>>(
  carrier: C,
  { heed }: Pick<CarrierRest, 'heed'>,
): C => ({ ...carrier, dial: (order) => heed(carrier.dial(order)) })

/** A carrier that will not ring one person is there for all others. */
const isTaken = (answer: Heeded): boolean =>
  answer.kind === 'placed' || (answer.kind === 'refused' && !answer.isTemporary)

/** The carrier's codes are numbers; those of a connection that did not come about are words. */
const isAnswer = (code: string): boolean => /^\d+$/.test(code)
