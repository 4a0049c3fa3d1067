/**
 * Runs the work of one call strictly one after another, of different calls side by side. Two
 * deliveries of one webhook meet here: the second finds what the first committed. Other nodes are
 * kept out by the version check of the commit.
 */
export type CallQueue = <T>(callSid: string, work: () => Promise<T>) => Promise<T>

export const callQueue = (): CallQueue => {
  const tails = new Map<string, Promise<unknown>>()
  return (callSid, work) => {
    const before = tails.get(callSid)
    const result = before === undefined ? work() : before.then(work, work)
    tails.set(callSid, result)
    const forget = () => {
      if (tails.get(callSid) === result) tails.delete(callSid)
    }
    result.then(forget, forget)
    return result
  }
}
