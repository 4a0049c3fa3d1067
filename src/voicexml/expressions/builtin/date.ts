import { preferred, toNumber } from '../convert.ts'
import { scriptFault, typeFault } from '../fault.ts'
import type { Machine } from '../value.ts'
import {
  createFunction,
  createNative,
  createObject,
  prototypeOf,
  type ScriptObject,
  type Slot,
  slot,
  slotOf,
  type Value,
} from '../value.ts'

const createDate = (milliseconds: number): ScriptObject => {
  const date = createObject()
  date[slot] = { kind: 'date', milliseconds: new Date(milliseconds).getTime() }
  return date
}

const now = (machine: Machine): number => {
  if (machine.budget.now === null) throw typeFault('the current time is not available here')
  return machine.budget.now
}

const fromFields = (machine: Machine, args: readonly Value[]): number => {
  const [year = Number.NaN, month = 0, day = 1, hours = 0, minutes = 0, seconds = 0, rest = 0] =
    args.map((arg) => toNumber(machine, arg))
  return Date.UTC(year, month, day, hours, minutes, seconds, rest)
}

/** Only ISO 8601 texts, and those without an offset are UTC: what others mean depends on the machine. */
const fromText = (text: string): number => {
  const iso = /^\d{4}(-\d\d(-\d\d)?)?(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(
    text,
  )
  if (!iso) return Number.NaN
  return Date.parse(iso[3] !== undefined && iso[6] === undefined ? `${text}Z` : text)
}

const construct = (machine: Machine, args: readonly Value[]): ScriptObject => {
  if (args.length === 0) return createDate(now(machine))
  if (args.length > 1) return createDate(fromFields(machine, args))
  const value = preferred(machine, args[0])
  return createDate(typeof value === 'string' ? fromText(value) : Number(value))
}

const FIELDS = [
  'FullYear',
  'Month',
  'Date',
  'Day',
  'Hours',
  'Minutes',
  'Seconds',
  'Milliseconds',
] as const

const methods: [string, (date: Date) => Value][] = [
  ['getTime', (date) => date.getTime()],
  ['valueOf', (date) => date.getTime()],
  ['getTimezoneOffset', () => 0],
  ...FIELDS.flatMap((field): [string, (date: Date) => Value][] => [
    [`get${field}`, (date) => date[`getUTC${field}`]()],
    [`getUTC${field}`, (date) => date[`getUTC${field}`]()],
  ]),
  ...['toISOString', 'toJSON', 'toString'].map((name): [string, (date: Date) => Value] => [
    name,
    (date) => {
      if (!Number.isNaN(date.getTime())) return date.toISOString()
      if (name === 'toISOString') throw scriptFault('RangeError', 'the date is invalid')
      return name === 'toJSON' ? null : 'Invalid Date'
    },
  ]),
]

const dateOf = (self: Value, name: string): Extract<Slot, { kind: 'date' }> => {
  const hidden = slotOf(self)
  if (hidden?.kind !== 'date') throw typeFault(`${name} is called on what is not a date`)
  return hidden
}

const reading = methods.map(([name, method]): [string, Value] => [
  name,
  createFunction(`Date.prototype.${name}`, (_, self) =>
    method(new Date(dateOf(self, name).milliseconds)),
  ),
])

/** How many parts each sets at most: `setHours(hours, minutes, seconds, milliseconds)`. */
const SETTING = new Map<Exclude<(typeof FIELDS)[number], 'Day'>, number>([
  ['FullYear', 3],
  ['Month', 2],
  ['Date', 1],
  ['Hours', 4],
  ['Minutes', 3],
  ['Seconds', 2],
  ['Milliseconds', 1],
])

const writing = [...SETTING].flatMap(([field, most]) =>
  [`set${field}`, `setUTC${field}`].map((name): [string, Value] => [
    name,
    createFunction(`Date.prototype.${name}`, (machine, self, args) => {
      const hidden = dateOf(self, name)
      const numbers = args.slice(0, most).map((arg) => toNumber(machine, arg))
      const date = new Date(hidden.milliseconds)
      const set: (...parts: number[]) => number = date[`setUTC${field}`]
      hidden.milliseconds = set.apply(date, numbers.length === 0 ? [Number.NaN] : numbers)
      return hidden.milliseconds
    }),
  ]),
)

/** Methods of dates (ECMA-262 5.1, 15.9.5). Local time is UTC. */
export const dateMethods: ReadonlyMap<string, Value> = new Map([
  ...reading,
  ...writing,
  [
    'setTime',
    createFunction('Date.prototype.setTime', (machine, self, [value]) => {
      const hidden = dateOf(self, 'setTime')
      hidden.milliseconds = new Date(toNumber(machine, value)).getTime()
      return hidden.milliseconds
    }),
  ],
])

/** `Date`; the present moment is known only when the budget carries it. */
export const dateConstructor: ScriptObject = createNative(
  {
    id: 'Date',
    run: (machine) => new Date(now(machine)).toISOString(),
    construct,
    hasInstance: (value) => slotOf(value)?.kind === 'date',
  },
  {
    prototype: prototypeOf('Date', dateMethods),
    now: createFunction('Date.now', (machine) => now(machine)),
    UTC: createFunction('Date.UTC', (machine, _, args) => fromFields(machine, args)),
    parse: createFunction('Date.parse', (machine, _, [text]) =>
      fromText(String(preferred(machine, text))),
    ),
  },
)
