import { opening } from '../../schedules/opening.ts'
import { needIn } from './need.ts'
import {
  type PlatformContext,
  queueParam,
  result,
  textParam,
  type Writing,
} from './platform-function.ts'

/** People a queue holds: as many as the carrier's queues take by themselves. */
const mostWaiting = 1000

/**
 * Asks for a person: `{ status, waitedSeconds }`. Where the line is closed, nobody is signed in or the queue
 * is full the answer comes at once; else the caller takes a place and the answer when the wait is over:
 * `bridged` after the talk, `left` by key, `timeout`, `closed`, or `error`.
 */
export const enqueue: Writing = {
  writes: true,
  answer: async (params, context, effects) => {
    const name = queueParam(params, context)
    const queue = context.flowSet.queues.get(name)
    if (queue === undefined || queue.maxWaitSeconds === 0 || !isOpen(context)) {
      return result({ status: 'closed', waitedSeconds: 0 }, { queue: name })
    }
    const topic = textParam(params, 'topic')
    const taken = await effects.takePlace(
      {
        callSid: context.callSid,
        phone: context.from,
        queue: name,
        topic: topic === '' ? null : topic.slice(0, 200),
        language: textParam(params, 'language') || context.language,
        ...needIn(queue, params),
      },
      mostWaiting,
    )
    if (taken.kind !== 'taken') {
      const status = taken.kind === 'full' ? 'full' : 'closed'
      return result({ status, waitedSeconds: 0 }, { queue: name })
    }
    return {
      waits: { kind: 'queue', queue: name, place: taken.place.id },
      changes: { queue: name },
    }
  },
}

/** By the schedule of the line; a line without one never closes. */
export const isOpen = ({
  line,
  flowSet,
  now,
}: Pick<PlatformContext, 'line' | 'flowSet' | 'now'>) => {
  const schedule = flowSet.schedules.get(line?.schedule ?? '')
  return schedule === undefined || opening(schedule, now).open
}
