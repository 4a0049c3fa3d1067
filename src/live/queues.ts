import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Flows } from '../calls/ports.ts'
import { announce } from '../db/changes.ts'
import { createClaims } from '../db/claims.ts'
import type { Database } from '../db/database.ts'
import { createPlaceStore } from '../db/places.ts'
import { createQueueCounts } from '../db/queue-counts.ts'
import { createWaitHistory } from '../db/wait-history.ts'
import { processTimer } from '../jobs/job.ts'
import { routeCalls } from '../jobs/route-calls.ts'
import type { Logger } from '../logging.ts'
import type { CarrierPort } from '../queues/carrier.ts'
import type { Restraint } from '../queues/carrier-rest.ts'
import { createEstimates, type Estimates } from '../queues/estimates.ts'
import { createHints, type NodeHints } from '../queues/hints.ts'
import type { Claimed, Claims, PlaceStore, Reservation } from '../queues/ports.ts'
import { type QueueFigures, queueFigures } from '../queues/queue-figures.ts'
import { cutOnce, routeOnce } from '../queues/route.ts'

/** Queues, operators' reservations and the routing of this node. */
export type LiveQueues = {
  readonly places: PlaceStore
  readonly claims: Claims
  readonly estimates: Estimates
  /** How all queues of the flows stand. */
  readonly figures: () => Promise<readonly QueueFigures[]>
  /** Pairs claimed since the start. */
  readonly claimed: () => number
  readonly hints: NodeHints
  /**
   * Begins to bring callers and operators together; the answer stops it and waits for the orders under
   * way.
   *
   * @param ring rings the operator of a reservation
   */
  readonly startRouting: (
    ring: (reservation: Claimed) => Promise<void>,
    carrier: Pick<CarrierPort, 'hangUp'>,
    restraint: Restraint,
  ) => () => Promise<void>
}

/** A queue that the flows no longer have keeps the ring of an ordinary one. */
const usualRingSeconds = 20

/** What comes within so little is paired together: nobody feels it, and looking costs as much for many as for one. */
const routeEveryMs = 2

/** A leg that rings for nobody is hung up within a second; in a rush it is looked for no more often. */
const cutEveryMs = 100

export const openQueues = (
  database: Database,
  flows: Pick<Flows, 'current'>,
  logger: Logger,
  callsPerSecond: number | null,
): LiveQueues => {
  const places = createPlaceStore(database)
  const claims = createClaims(database, {
    ringSeconds: (queue) => flows.current().queues.get(queue)?.ringSeconds ?? usualRingSeconds,
    callsPerSecond,
  })
  const tell = (node: string) =>
    void announce(database.kysely, 'queues', node).catch((err) =>
      logger.warn({ event: 'hint-failed', err }),
    )
  const hints = createHints(randomUUID(), tell, later)
  const estimates = createEstimates(
    createWaitHistory(database),
    () => [...flows.current().queues.keys()],
    () => performance.now(),
  )
  const readCounts = createQueueCounts(database)
  let claimed = 0
  return {
    places,
    claims,
    estimates,
    figures: () => queueFigures(() => readCounts([...flows.current().queues.values()]), estimates),
    claimed: () => claimed,
    hints,
    startRouting: (ring, carrier, restraint) => {
      const orders = ordersUnderWay()
      const onHint: NodeHints['onHint'] = (listener) =>
        hints.onHint((touched) => {
          if (touched.makesNoPair !== true) listener(touched)
        })
      const routing = {
        claims,
        restraint,
        carrier: { hangUp: (leg: string) => orders.add(carrier.hangUp(leg)) },
        ring: (reservation: Claimed) => orders.add(ring(reservation)),
        onClaim: ({ place, operator }: Reservation) => {
          claimed += 1
          hints.hint({ placeId: place.id, login: operator.login, makesNoPair: true })
        },
        onFault: (what: string, err: unknown) =>
          logger.error({ event: 'routing-failed', what, err }),
      }
      const onFault = (err: unknown) => routing.onFault('tick', err)
      const stops = [
        routeCalls(
          (options) => routeOnce(routing, options),
          onHint,
          processTimer,
          onFault,
          () => pause(routeEveryMs),
        ),
        routeCalls(
          () => cutOnce(routing),
          onHint,
          processTimer,
          onFault,
          () => pause(cutEveryMs),
        ),
      ]
      return async () => {
        await Promise.all(stops.map((stop) => stop()))
        await orders.settled()
      }
    },
  }
}

/** Orders to the carrier that nobody waits for, until the end. */
const ordersUnderWay = () => {
  const orders = new Set<Promise<unknown>>()
  return {
    add: async <T>(order: Promise<T>): Promise<T> => {
      orders.add(order)
      try {
        return await order
      } finally {
        orders.delete(order)
      }
    },
    settled: async () => {
      await Promise.allSettled(orders)
    },
  }
}

/** A timer of the process, which it does not keep alive. */
export const later = (milliseconds: number, work: () => void) => {
  const timer = setTimeout(work, milliseconds)
  timer.unref()
  return () => clearTimeout(timer)
}
