/** Tells that something in channels may have changed. */
export type ChannelHints = {
  /** After the change is committed; null = it may be any of them. */
  readonly hint: (channelId: string | null) => void
  /** Calls back for those of this node and of the others; the answer stops it. */
  readonly onHint: (listener: (channelIds: readonly string[] | null) => void) => () => void
  /** What another node tells: `NODE` alone for any of them, or `NODE:ID,ID,…`. */
  readonly receive: (told: string) => void
  readonly close: () => void
}

/** A timer of the process that can be called off. */
export type Later = (milliseconds: number, work: () => void) => () => void

/** Hints of this moment go to the other nodes as one: telling them costs every commit a little. */
const gatherMs = 20

/** More of them are told as "any of them": what nodes tell each other has to be short. */
const mostTold = 100

/**
 * Hints of this node, at once to itself and gathered to the others, and theirs by `receive`.
 *
 * @param node a word that no other node has, without `:`
 * @param tell tells the other nodes
 */
export const createChannelHints = (
  node: string,
  tell: (told: string) => void,
  later: Later,
): ChannelHints => {
  const listeners = new Set<(channelIds: readonly string[] | null) => void>()
  let gathered: Set<string> | null = new Set()
  let callOff: (() => void) | null = null
  const hear = (channelIds: readonly string[] | null) => {
    for (const listener of listeners) listener(channelIds)
  }
  return {
    hint: (channelId) => {
      hear(channelId === null ? null : [channelId])
      if (channelId === null) gathered = null
      else gathered?.add(channelId)
      callOff ??= later(gatherMs, () => {
        callOff = null
        const ids = gathered === null || gathered.size > mostTold ? null : [...gathered]
        gathered = new Set()
        tell(ids === null ? node : `${node}:${ids.join(',')}`)
      })
    },
    onHint: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    receive: (told) => {
      const [from, ids] = told.split(':')
      if (from !== node) hear(ids === undefined ? null : ids.split(','))
    },
    close: () => {
      callOff?.()
      callOff = null
      listeners.clear()
    },
  }
}
