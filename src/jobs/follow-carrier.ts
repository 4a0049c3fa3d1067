import type { CarrierWatch } from '../queues/carrier-rest.ts'
import type { Job } from './job.ts'

const intervalMs = 5_000

/** Notices that a carrier that was away is back, where nobody is to be rung who would show it. */
export const followCarrier = ({ look }: Pick<CarrierWatch, 'look'>): Job => ({
  name: 'follow-carrier',
  everyMs: intervalMs,
  run: look,
})
