import type { PresenceState } from '../operators/operator.ts'
import { expectedWait } from '../routing/expected-wait.ts'
import { type Estimates, estimateOf } from './estimates.ts'

/** How a queue stands at this moment. */
export type QueueCounts = {
  readonly queue: string
  /** On hold and in line, those too for whom an operator is being rung. */
  readonly waiting: number
  /** Of these for whom nobody is rung yet: who comes now is served after them. */
  readonly unattended: number
  readonly longestSince: Temporal.Instant | null
  readonly talking: number
  /** Waiting to be called back; of these whoever could be called at this moment. */
  readonly callbacks: number
  readonly callbacksDue: number
  /** Operators with the skills of the queue, by what they do. */
  readonly operators: Readonly<Partial<Record<PresenceState, number>>>
}

export type QueueCountsReader = (
  queues: readonly { readonly name: string; readonly skills: readonly string[] }[],
) => Promise<readonly QueueCounts[]>

export type QueueFigures = Omit<QueueCounts, 'unattended'> & {
  /** What somebody who comes now is told, in seconds; null when no operator is signed in for it. */
  readonly expectedWait: number | null
  /** What became of the waits that were told lately. */
  readonly told: { readonly kept: number; readonly broken: number; readonly unknown: number }
}

/** States in which an operator takes calls, now or soon. */
const onDuty = ['available', 'reserved', 'talking', 'wrap-up'] as const

/** All queues, with the expected wait of each. */
export const queueFigures = async (
  counts: () => Promise<readonly QueueCounts[]>,
  estimates: Pick<Estimates, 'histories'>,
): Promise<readonly QueueFigures[]> => {
  const [now, histories] = await Promise.all([counts(), estimates.histories()])
  return now.map(({ unattended, ...each }) => {
    const history = histories.find(({ queue }) => queue === each.queue)
    const { kept = 0, broken = 0, unknown = 0 } = history ?? {}
    const operators = onDuty.reduce((sum, state) => sum + (each.operators[state] ?? 0), 0)
    const free = each.operators.available ?? 0
    const ahead = unattended + each.callbacksDue
    const wait = expectedWait({ ahead, operators, free, ...estimateOf(history) })
    return {
      ...each,
      expectedWait: wait === null ? null : Math.round(wait),
      told: { kept, broken, unknown },
    }
  })
}
