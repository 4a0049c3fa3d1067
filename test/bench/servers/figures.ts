import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What a server under load tells of itself. */
export type ServerFigures = {
  /** Of the whole process, since it was last asked. */
  readonly cpuSeconds: number
  readonly loopDelayP99Ms: number
  readonly loopDelayMaxMs: number
  readonly residentBytes: number
}

/** Asked for one by one: `live` stops the process for as long as a full collection takes. */
export type FiguresOrder = 'figures' | 'live'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What is reachable, on the heap and in buffers beside it: all else of the process is room or garbage. */
const liveBytes = (): number => {
  collect()
  // Buffers go one collection after what held them.
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Answers whoever started this process: figures since the time before, or the bytes that are live. */
export const tellFigures = (): void => {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  let before = process.cpuUsage()
  const figures = (): ServerFigures => {
    const { user, system } = process.cpuUsage(before)
    before = process.cpuUsage()
    const told: ServerFigures = {
      cpuSeconds: (user + system) / 1e6,
      // The timer itself is due every 5 ms: what is beyond it is delay.
      loopDelayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - 5),
      loopDelayMaxMs: Math.max(0, delay.max / 1e6 - 5),
      residentBytes: process.memoryUsage.rss(),
    }
    delay.reset()
    return told
  }
  process.on('message', (order: FiguresOrder) => {
    process.send?.(order === 'live' ? { liveBytes: liveBytes() } : { figures: figures() })
  })
}
