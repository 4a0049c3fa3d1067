import { isDeepStrictEqual } from 'node:util'
import type { Card } from '../../operators/card.ts'
import type {
  CallState,
  ConsoleState,
  DayState,
  OpenPlace,
  OperatorState,
} from '../../operators/console-state.ts'
import { isAtLeast } from '../../operators/permissions.ts'
import type { DayCurve } from '../../queues/day-curve.ts'
import { estimateOf } from '../../queues/estimates.ts'
import { expectedWait } from '../../routing/expected-wait.ts'
import { localIso } from '../../schedules/local-time.ts'
import { localIsoOrNull } from '../http/iso-time.ts'
import type {
  CallCard,
  CurveView,
  OperatorView,
  OutageView,
  OwnCall,
  OwnDay,
  PlaceView,
  QueueView,
  Snapshot,
} from './protocol.ts'

/** What the flows say that consoles show. */
export type Setting = {
  readonly timeZone: string
  readonly queues: readonly { readonly name: string; readonly skills: readonly string[] }[]
  readonly topics: readonly string[]
  readonly topicNames: Readonly<Record<string, string>>
  readonly thresholdSeconds: number
}

/** What all operators see alike. */
export type Lists = {
  readonly queues: readonly QueueView[]
  /** Those a call can be handed to. */
  readonly signedIn: readonly OperatorView[]
}

/** The state in the words of the protocol: lists that many people see alike are made once. */
export type Views = Lists & {
  readonly serverTime: string
  readonly setting: Setting
  /** Everybody, in the order of logins. */
  readonly operators: readonly OperatorView[]
  readonly places: readonly PlaceView[]
  readonly curves: readonly CurveView[]
  readonly outage: OutageView | null
  /** Rows that the views were made of. */
  readonly made: {
    readonly operators: Made<OperatorState, OperatorView>
    readonly places: Made<OpenPlace, PlaceView>
    readonly calls: Made<CallState, CallView>
    readonly days: Made<DayState, OwnDay>
    readonly curves: Made<DayCurve, CurveView>
  }
}

/** A call without who it is. */
type CallView = Omit<OwnCall, 'card'> & { readonly reservationId: string }

type Made<Row, View> = ReadonlyMap<string, { readonly row: Row; readonly view: View }>

/**
 * @param before the views before: what has not changed is the same object, so that comparing is quick
 */
export const viewsOf = (state: ConsoleState, setting: Setting, before: Views | null): Views => {
  const previous = before?.setting === setting ? before : null
  const { timeZone } = setting
  const made = {
    operators: makeViews(
      state.operators,
      previous?.made.operators,
      ({ login }) => login,
      (row) => operatorView(row, timeZone),
    ),
    places: makeViews(
      state.places,
      previous?.made.places,
      ({ id }) => id,
      (row) => placeView(row, timeZone),
    ),
    calls: makeViews(state.calls, previous?.made.calls, ownKey, (row) => callView(row, timeZone)),
    days: makeViews(state.days, previous?.made.days, ownKey, (row) => ownDay(row, timeZone)),
    curves: makeViews(state.curves, previous?.made.curves, ownKey, (row, name) =>
      curveView(name, row, timeZone),
    ),
  }
  const operators = keepList(
    previous?.operators,
    sortedBy(made.operators, ({ login }) => login),
  )
  const isSignedIn = ({ presence }: OperatorView) => presence !== 'offline'
  return {
    serverTime: localIso(state.at, timeZone),
    setting,
    operators,
    signedIn: keepList(previous?.signedIn, operators.filter(isSignedIn)),
    places: keepList(
      previous?.places,
      sortedBy(made.places, ({ id }) => id),
    ),
    curves: keepList(
      previous?.curves,
      sortedBy(made.curves, ({ name }) => name),
    ),
    outage: outageView(state, timeZone),
    queues: keepQueues(previous?.queues, queueViews(state, setting)),
    made,
  }
}

/** Of an array or of a map: either goes through all of its rows without making anything for each. */
type Rows<Row, Key> = { forEach(each: (row: Row, key: Key) => void): void }

const ownKey = (_row: unknown, key: string): string => key

