import { citizensDay } from '../../callbacks/calling-hours.ts'
import { dialable } from '../../numbers/dialable.ts'
import { nationalForm, parseNumber } from '../../numbers/e164.ts'
import { callbackWindows, furthestDays } from '../../schedules/callback-windows.ts'
import { localIso } from '../../schedules/local-time.ts'
import { isWithinHours } from '../../schedules/opening.ts'
import { alwaysOpen, type Schedule } from '../../schedules/schedule.ts'
import { addWorkingTime } from '../../schedules/working-time.ts'
import { needIn } from './need.ts'
import {
  type Params,
  type PlatformContext,
  queueParam,
  type Reading,
  result,
  textParam,
  type Writing,
} from './platform-function.ts'

/** Windows offered to a caller: long enough to keep, few enough to listen to. */
const windowWish = { lengthMinutes: 120, count: 5, leadMinutes: 30 } as const

/** Looked through for windows by day where the caller lives. */
const manyWindows = 40

/** Whether a number is one that the hotline may call: `{ valid, allowed, e164, national }`. */
export const phoneNumber: Reading = {
  writes: false,
  answer: (params, context) => {
    const text = textParam(params, 'phone')
    const number = parseNumber(text)
    return result({
      valid: number !== null,
      allowed: dialable(text, ownNumbers(context)).kind === 'dialable',
      e164: number,
      national: number === null ? null : nationalForm(number),
    })
  },
}

/**
 * The next windows within working hours, and by day where the caller lives: `{ windows: [{ from, to }] }`,
 * local date-times of the schedule.
 */
export const callbackWindowsFunction: Reading = {
  writes: false,
  answer: (params, context) => {
    const schedule = scheduleOf(params, context)
    const day = citizensDay(context.from, schedule.timeZone)
    const windows = callbackWindows(schedule, context.now, { ...windowWish, count: manyWindows })
      .filter((window) => isWithinHours(day, window))
      .slice(0, windowWish.count)
    return result({
      windows: windows.map(({ from, to }) => ({
        from: localIso(from, schedule.timeZone),
        to: localIso(to, schedule.timeZone),
      })),
    })
  },
}

/**
 * Asks to be called back, as soon as possible or within a window of working hours: `{ status, ticket,
 * from, to, reason }`. Without `phone` the calling number is meant.
 */
export const callbackRequest: Writing = {
  writes: true,
  answer: async (params, context, effects) => {
    const schedule = scheduleOf(params, context)
    const phone = dialable(textParam(params, 'phone') || context.from, ownNumbers(context))
    if (phone.kind === 'refused') {
      return refused(phone.reason === 'unreadable' ? 'no-number' : 'number-not-allowed')
    }
    const window = windowOf(params, schedule, context.now)
    if (typeof window === 'string') return refused(window)
    const queue = queueParam(params, context)
    const topic = textParam(params, 'topic')
    const answer = await effects.requestCallback({
      callSid: context.callSid,
      phone: phone.number,
      queue,
      topic: topic === '' ? null : topic,
      window,
      now: context.now,
      line: context.line?.number ?? null,
      language: context.language,
      ...needOf(queue, params, context),
      ...promiseOf(schedule, context.now),
    })
    if (answer.status === 'refused') return refused(answer.reason)
    return result(
      {
        status: answer.status,
        ticket: answer.ticket,
        from: answer.window === null ? null : localIso(answer.window.from, schedule.timeZone),
        to: answer.window === null ? null : localIso(answer.window.to, schedule.timeZone),
      },
      { callbackTicket: answer.ticket, queue, outcome: 'callback-requested' },
    )
  },
}

/** What the operator must know, how it ranks, and whom to ring first. */
const needOf = (name: string, params: Params, { flowSet }: PlatformContext) => {
  const queue = flowSet.queues.get(name)
  return queue === undefined ? {} : { order: queue.callbackOrder, need: needIn(queue, params) }
}

/** As soon as possible means within so much time that the line works. */
const soon = Temporal.Duration.from({ hours: 2 })

const promiseOf = (schedule: Schedule, now: Temporal.Instant) => {
  const promisedBy = addWorkingTime(schedule, now, soon)
  return promisedBy === null ? {} : { promisedBy }
}

const refused = (reason: string) =>
  result({ status: 'refused', reason, ticket: null, from: null, to: null })

/** Calling one of our own lines would bring the call back to us. */
const ownNumbers = (context: PlatformContext): ReadonlySet<string> =>
  new Set(context.flowSet.lines.keys())

const scheduleOf = (params: Params, context: PlatformContext): Schedule =>
  context.flowSet.schedules.get(textParam(params, 'schedule') || context.line?.schedule || '') ??
  alwaysOpen(context.flowSet.timezone)

/** The window asked for; null = as soon as possible; a text = why it cannot be. */
const windowOf = (params: Params, schedule: Schedule, now: Temporal.Instant) => {
  const texts = [textParam(params, 'from'), textParam(params, 'to')] as const
  if (texts[0] === '' && texts[1] === '') return null
  const from = instantOf(texts[0], schedule.timeZone)
  const to = instantOf(texts[1], schedule.timeZone)
  if (from === null || to === null || Temporal.Instant.compare(from, to) >= 0)
    return 'outside-hours'
  if (Temporal.Instant.compare(to, now) <= 0) return 'too-late'
  if (from.since(now).total('hours') > furthestDays * 24) return 'outside-hours'
  return isWithinHours(schedule, { from, to }) ? { from, to } : 'outside-hours'
}

/** A date-time with offset, or a local one of the zone. */
const instantOf = (text: string, timeZone: string): Temporal.Instant | null => {
  try {
    return /(?:Z|[+-]\d\d:?\d\d)$/.test(text)
      ? Temporal.Instant.from(text)
      : Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).toInstant()
  } catch {
    return null
  }
}
