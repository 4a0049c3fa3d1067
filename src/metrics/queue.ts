import { Counter, Gauge, type Registry } from 'prom-client'
import type { CarrierWatch } from '../queues/carrier-rest.ts'
import type { QueueFigures } from '../queues/queue-figures.ts'

export type QueueFacts = {
  readonly queues: () => Promise<readonly QueueFigures[]>
  /** Pairs that this node has claimed since it started. */
  readonly claimed: () => number
  readonly outage: CarrierWatch['outage']
  /** Told when the figures could not be read; they are left out then. */
  readonly onFault: (cause: unknown) => void
  readonly now: () => Temporal.Instant
}

/** A reading serves all figures of one look at them. */
const keptMs = 500

/**
 * Figures of queues for Prometheus. Those of the queues are the same on every node: take the greatest,
 * not the sum.
 */
export const registerQueueMetrics = (
  registry: Registry,
  { queues, claimed, outage, onFault, now }: QueueFacts,
): void => {
  let last: { readonly at: number; readonly read: Promise<readonly QueueFigures[]> } | null = null
  const read = () => {
    const at = performance.now()
    if (last === null || at - last.at > keptMs) {
      const reading = queues().catch((cause): readonly QueueFigures[] => {
        onFault(cause)
        return []
      })
      last = { at, read: reading }
    }
    return last.read
  }
  const gauge = <L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    values: (figures: QueueFigures) => readonly (readonly [Record<L, string>, number | null])[],
  ) =>
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      async collect() {
        const figures = await read()
        this.reset()
        for (const [label, value] of figures.flatMap(values)) {
          if (value !== null) this.set(label, value)
        }
      },
    })

  gauge(
    'hotline_queue_waiting',
    'People who wait, on hold or to be called back',
    ['queue', 'mode'],
    ({ queue, waiting, callbacks }) => [
      [{ queue, mode: 'hold' }, waiting],
      [{ queue, mode: 'callback' }, callbacks],
    ],
  )
  gauge(
    'hotline_queue_longest_wait_seconds',
    'How long the person waits on hold who waits longest; 0 = nobody does',
    ['queue'],
    ({ queue, longestSince }) => [
      [
        { queue },
        longestSince === null ? 0 : Math.max(0, now().since(longestSince).total('seconds')),
      ],
    ],
  )
  gauge(
    'hotline_queue_expected_wait_seconds',
    'Within which four of five who come now are served; absent when no operator is signed in',
    ['queue'],
    ({ queue, expectedWait }) => [[{ queue }, expectedWait]],
  )
  gauge(
    'hotline_queue_operators',
    'Operators with the skills of the queue, by what they do',
    ['queue', 'state'],
    ({ queue, operators }) =>
      Object.entries(operators).map(([state, people]) => [{ queue, state }, people] as const),
  )
  gauge(
    'hotline_queue_told_waits',
    'What became of the last waits that callers were told: kept, broken, or unknown (hung up before)',
    ['queue', 'outcome'],
    ({ queue, told }) =>
      Object.entries(told).map(([outcome, people]) => [{ queue, outcome }, people] as const),
  )
  gauge(
    'hotline_queue_told_waits_kept_ratio',
    'Share of told waits that were kept, of those that were kept or broken; 0.8 was promised',
    ['queue'],
    ({ queue, told: { kept, broken } }) => [
      [{ queue }, kept + broken === 0 ? null : kept / (kept + broken)],
    ],
  )
  new Gauge({
    name: 'hotline_carrier_away_seconds',
    help: 'Since when the carrier takes no orders of this node; 0 = it does. Alarm above 30',
    registers: [registry],
    collect() {
      const since = outage()?.since
      this.set(since === undefined ? 0 : Math.max(0, now().since(since).total('seconds')))
    },
  })
  new Counter({
    name: 'hotline_claims_total',
    help: 'Operators held for callers by this node',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(claimed())
    },
  })
}
