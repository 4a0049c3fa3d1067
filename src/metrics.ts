import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

export type Metrics = {
  readonly registry: Registry
  /** One answered webhook: its route, the status, the time it took. */
  readonly webhook: (route: string, status: number, seconds: number) => void
}

/** Figures for Prometheus, of this process alone. */
export const createMetrics = (): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const webhooks = new Counter({
    name: 'hotline_webhooks_total',
    help: 'Webhooks of the carrier answered, by route and status; 403 are forged ones',
    labelNames: ['route', 'status'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'hotline_webhook_seconds',
    help: 'Time to the answer of a webhook; the carrier gives up after 15 s',
    labelNames: ['route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  return {
    registry,
    webhook: (route, status, duration) => {
      webhooks.inc({ route, status })
      seconds.observe({ route }, duration)
    },
  }
}
