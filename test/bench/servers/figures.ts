import { monitorEventLoopDelay } from 'node:perf_hooks'

/** What a server under load tells of itself. */
export type ServerFigures = {
  /** Of the whole process, since it was last asked. */
  readonly cpuSeconds: number
  readonly loopDelayP99Ms: number
  readonly loopDelayMaxMs: number
  readonly residentBytes: number
}

/** Answers whoever started this process, each time with the figures since the time before. */
export const tellFigures = (): void => {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  let before = process.cpuUsage()
  process.on('message', (message) => {
    if (message !== 'figures') return
    const { user, system } = process.cpuUsage(before)
    before = process.cpuUsage()
    const figures: ServerFigures = {
      cpuSeconds: (user + system) / 1e6,
      // The timer itself is due every 5 ms: what is beyond it is delay.
      loopDelayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - 5),
      loopDelayMaxMs: Math.max(0, delay.max / 1e6 - 5),
      residentBytes: process.memoryUsage.rss(),
    }
    delay.reset()
    process.send?.({ figures })
  })
}
