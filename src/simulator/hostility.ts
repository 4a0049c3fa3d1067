import { type Fault, type Faults, noFaults, seededFaults, type WebhookSketch } from './faults.ts'
import type { Lag } from './rest-calls.ts'
import { seededTroubles, type TroubleName, type Troubles, troublesByName } from './rest-trouble.ts'

/** How hostile the carrier is, as it may be changed while it runs. */
export type HostilityOrder = {
  readonly seed?: string
  /** Of webhooks: fault → probability. */
  readonly faults?: Partial<Record<Fault['kind'], number>>
  /** The webhooks that suffer them. Default: all. */
  readonly kinds?: readonly WebhookSketch['kind'][]
  /** Of requests to the API that change something: trouble → probability. */
  readonly troubles?: Partial<Record<TroubleName, number>>
  /** Seconds that the API is behind what happens. */
  readonly lag?: Partial<Lag>
  /** What the next orders of calls, participants and messages suffer, one after another; `none` goes well. */
  readonly next?: readonly (TroubleName | 'none')[]
}

export type Hostility = {
  readonly faults: Faults
  readonly troubles: Troubles
  readonly lag: () => Lag
  readonly set: (order: HostilityOrder) => void
}

const places = /\/(Calls|Participants|Messages)(\.json)?$/

/** To be given to the carrier and its API before they begin, and turned up or down later. */
export const createHostility = (): Hostility => {
  let faults: Faults = noFaults
  let troubles: Troubles = () => undefined
  let lag: Lag = { list: 0, cancel: 0 }
  let next: (TroubleName | 'none')[] = []
  return {
    faults: (webhook) => faults(webhook),
    troubles: (request) => {
      const name = request.method === 'POST' && places.test(request.path) ? next.shift() : undefined
      if (name === undefined) return troubles(request)
      return name === 'none' ? undefined : troublesByName[name]
    },
    lag: () => lag,
    set: (order) => {
      const { seed = 'hostile', kinds } = order
      const lot = order.faults ? seededFaults(seed, order.faults) : noFaults
      faults = (webhook) =>
        kinds === undefined || kinds.includes(webhook.kind) ? lot(webhook) : []
      lag = { list: order.lag?.list ?? 0, cancel: order.lag?.cancel ?? 0 }
      troubles = order.troubles ? seededTroubles(seed, order.troubles) : () => undefined
      next = [...(order.next ?? [])]
    },
  }
}