const makeViews = <Row, Key, View>(
  rows: Rows<Row, Key>,
  previous: Made<Row, View> | undefined,
  keyOf: (row: Row, key: Key) => string,
  view: (row: Row, key: string) => View,
): Made<Row, View> => {
  const made = new Map<string, { readonly row: Row; readonly view: View }>()
  rows.forEach((row, own) => {
    const key = keyOf(row, own)
    const known = previous?.get(key)
    if (known?.row === row) made.set(key, known)
    // The row that was read last is kept, so that it is the very same the next time.
    else if (known !== undefined && isSameRow(known.row, row))
      made.set(key, { row, view: known.view })
    else made.set(key, { row, view: view(row, key) })
  })
  return made
}

const sortedBy = <View>(
  made: Made<unknown, View>,
  keyOf: (view: View) => string,
): readonly View[] => {
  const views: View[] = []
  made.forEach(({ view }) => {
    views.push(view)
  })
  return views.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
}

/** As `isDeepStrictEqual`, to which all instants are the same; they are shown to the millisecond. */
const isSameRow = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return false
  if (one instanceof Temporal.Instant)
    return other instanceof Temporal.Instant && one.epochMilliseconds === other.epochMilliseconds
  if (one instanceof Temporal.PlainDate)
    return other instanceof Temporal.PlainDate && one.equals(other)
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => isSameRow(Reflect.get(one, key), Reflect.get(other, key)))
  )
}

/** The list before, if it has the very same items. */
const keepList = <T>(previous: readonly T[] | undefined, next: readonly T[]): readonly T[] =>
  previous !== undefined &&
  previous.length === next.length &&
  next.every((item, index) => item === previous[index])
    ? previous
    : next

const keepQueues = (
  previous: readonly QueueView[] | undefined,
  next: readonly QueueView[],
): readonly QueueView[] => {
  const before = new Map(previous?.map((queue) => [queue.name, queue]))
  return keepList(
    previous,
    next.map((queue) => {
      const known = before.get(queue.name)
      return known !== undefined && isDeepStrictEqual(known, queue) ? known : queue
    }),
  )
}

const none: readonly never[] = Object.freeze([])

const emptyDay: OwnDay = { answered: 0, missed: 0, talkSeconds: 0, calls: [] }

/**
 * What one operator sees; null when there is no such operator any more.
 *
 * @param lists what is shown to those who are no supervisors: older ones, perhaps
 * @param isLooking wants to see whom a call can be handed to; supervisors see everybody all the time
 */
export const snapshotFor = (
  views: Views,
  login: string,
  card: CallCard | null,
  lists: Lists = views,
  isLooking = false,
): Snapshot | null => {
  const { made, setting } = views
  const me = made.operators.get(login)?.view
  if (me === undefined) return null
  const call = made.calls.get(login)?.view
  const seesAll = isAtLeast(me.role, 'supervisor')
  return {
    me,
    call:
      call === undefined || card?.reservationId !== call.reservationId ? null : ownCall(call, card),
    day: made.days.get(login)?.view ?? emptyDay,
    queues: seesAll ? views.queues : lists.queues,
    operators: seesAll ? views.operators : isLooking ? lists.signedIn : none,
    places: seesAll ? views.places : none,
    curves: seesAll ? views.curves : none,
    outage: views.outage,
    topics: setting.topics,
    topicNames: setting.topicNames,
    serverTime: views.serverTime,
  }
}

const operatorView = (operator: OperatorState, timeZone: string): OperatorView => ({
  login: operator.login,
  name: operator.name,
  role: operator.role,
  skills: operator.skills,
  languages: operator.languages,
  presence: operator.state,
  since: localIso(operator.since, timeZone),
  reason: operator.reason,
  wrapUpUntil: localIsoOrNull(operator.wrapUpUntil, timeZone),
  placeId: operator.placeId,
})

const placeView = (place: OpenPlace, timeZone: string): PlaceView => ({
  ...place,
  since: localIso(place.since, timeZone),
  window:
    place.window === null
      ? null
      : { from: localIso(place.window.from, timeZone), to: localIso(place.window.to, timeZone) },
})

/** A card in the words of the protocol. */
export const cardView = (card: Card, timeZone: string): CallCard => ({
  ...card,
  earlierCalls: card.earlierCalls.map((call) => ({
    ...call,
    startedAt: localIso(call.startedAt, timeZone),
  })),
})

