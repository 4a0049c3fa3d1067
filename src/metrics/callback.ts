import { Gauge, type Registry } from 'prom-client'
import type { CallbackFigures } from '../callbacks/ports.ts'

export type CallbackFacts = {
  readonly callbacks: () => Promise<CallbackFigures>
  /** Told when the figures could not be read; they are left out then. */
  readonly onFault: (cause: unknown) => void
}

/** A reading serves all figures of one look at them. */
const keptMs = 500

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)

/**
 * Figures of callbacks for Prometheus. They are the same on every node: take the greatest, not the sum.
 * Every rate stands beside what it is made of.
 */
export const registerCallbackMetrics = (
  registry: Registry,
  { callbacks, onFault }: CallbackFacts,
): void => {
  let last: { readonly at: number; readonly read: Promise<CallbackFigures | null> } | null = null
  const read = () => {
    const at = performance.now()
    if (last === null || at - last.at > keptMs) {
      const reading = callbacks().catch((cause) => {
        onFault(cause)
        return null
      })
      last = { at, read: reading }
    }
    return last.read
  }
  const gauge = (name: string, help: string, value: (figures: CallbackFigures) => number | null) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const figures = await read()
        const current = figures === null ? null : value(figures)
        this.reset()
        if (current === null) this.remove()
        else this.set(current)
      },
    })

  new Gauge({
    name: 'hotline_callbacks_open',
    help: 'Requests to be called back that have not come to their end, by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const figures = await read()
      this.reset()
      for (const [state, requests] of Object.entries(figures?.open ?? {}))
        this.set({ state }, requests)
    },
  })
  gauge(
    'hotline_callbacks_promised',
    'Requests of thirty days whose promised time is over',
    ({ promised }) => promised,
  )
  gauge(
    'hotline_callbacks_kept_rate',
    'Share of these whose telephone rang before it was; absent without any',
    ({ kept, promised }) => share(kept, promised),
  )
  gauge(
    'hotline_callbacks_tried',
    'Requests of thirty days that came to their end after an attempt that rang',
    ({ tried }) => tried,
  )
  gauge(
    'hotline_callbacks_reach_rate',
    'Share of these that led to a talk; absent without any',
    ({ reached, tried }) => share(reached, tried),
  )
  gauge(
    'hotline_callbacks_uncertain_too_long',
    'Attempts whose outcome nobody knows for longer than ten minutes: alarm above 0',
    ({ uncertainTooLong }) => uncertainTooLong,
  )
  gauge(
    'callback_double_dial_total',
    'Second legs of one attempt, cut before they were answered: alarm above 0',
    ({ doubleDials }) => doubleDials,
  )
  gauge(
    'hotline_callbacks_late_legs',
    'Legs that told of themselves after their request had ended, cut at once',
    ({ lateLegs }) => lateLegs,
  )
}
