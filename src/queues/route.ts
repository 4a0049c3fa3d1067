import type { CarrierPort } from './carrier.ts'
import type { Restraint } from './carrier-rest.ts'
import type { Claimed, Claims, Reservation } from './ports.ts'

export type Routing = {
  readonly claims: Pick<Claims, 'claim' | 'sweep' | 'legsToCut'>
  readonly carrier: Pick<CarrierPort, 'hangUp'>
  readonly restraint: Restraint
  /** Rings the operator of a reservation. What goes wrong with that is its own: the lease ends it. */
  readonly ring: (reservation: Claimed) => Promise<void>
  /** Told of every claim: how long the person had waited in line, by the clock of this node. */
  readonly onClaim?: (reservation: Reservation) => void
  readonly onFault: (what: 'ring' | 'cut', cause: unknown) => void
}

/** Claims of one tick; what is left over follows in the next. */
const mostAtOnce = 200

/** A tick that claimed so many is followed by another at once: there may be more. */
const many = 100

/** What a tick did. */
export type Routed = {
  readonly swept: number
  readonly claimed: number
  /** There may be more to do. */
  readonly isFull: boolean
}

/**
 * One tick: gives back what is past its lease (`sweeps`), claims pairs and has them rung. Ringing goes on by
 * itself: a slow carrier holds up no claim; while one takes no orders, nobody is claimed for it.
 */
export const routeOnce = async (
  { claims, restraint, ring, onClaim, onFault }: Omit<Routing, 'carrier'>,
  { sweeps = true } = {},
): Promise<Routed> => {
  const swept = sweeps ? await claims.sweep() : 0
  const most = restraint.take(mostAtOnce)
  const claimed = most === 0 ? [] : await claims.claim(most)
  if (most > 0 && claimed.length === 0) restraint.spare()
  for (const reservation of claimed) {
    onClaim?.(reservation)
    ring(reservation).catch((cause) => onFault('ring', cause))
  }
  return { swept, claimed: claimed.length, isFull: claimed.length >= many }
}

/** Hangs up legs that ring for nobody. Nobody who waits does so for this: it has ticks of its own. */
export const cutOnce = async ({
  claims,
  carrier,
  onFault,
}: Pick<Routing, 'claims' | 'carrier' | 'onFault'>): Promise<{ readonly isFull: boolean }> => {
  const legs = await claims.legsToCut()
  for (const leg of legs) carrier.hangUp(leg).catch((cause) => onFault('cut', cause))
  return { isFull: legs.length >= many }
}
