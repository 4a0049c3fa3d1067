/**
 * Runs the work of one call strictly one after another, of different calls side by side. Two
 * deliveries of one webhook meet here: the second finds what the first committed. Other nodes are
 * kept out by the version check of the commit.
 */
export type CallQueue = <T>(callSid: string, work: () => Promise<T>) => Promise<T>

/** The last work of a call that is not over; null once it is. */
type Lane = { last: Promise<unknown> | null }

export const callQueue = (): CallQueue => {
  const lanes = new Map<string, Lane>()
  return (callSid, work) => {
    let lane = lanes.get(callSid)
    if (lane === undefined) {
      lane = { last: null }
      lanes.set(callSid, lane)
    }
    const { last } = lane
    const result = last === null ? work() : last.then(work, work)
    lane.last = result
    const leave = () => {
      if (lane.last !== result) return
      // A map in which entries come and go leaves its former tables behind: what they held outlives every
      // quick collection, so they hold no work.
      lane.last = null
      lanes.delete(callSid)
    }
    result.then(leave, leave)
    return result
  }
}
