import type { Adapters } from '../adapters.ts'
import { servedFlows } from '../live/flows.ts'
import { noticesInForce } from '../live/notices.ts'
import { registerCallbackMetrics } from './callback.ts'
import { registerCallerMetrics } from './caller.ts'
import { registerChannelMetrics } from './channel.ts'
import { registerMediaMetrics } from './media.ts'
import { registerQueueMetrics } from './queue.ts'
import { createMetrics, type Metrics } from './registry.ts'

/** The figures of this node for Prometheus. */
export const registerMetrics = (adapters: Adapters): Metrics => {
  const metrics = createMetrics({
    flows: () => servedFlows(adapters.flowControl),
    noticesInForce: () => noticesInForce(adapters),
  })
  registerQueueMetrics(metrics.registry, {
    queues: adapters.queues.figures,
    claimed: adapters.queues.claimed,
    outage: adapters.carrierWatch.outage,
    onFault: (err) => adapters.logger.warn({ event: 'queue-figures-failed', err }),
    now: adapters.clock.now,
  })
  registerCallbackMetrics(metrics.registry, {
    callbacks: adapters.callbacks.figures,
    onFault: (err) => adapters.logger.warn({ event: 'callback-figures-failed', err }),
  })
  registerCallerMetrics(metrics.registry, {
    figures: adapters.callers.figures,
    onFault: (err) => adapters.logger.warn({ event: 'caller-figures-failed', err }),
  })
  registerMediaMetrics(metrics.registry, {
    streams: adapters.media.figures,
    refused: adapters.media.refused,
  })
  registerChannelMetrics(metrics.registry, {
    figures: adapters.channels.figures,
    open: adapters.channels.countOpen,
    onFault: (err) => adapters.logger.warn({ event: 'channel-figures-failed', err }),
  })
  return metrics
}
