import type { CarrierPort } from './carrier.ts'
import type { Claims, Reservation } from './ports.ts'

export type Routing = {
  readonly claims: Pick<Claims, 'claim' | 'sweep' | 'legsToCut'>
  readonly carrier: Pick<CarrierPort, 'hangUp'>
  /** Rings the operator of a reservation. What goes wrong with that is its own: the lease ends it. */
  readonly ring: (reservation: Reservation) => Promise<void>
  /** Told of every claim: how long the person had waited in line, by the clock of this node. */
  readonly onClaim?: (reservation: Reservation) => void
  readonly onFault: (what: 'ring' | 'cut', cause: unknown) => void
}

/** Claims of one tick; what is left over follows in the next. */
const mostAtOnce = 200

/** What a tick did. */
export type Routed = { readonly swept: number; readonly cut: number; readonly claimed: number }

/**
 * One tick: gives back what is past its lease (`sweeps`), hangs up legs that ring for nobody, claims
 * pairs and has them rung. Ringing goes on by itself: a slow carrier holds up no claim.
 */
export const routeOnce = async (routing: Routing, { sweeps = true } = {}): Promise<Routed> => {
  const { claims, ring, onClaim, onFault } = routing
  const swept = sweeps ? await claims.sweep() : 0
  const cutting = cutLegs(routing)
  const claimed = await claims.claim(mostAtOnce)
  for (const reservation of claimed) {
    onClaim?.(reservation)
    ring(reservation).catch((cause) => onFault('ring', cause))
  }
  return { swept, cut: await cutting, claimed: claimed.length }
}

/** Nobody who waits does so for this. */
const cutLegs = async ({ claims, carrier, onFault }: Routing): Promise<number> => {
  try {
    const legs = await claims.legsToCut()
    for (const leg of legs) carrier.hangUp(leg).catch((cause) => onFault('cut', cause))
    return legs.length
  } catch (cause) {
    onFault('cut', cause)
    return 0
  }
}
