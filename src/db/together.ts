import type pg from 'pg'
import { batches } from './batches.ts'
import { isOutage } from './failures.ts'

/** A statement for many at once: takes a list for each value, answers rows of which `nr` counts from 1. */
export type TogetherStatement = {
  readonly name: string
  readonly text: string
}

/** What rows of such a statement say of one of those it was run for. */
type Numbered = { readonly nr: number }

/** More make a statement slower without making it cheaper for each. */
const maxItems = 64

/** Fewer are not worth statements of their own. */
const minItems = 8

/** Several times what a statement takes: one that waits for a lock does not hold up the others. */
const joinAfterMs = 20

const maxInFlight = 2

/** What nobody feels: many who come within so little share a statement, and who comes alone waits for nothing. */
export const unfelt = { restMs: 25 } as const

/**
 * One statement for all who want the same at one moment: alone it is as quick as ever, and the busier a node
 * is, the fewer round trips and commits there are for each. The answer is the row for these values, null for none.
 * Two for the same first value never share a statement; what fails for many is done for each alone, so
 * that a bad value or a deadlock harms nobody else.
 */
export const together = <Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  { name, text }: TogetherStatement,
  { restMs = 0 }: { readonly restMs?: number } = {},
): ((...values: readonly unknown[]) => Promise<Row | null>) => {
  const runAll = async (items: readonly (readonly unknown[])[]) => {
    const lists = (items[0] ?? []).map((_, at) => items.map((values) => values[at]))
    const { rows } = await pool.query<Row & Numbered>({ name, text, values: lists })
    const found = new Map(rows.map((row) => [row.nr, row]))
    return items.map((_, index) => found.get(index + 1) ?? null)
  }
  const alone = async (item: readonly unknown[]) => (await runAll([item]))[0] ?? null
  const { add } = batches<readonly unknown[], Row | null>({
    keyOf: (values) => String(values[0]),
    maxItems,
    // In step with nobody: all that has come meanwhile goes.
    minItems: restMs === 0 ? minItems : maxItems,
    maxInFlight,
    joinAfterMs,
    restMs,
    run: async (items) => {
      try {
        return (await runAll(items)).map((value) => ({ status: 'fulfilled', value }))
      } catch (cause) {
        if (items.length === 1 || isOutage(cause)) throw cause
        return Promise.allSettled(items.map(alone))
      }
    },
  })
  return (...values) => add(values)
}
