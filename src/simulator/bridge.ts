/** Two legs that hear each other, until one of them ends it. */
export type Bridge = {
  readonly over: () => boolean
  /** When the two began to hear each other; null before. */
  readonly since: () => number | null
  readonly connect: (at: number) => void
  readonly end: () => void
}

/** @param tell is called at every change, for both legs to look */
export const createBridge = (tell: () => void): Bridge => {
  let over = false
  let since: number | null = null
  return {
    over: () => over,
    since: () => since,
    connect: (at) => {
      if (since !== null || over) return
      since = at
      tell()
    },
    end: () => {
      if (over) return
      over = true
      tell()
    },
  }
}
