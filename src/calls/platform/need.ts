import { parseBusinessNumber } from '../../numbers/business-number.ts'
import type { PlaceWish } from '../../queues/ports.ts'
import type { Queue } from '../flow-set.ts'
import { type Params, textParam } from './platform-function.ts'

export type Need = Pick<PlaceWish, 'skills' | 'priority' | 'tier' | 'businessNumber'>

/**
 * What the operator of somebody in this queue must be able to do and is told, and how the person ranks: by
 * the queue and by the parameters `priority`, `tier` and `business`. An INN or OGRN whose check digits are
 * wrong is none.
 */
export const needIn = (queue: Queue, params: Params): Need => ({
  skills: queue.skills,
  priority: bounded(queue.priority + wholeParam(params, 'priority'), -100, 200),
  tier: tierOf(params),
  businessNumber: businessOf(params),
})

const wholeParam = (params: Params, name: string): number => {
  const value = Math.round(Number(textParam(params, name)))
  return Number.isFinite(value) ? value : 0
}

const bounded = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value))

const tierOf = (params: Params): Need['tier'] => {
  const tier = wholeParam(params, 'tier')
  return tier === 1 || tier === 2 || tier === 3 ? tier : null
}

const businessOf = (params: Params): string | null => {
  const keyed = textParam(params, 'business')
  return parseBusinessNumber(keyed).kind === 'invalid' ? null : keyed
}
