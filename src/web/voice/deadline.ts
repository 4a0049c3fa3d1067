/** The carrier is told to wait 5 s (`twilio/connect.ts`): an apology must leave before that. */
const deadlineMs = 4000

/**
 * The result of the work, or a rejection after 4 s. The work itself is not stopped: it commits or
 * fails as it would have, and the next request finds what it left.
 */
export const withinDeadline = <T>(work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('Work took longer than a call can wait')),
      deadlineMs,
    )
    work.then(
      (result) => {
        clearTimeout(timer)
        resolve(result)
      },
      (fault) => {
        clearTimeout(timer)
        reject(fault)
      },
    )
  })
