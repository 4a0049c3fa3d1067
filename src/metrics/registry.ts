import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  readonly registry: Registry
  /** One answered webhook: its route, the status, the time it took. */
  readonly webhook: (route: string, status: number, seconds: number) => void
}

/** What is asked for when the figures are read. */
export type Facts = {
  /** Which version new calls run on, and by which activation. */
  readonly flows: () => { readonly version: string; readonly activation: number }
  /** Notices that callers hear now. */
  readonly noticesInForce: () => number
}

/** Figures for Prometheus, of this process alone. */
export const createMetrics = (facts: Facts): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  registerFacts(registry, facts)
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

const registerFacts = (registry: Registry, { flows, noticesInForce }: Facts): void => {
  new Gauge({
    name: 'hotline_flows_info',
    help: 'Always 1: the label tells the version of the flow folder that new calls run on',
    labelNames: ['version'],
    registers: [registry],
    collect() {
      this.reset()
      this.set({ version: flows().version }, 1)
    },
  })
  new Gauge({
    name: 'hotline_flows_activation',
    help: 'Number of the activation that new calls run on; nodes that agree have the same',
    registers: [registry],
    collect() {
      this.set(flows().activation)
    },
  })
  new Gauge({
    name: 'hotline_notices_in_force',
    help: 'Notices that callers hear before the menu',
    registers: [registry],
    collect() {
      this.set(noticesInForce())
    },
  })
}
