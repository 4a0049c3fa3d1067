import { inWeek, isMidnight, onOneDay, timeParts, waitMinutes } from './calendar.ts'
import { cardinal, ordinal, yearInWords } from './en-numerals.ts'
import type { Manner } from './manner.ts'
import { type Clock, type Day, type Money, type Noun, nouns, type Speaker } from './speaker.ts'

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const things: Readonly<Record<Noun, readonly [one: string, many: string]>> = {
  second: ['second', 'seconds'],
  minute: ['minute', 'minutes'],
  hour: ['hour', 'hours'],
  day: ['day', 'days'],
  'working-day': ['business day', 'business days'],
  'calendar-day': ['calendar day', 'calendar days'],
  week: ['week', 'weeks'],
  month: ['month', 'months'],
  year: ['year', 'years'],
  attempt: ['attempt', 'attempts'],
  person: ['person', 'people'],
  operator: ['operator', 'operators'],
  call: ['call', 'calls'],
  document: ['document', 'documents'],
  application: ['application', 'applications'],
  case: ['request', 'requests'],
  message: ['message', 'messages'],
  photo: ['photo', 'photos'],
  page: ['page', 'pages'],
  digit: ['digit', 'digits'],
  place: ['place', 'places'],
  megabyte: ['megabyte', 'megabytes'],
  rouble: ['ruble', 'rubles'],
  kopeck: ['kopeck', 'kopecks'],
}

const moneyNames: Readonly<
  Record<
    Money['currency'],
    { whole: readonly [string, string]; hundredth: readonly [string, string] }
  >
> = {
  RUB: { whole: things.rouble, hundredth: things.kopeck },
  USD: { whole: ['dollar', 'dollars'], hundredth: ['cent', 'cents'] },
  EUR: { whole: ['euro', 'euros'], hundredth: ['cent', 'cents'] },
}

const counted = (n: number, [one, many]: readonly [string, string]): string =>
  `${cardinal(n)} ${n === 1 ? one : many}`

const digit = (key: string): string =>
  key === '*' ? 'star' : key === '#' ? 'pound' : cardinal(Number(key))

/** Digit by digit, but round hundreds of a telephone number as such: "eight hundred". */
const group = (digits: string): string =>
  /^[1-9]00$/.test(digits) ? cardinal(Number(digits)) : [...digits].map(digit).join(' ')

const dayOf = (day: Day, { weekday, year }: Manner): { said: string; aside: boolean } => {
  const index = weekday ? inWeek(day) : null
  const date = `the ${ordinal(day.day)} of ${months[day.month - 1]}`
  const dated = year && day.year !== null ? `${date}, ${yearInWords(day.year)}` : date
  return index === null
    ? { said: dated, aside: false }
    : { said: `${weekdays[index - 1]}, ${dated}`, aside: true }
}

const half = ({ hour }: Clock): string => (hour < 12 ? 'a.m.' : 'p.m.')

const isNoon = ({ hour, minute }: Clock): boolean => hour === 12 && minute === 0

const hourAndMinute = ({ hour, minute }: Clock): string => {
  const hours = cardinal(hour % 12 === 0 ? 12 : hour % 12)
  if (minute === 0) return hours
  return `${hours} ${minute < 10 ? 'oh ' : ''}${cardinal(minute)}`
}

const clockOf = (clock: Clock): string => {
  if (isMidnight(clock)) return 'midnight'
  return isNoon(clock) ? 'noon' : `${hourAndMinute(clock)} ${half(clock)}`
}

/** The half of the day is said once where both ends share it. */
const between = (from: Clock, to: Clock): string => {
  const named = [from, to].some((clock) => isMidnight(clock) || isNoon(clock))
  const first = !named && half(from) === half(to) ? hourAndMinute(from) : clockOf(from)
  return `from ${first} to ${clockOf(to)}`
}

const names: ReadonlyMap<string, Noun> = new Map(nouns.map((noun) => [things[noun][0], noun]))

/** American English. */
export const english: Speaker = Object.freeze({
  truth: (value) => (value ? 'yes' : 'no'),

  number: ({ negative, whole, fraction }) =>
    [
      negative ? 'minus ' : '',
      cardinal(whole),
      fraction === '' ? '' : ` point ${[...fraction].map(digit).join(' ')}`,
    ].join(''),

  ordinal: (value) => ordinal(value),

  keys: (keys, separator) => [...keys].map(digit).join(separator),

  telephone: (groups, plus) => (plus ? 'plus ' : '') + groups.map(group).join(', '),

  applicationNumber: (year, threes) => [yearInWords(year), ...threes.map(group)].join(', '),

  date: (day, manner) => {
    const { said, aside } = dayOf(day, manner)
    return manner.case === null && (aside || manner.at) ? `on ${said}` : said
  },

  time: (clock, manner) => (manner.at ? `at ${clockOf(clock)}` : clockOf(clock)),

  dateTime: ({ day, clock }, manner) => {
    const { said, aside } = dayOf(day, manner)
    return manner.case === null
      ? `on ${said}${aside ? ',' : ''} at ${clockOf(clock)}`
      : `${clockOf(clock)} on ${said}`
  },

  window: (from, to, manner) => {
    const wanted = { ...manner, weekday: true }
    if (onOneDay(from, to))
      return `on ${dayOf(from.day, wanted).said}, ${between(from.clock, to.clock)}`
    const border = ({ day, clock }: typeof from) =>
      `${clockOf(clock)} on ${dayOf(day, wanted).said}`
    return `from ${border(from)}, to ${border(to)}`
  },

  hours: between,

  duration: (seconds, manner) => {
    const said = (length: number) =>
      timeParts(length)
        .map(({ n, noun }) => counted(n, things[noun]))
        .join(' ')
    if (!manner.about) return said(Math.round(seconds))
    const minutes = waitMinutes(seconds)
    return minutes === 0 ? 'less than a minute' : `about ${said(minutes * 60)}`
  },

  money: ({ currency, whole, hundredths }) => {
    const names = moneyNames[currency]
    const said: string[] = []
    if (whole > 0 || hundredths === 0) said.push(counted(whole, names.whole))
    if (hundredths > 0) said.push(counted(hundredths, names.hundredth))
    return said.join(' and ')
  },

  count: (count, noun, manner) => (manner.about ? 'about ' : '') + counted(count, things[noun]),

  nounNamed: (name) => names.get(name),
})
