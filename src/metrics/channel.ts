import { Counter, Gauge, type Registry } from 'prom-client'
import type { ChannelFigures } from '../live/channels.ts'

export type ChannelFacts = {
  readonly figures: () => ChannelFigures
  /** Channels of calls under way, on whatever node. */
  readonly open: () => Promise<number>
  /** Told when the figure could not be read; it is left out then. */
  readonly onFault: (cause: unknown) => void
}

/**
 * Figures of channels for Prometheus. Open channels are the same on every node: take the greatest; the rest
 * is of this node: take the sum.
 */
export const registerChannelMetrics = (
  registry: Registry,
  { figures, open, onFault }: ChannelFacts,
): void => {
  new Gauge({
    name: 'hotline_channels_open',
    help: 'Channels of calls under way',
    registers: [registry],
    async collect() {
      const count = await open().catch((cause) => {
        onFault(cause)
        return null
      })
      if (count === null) this.remove()
      else this.set(count)
    },
  })
  new Gauge({
    name: 'hotline_channel_sockets',
    help: 'Sockets of channels on this node, of callers, those they trust and operators',
    registers: [registry],
    collect() {
      this.set(figures().sockets)
    },
  })
  new Counter({
    name: 'hotline_channel_messages_total',
    help: 'What participants have added through this node, by type',
    labelNames: ['type'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [type, count] of figures().contributed) this.inc({ type }, count)
    },
  })
}
