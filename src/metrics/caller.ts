import { Gauge, type Registry } from 'prom-client'
import type { SignInFigures } from '../db/caller-limits.ts'
import type { MessageFigures } from '../db/text-messages.ts'

export type CallerFacts = {
  readonly figures: () => Promise<SignInFigures & MessageFigures>
  /** Told when the figures could not be read; they are left out then. */
  readonly onFault: (cause: unknown) => void
}

/** A reading serves all figures of one look at them. */
const keptMs = 500

/**
 * Figures of signing in to the app page and of messages, for Prometheus. They are the same on every node:
 * take the greatest, not the sum. Every rate stands beside what it is made of.
 */
export const registerCallerMetrics = (
  registry: Registry,
  { figures, onFault }: CallerFacts,
): void => {
  let last: { readonly at: number; readonly read: Promise<CallerFigures | null> } | null = null
  const read = () => {
    const at = performance.now()
    if (last === null || at - last.at > keptMs) {
      const reading = figures().catch((cause) => {
        onFault(cause)
        return null
      })
      last = { at, read: reading }
    }
    return last.read
  }
  const gauge = (name: string, help: string, value: (figures: CallerFigures) => number | null) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const current = await read()
        const now = current === null ? null : value(current)
        this.reset()
        if (now === null) this.remove()
        else this.set(now)
      },
    })

  gauge(
    'hotline_caller_codes_asked',
    'One-time codes asked for within an hour',
    ({ codesAsked }) => codesAsked,
  )
  gauge(
    'hotline_caller_sign_ins_tried',
    'Codes and links of guests tried within an hour',
    ({ tried }) => tried,
  )
  gauge(
    'hotline_caller_sign_in_failure_rate',
    'Share of these that was wrong; absent without any. Somebody guesses: alarm above 0.5 of many',
    ({ wrong, tried }) => (tried > 0 ? wrong / tried : null),
  )
  gauge(
    'hotline_messages_queued',
    'Text and spoken messages that wait to be sent',
    ({ queued }) => queued,
  )
  new Gauge({
    name: 'hotline_messages_settled',
    help: 'Messages of the last hour by what became of them; alarm on uncertain and failed',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const current = await read()
      this.reset()
      if (current === null) return
      for (const state of ['sent', 'failed', 'uncertain', 'overdue'] as const)
        this.set({ state }, current[state])
    },
  })
}

type CallerFigures = SignInFigures & MessageFigures
