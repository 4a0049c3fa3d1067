/** Milliseconds that the server's clock is ahead of this device's, as far as that is worth telling. */
let ahead = 0

const worthTelling = 3000

/** Learns the server's time from an answer; timers of calls would else begin at minus five minutes. */
export function learnTime(answer: Response): void {
  const told = Date.parse(answer.headers.get('date') ?? '')
  if (Number.isNaN(told)) return
  const difference = told - Date.now()
  ahead = Math.abs(difference) < worthTelling ? 0 : difference
}

/** Now, as the server would say it. */
export const serverNow = (): number => Date.now() + ahead
