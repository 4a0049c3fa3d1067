import { inWeek, isMidnight, onOneDay, timeParts, waitMinutes } from './calendar.ts'
import { digitGroup } from './digit-groups.ts'
import type { Manner } from './manner.ts'
import type { Clock, Day, Moment, Noun, Speaker } from './speaker.ts'
import {
  ablative,
  dative,
  locative,
  onLastWord,
  possessive,
  possessiveLocative,
} from './tt-endings.ts'
import { cardinal, ordinal } from './tt-numerals.ts'
import {
  denominators,
  moneyNames,
  months,
  nounNames,
  onWeekday,
  phrases,
  things,
  weekdays,
} from './tt-words.ts'

const plain = (words: string): string => words

const counted = (n: number, thing: string): string => `${cardinal(n)} ${thing}`

const keyNamed = (key: string): string =>
  key === '*' ? phrases.star : key === '#' ? phrases.hash : cardinal(Number(key))

const group = (digits: string): string => digitGroup(digits, cardinal)

const weekdayOf = (day: Day, wanted: boolean): string | null => {
  const index = wanted ? inWeek(day) : null
  return index === null ? null : (weekdays[index - 1] ?? null)
}

/** «егерме бишенче ноябрь», with its year «ике мең егерме алтынчы елның егерме бишенче ноябре». */
const dayNamed = ({ year, month, day }: Day, withYear: boolean, when: boolean): string => {
  const name = months[month - 1] ?? ''
  if (!withYear || year === null) return `${ordinal(day)} ${when ? locative(name) : name}`
  const ofYear = when ? possessiveLocative(name) : possessive(name)
  return `${ordinal(year)} ${phrases.ofYear} ${ordinal(day)} ${ofYear}`
}

/** The day as the answer to "when?": «чәршәмбе көнне, егерме бишенче ноябрьдә». */
const onDay = (day: Day, { weekday, year }: Manner): string => {
  const name = weekdayOf(day, weekday)
  const date = dayNamed(day, year, true)
  return name === null ? date : `${onWeekday(name)}, ${date}`
}

const dateAlone = (day: Day, { weekday, year }: Manner): string => {
  const name = weekdayOf(day, weekday)
  const date = dayNamed(day, year, false)
  return name === null ? date : `${name}, ${date}`
}

/** Hours and minutes with an ending on the last word: «ун», «ун утызда», «ун ноль биштән». */
const figures = ({ hour, minute }: Clock, ending: (word: string) => string): string => {
  const said =
    minute === 0
      ? cardinal(hour)
      : `${cardinal(hour)} ${minute < 10 ? `${cardinal(0)} ` : ''}${cardinal(minute)}`
  return onLastWord(said, ending)
}

const clockOf = (clock: Clock, ending: (word: string) => string, midnight: string): string =>
  isMidnight(clock) ? midnight : `${phrases.clock} ${figures(clock, ending)}`

const at = (clock: Clock): string => clockOf(clock, locative, phrases.atMidnight)
const from = (clock: Clock): string => clockOf(clock, ablative, phrases.fromMidnight)
const to = (clock: Clock): string =>
  `${clockOf(clock, dative, phrases.toMidnight)} ${phrases.until}`

/** «сәгать уннан уникегә кадәр»: the word for the clock is said once. */
const between = (opens: Clock, closes: Clock): string =>
  isMidnight(opens) || isMidnight(closes)
    ? `${from(opens)} ${to(closes)}`
    : `${from(opens)} ${figures(closes, dative)} ${phrases.until}`

const lengthOf = (seconds: number): string =>
  timeParts(seconds)
    .map(({ n, noun }) => counted(n, things[noun]))
    .join(' ')

/**
 * Tatar. Cases that a document asks for with Russian in mind change nothing but this: a date or time with
 * a case is named, without one it answers "when?".
 */
export const tatar: Speaker = Object.freeze({
  truth: (value) => (value ? phrases.yes : phrases.no),

  number: ({ negative, whole, fraction }) => {
    const sign = negative ? `${phrases.minus} ` : ''
    if (fraction === '') return sign + cardinal(whole)
    const parts = `${denominators[fraction.length - 1]} ${cardinal(Number(fraction))}`
    return `${sign}${cardinal(whole)} ${phrases.whole} ${parts}`
  },

  ordinal: (value) => ordinal(value),

  keys: (keys, separator) => [...keys].map(keyNamed).join(separator),

  telephone: (groups, plus) => (plus ? `${phrases.plus} ` : '') + groups.map(group).join(', '),

  applicationNumber: (year, threes) => [cardinal(year), ...threes.map(group)].join(', '),

  date: (day, manner) => (manner.case === null ? onDay(day, manner) : dateAlone(day, manner)),

  time: (clock, manner) =>
    manner.at && manner.case === null ? at(clock) : clockOf(clock, plain, phrases.midnight),

  dateTime: ({ day, clock }, manner) =>
    manner.case === null
      ? `${onDay(day, manner)}, ${at(clock)}`
      : `${dateAlone(day, manner)}, ${clockOf(clock, plain, phrases.midnight)}`,

  window: (opens, closes, manner) => {
    const wanted = { ...manner, weekday: true }
    if (onOneDay(opens, closes))
      return `${onDay(opens.day, wanted)}, ${between(opens.clock, closes.clock)}`
    const border = ({ day, clock }: Moment, said: (clock: Clock) => string) =>
      `${dateAlone(day, wanted)}, ${said(clock)}`
    return `${border(opens, from)}, ${border(closes, to)}`
  },

  hours: between,

  duration: (seconds, manner) => {
    if (!manner.about) return lengthOf(Math.round(seconds))
    const minutes = waitMinutes(seconds)
    return minutes === 0 ? phrases.underMinute : `${phrases.about} ${lengthOf(minutes * 60)}`
  },

  money: ({ currency, whole, hundredths }) => {
    const names = moneyNames[currency]
    const said: string[] = []
    if (whole > 0 || hundredths === 0) said.push(counted(whole, names.whole))
    if (hundredths > 0) said.push(counted(hundredths, names.hundredth))
    return said.join(' ')
  },

  count: (count, noun: Noun, manner) =>
    (manner.about ? `${phrases.about} ` : '') + counted(count, things[noun]),

  nounNamed: (name) => nounNames.get(name),
})
