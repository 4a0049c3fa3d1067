import type { Logger } from '../logging.ts'
import type { CarrierWatch } from '../queues/carrier-rest.ts'

/**
 * Tells consoles and the log when the carrier goes away and comes back. A hint wakes the router, too: who
 * waits is served at once.
 */
export const tellOfOutages = (
  { outage, onChange }: Pick<CarrierWatch, 'outage' | 'onChange'>,
  hint: () => void,
  logger: Pick<Logger, 'warn' | 'info'>,
): void => {
  onChange(() => {
    const now = outage()
    if (now === null) logger.info({ event: 'carrier-back' })
    else logger.warn({ event: 'carrier-away', kind: now.kind, since: now.since.toString() })
    hint()
  })
}
