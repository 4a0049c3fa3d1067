import type { CarrierPort, Dialled } from './carrier.ts'

/** How many orders to ring somebody a node may give now. */
export type Restraint = {
  /**
   * Answers how many may be begun, `most` at most: all, or none of a carrier that takes no orders. From time
   * to time one, which is to show whether it is back; whoever is given it uses it or calls `spare`.
   */
  readonly take: (most: number) => number
  /** What was taken was not used; without effect where an order has been given with it and answered. */
  readonly spare: () => void
}

/** An answer may get lost; two in a row are no accident. */
const firstRestMs = 1_000
const restMs = 10_000

/**
 * Watches what becomes of orders, and holds a node back while the carrier takes none: no failure is answered
 * with a storm, and nobody is held for an order that would not be carried out.
 *
 * @param elapsed monotonic milliseconds
 */
export const restrained = <C extends Pick<CarrierPort, 'dial'>>(
  carrier: C,
  elapsed: () => number,
): { readonly carrier: C; readonly restraint: Restraint } => {
  let failures = 0
  let restsUntil = 0
  /** The order that is to show whether the carrier is back has not been heard of yet. */
  let isTrying = false
  const note = (dialled: Dialled) => {
    isTrying = false
    failures = isTaken(dialled) ? 0 : failures + 1
    restsUntil = elapsed() + (failures === 1 ? firstRestMs : restMs)
  }
  return {
    carrier: {
      ...carrier,
      dial: async (order) => {
        const dialled = await carrier.dial(order)
        note(dialled)
        return dialled
      },
    },
    restraint: {
      take: (most) => {
        if (failures === 0) return most
        if (elapsed() < restsUntil) return 0
        isTrying = true
        restsUntil = elapsed() + restMs
        return Math.min(1, most)
      },
      spare: () => {
        if (isTrying) restsUntil = 0
        isTrying = false
      },
    },
  }
}

/** A carrier that will not ring one person is there for all others. */
const isTaken = (dialled: Dialled): boolean =>
  dialled.kind === 'placed' || (dialled.kind === 'refused' && !dialled.isTemporary)
