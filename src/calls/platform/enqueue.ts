import type { NewPlace } from '../../queues/ports.ts'
import { opening } from '../../schedules/opening.ts'
import { needIn } from './need.ts'
import {
  type Params,
  type PlatformAnswer,
  type PlatformContext,
  type PlatformWait,
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
  expect: (params, context, newPlaceId) => {
    const asked = wishOf(params, context)
    if (asked.kind === 'closed') return notTaken('closed', asked.queue)
    const place = { ...asked.place, id: newPlaceId() }
    return { ...waits(place.id, asked.queue), place }
  },
  answer: async (params, context, effects) => {
    const asked = wishOf(params, context)
    if (asked.kind === 'closed') return notTaken('closed', asked.queue)
    const taken = await effects.takePlace(asked.place.wish, asked.place.limit)
    return taken.kind === 'taken'
      ? waits(taken.place.id, asked.queue)
      : notTaken(taken.kind === 'full' ? 'full' : 'closed', asked.queue)
  },
}

type Asked =
  | { readonly kind: 'closed'; readonly queue: string }
  | { readonly kind: 'place'; readonly queue: string; readonly place: Omit<NewPlace, 'id'> }

const wishOf = (params: Params, context: PlatformContext): Asked => {
  const name = queueParam(params, context)
  const queue = context.flowSet.queues.get(name)
  if (queue === undefined || queue.maxWaitSeconds === 0 || !isOpen(context)) {
    return { kind: 'closed', queue: name }
  }
  const topic = textParam(params, 'topic')
  const wish = {
    callSid: context.callSid,
    phone: context.from,
    queue: name,
    topic: topic === '' ? null : topic.slice(0, 200),
    language: textParam(params, 'language') || context.language,
    ...needIn(queue, params),
  }
  return { kind: 'place', queue: name, place: { wish, limit: mostWaiting } }
}

const waits = (place: string, queue: string): PlatformWait => ({
  waits: { kind: 'queue', queue, place },
  changes: { queue },
})

const notTaken = (status: 'full' | 'closed', queue: string): PlatformAnswer =>
  result({ status, waitedSeconds: 0 }, { queue })

/** By the schedule of the line; a line without one never closes. */
export const isOpen = ({
  line,
  flowSet,
  now,
}: Pick<PlatformContext, 'line' | 'flowSet' | 'now'>) => {
  const schedule = flowSet.schedules.get(line?.schedule ?? '')
  return schedule === undefined || opening(schedule, now).open
}