const shown = new WeakMap<CallView, OwnCall>()

/** The same object as long as call and card are: nearly always nothing is to be compared. */
const ownCall = (call: CallView, card: CallCard): OwnCall => {
  const known = shown.get(call)
  if (known?.card === card) return known
  const { reservationId: _, ...rest } = call
  const own = { card, ...rest }
  shown.set(call, own)
  return own
}

const callView = (call: CallState, timeZone: string): CallView => ({
  reservationId: call.reservationId,
  state: call.state,
  since: localIso(call.since, timeZone),
  isMuted: call.isMuted,
  transfer: call.transfer,
  ringUntil: localIsoOrNull(call.ringUntil, timeZone),
})

const ownDay = (day: DayState, timeZone: string): OwnDay => ({
  ...day,
  calls: day.calls.map((call) => ({ ...call, startedAt: localIso(call.startedAt, timeZone) })),
})

const curveView = (
  name: string,
  { day, steps, forecast }: DayCurve,
  timeZone: string,
): CurveView => {
  const begin = (halfHour: number) => {
    const plainTime = Temporal.PlainTime.from({
      hour: Math.floor(halfHour / 2),
      minute: (halfHour % 2) * 30,
    })
    return localIso(day.toZonedDateTime({ timeZone, plainTime }).toInstant(), timeZone)
  }
  return {
    name,
    steps: steps.map((step, halfHour) => ({ at: begin(halfHour), ...step })),
    forecast: forecast?.map((offered, halfHour) => ({ at: begin(halfHour), offered })) ?? null,
  }
}

const outageView = ({ outage }: ConsoleState, timeZone: string): OutageView | null =>
  outage === null ? null : { since: localIso(outage.since, timeZone), kind: outage.kind }

const noCounts = {
  offered: 0,
  answered: 0,
  answeredInTime: 0,
  abandoned: 0,
  abandonedInTime: 0,
  leftForCallback: 0,
}

const statesAtWork = new Set<string>(['available', 'reserved', 'talking', 'wrap-up'])

const queueViews = (state: ConsoleState, setting: Setting): readonly QueueView[] => {
  const now = state.at
  const waiting = Map.groupBy(
    state.places.filter((place) => place.state !== 'talking'),
    ({ queue }) => queue,
  )
  const atWork = Map.groupBy(
    state.operators.filter((operator) => statesAtWork.has(operator.state)),
    ({ skills }) => skills.join(' '),
  )
  return setting.queues
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, skills }) => {
      const places = waiting.get(name) ?? []
      const onHold = places.filter(({ mode }) => mode === 'hold')
      const operators = [...atWork.values()].flatMap((alike) =>
        skills.every((skill) => alike[0]?.skills.includes(skill)) ? alike : [],
      )
      const longest = firstOf(onHold)
      const due = places.filter((place) => isDue(place, now))
      const wait = expectedWait({
        ahead: onHold.filter(isNext).length + due.length,
        operators: operators.length,
        free: operators.filter(({ state }) => state === 'available').length,
        ...(state.estimates.get(name) ?? estimateOf(undefined)),
      })
      return {
        name,
        waiting: onHold.length,
        longestSince: longest === null ? null : localIso(longest, setting.timeZone),
        expectedWait: wait === null ? null : Math.round(wait),
        callbacksDue: due.length,
        today: {
          ...(state.counts.get(name) ?? noCounts),
          thresholdSeconds: setting.thresholdSeconds,
        },
      }
    })
}

/** Since when the first of them has been there. By milliseconds: `Temporal.Instant.compare` takes twenty times as long. */
const firstOf = (places: readonly OpenPlace[]): Temporal.Instant | null => {
  let first: Temporal.Instant | null = null
  let firstMs = Number.POSITIVE_INFINITY
  for (const { since } of places) {
    const ms = since.epochMilliseconds
    if (ms < firstMs) [first, firstMs] = [since, ms]
  }
  return first
}

/** For whom nobody is rung yet: who comes now is served after them. */
const isNext = ({ state }: OpenPlace): boolean => state === 'waiting'

const isDue = ({ mode, state, window }: OpenPlace, now: Temporal.Instant): boolean =>
  mode === 'callback' &&
  state === 'waiting' &&
  (window === null || Temporal.Instant.compare(window.from, now) <= 0)
