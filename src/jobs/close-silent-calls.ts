import { closeSilentCalls, type SilentCalls } from '../calls/close-silent.ts'
import type { CallPorts } from '../calls/commit-turn.ts'
import type { Job } from './job.ts'

const hourMs = 60 * 60 * 1000

/** Closes the log of calls whose end the carrier's callbacks never told. */
export const closeSilentCallsJob = (
  ports: CallPorts,
  silent: SilentCalls,
  report: {
    readonly closed: (count: number) => void
    readonly fault: (callSid: string, cause: unknown) => void
  },
): Job => ({
  name: 'close-silent-calls',
  everyMs: hourMs,
  run: async () => {
    const count = await closeSilentCalls(ports, silent, report.fault)
    if (count > 0) report.closed(count)
  },
})
