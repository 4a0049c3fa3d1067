/**
 * After the end of a call the carrier has so long to tell what was recorded of its last words. When the
 * process dies meanwhile, the sweep of silent calls ends the flow.
 */
const patienceMs = 3000

/** Calls that ended while their caller was being recorded. */
export type LastWords = {
  /** Ends the flow of the call once the carrier has had its time. */
  expect(callSid: string): void
  stop(): void
}

/**
 * @param later does the work after so many milliseconds; the answer calls it off
 * @param hangUp lets the flow of a call handle the hang-up, if it still waits
 */
export const lastWords = (
  later: (milliseconds: number, work: () => void) => () => void,
  hangUp: (callSid: string) => void,
): LastWords => {
  const expected = new Map<string, () => void>()
  return {
    expect(callSid) {
      if (expected.has(callSid)) return
      const callOff = later(patienceMs, () => {
        expected.delete(callSid)
        hangUp(callSid)
      })
      expected.set(callSid, callOff)
    },
    stop() {
      for (const callOff of expected.values()) callOff()
      expected.clear()
    },
  }
}
