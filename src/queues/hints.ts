import type { Hints, Touched } from './ports.ts'

/** Hints of a node, with its side towards the others. */
export type NodeHints = Hints & {
  /** What is heard of a hint; `from` tells whose it is, and one's own was heard already. */
  readonly receive: (from: string) => void
  readonly close: () => void
}

/** A timer of the process that can be called off. */
export type Later = (milliseconds: number, work: () => void) => () => void

/** Hints of this moment go to the other nodes as one: telling them costs every commit a little. */
const gatherMs = 50

/**
 * Hints of this node, at once to itself and gathered to the others, and those that come from them by
 * `receive`. A listener that is slow is its own affair: it is only told that something changed.
 *
 * @param node a word that no other node has
 * @param tell tells the other nodes; called after the change is committed, never within
 */
export const createHints = (
  node: string,
  tell: (node: string) => void,
  later: Later,
): NodeHints => {
  const listeners = new Set<(touched: Touched) => void>()
  let callOff: (() => void) | null = null
  const hear = (touched: Touched) => {
    for (const listener of listeners) listener(touched)
  }
  return {
    hint: (touched = {}) => {
      hear(touched)
      callOff ??= later(gatherMs, () => {
        callOff = null
        tell(node)
      })
    },
    onHint: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    receive: (from) => {
      if (from !== node) hear({})
    },
    close: () => {
      callOff?.()
      callOff = null
      listeners.clear()
    },
  }
}
