import { inWeek, onOneDay, timeParts, waitMinutes } from './calendar.ts'
import { digitGroup } from './digit-groups.ts'
import type { Case, Manner } from './manner.ts'
import { type Forms, forms, inCase } from './ru-forms.ts'
import { russianMoney, russianNouns } from './ru-nouns.ts'
import { cardinal, counted } from './ru-numerals.ts'
import { ordinal } from './ru-ordinals.ts'
import { type Clock, type Day, type Decimal, type Noun, nouns, type Speaker } from './speaker.ts'

const months = [
  'января',
  'февраля',
  'марта',
  'апреля',
  'мая',
  'июня',
  'июля',
  'августа',
  'сентября',
  'октября',
  'ноября',
  'декабря',
]

const weekdays: readonly Forms[] = [
  'понедельник,понедельника,понедельнику,понедельник,понедельником,понедельнике',
  'вторник,вторника,вторнику,вторник,вторником,вторнике',
  'среда,среды,среде,среду,средой,среде',
  'четверг,четверга,четвергу,четверг,четвергом,четверге',
  'пятница,пятницы,пятнице,пятницу,пятницей,пятнице',
  'суббота,субботы,субботе,субботу,субботой,субботе',
  'воскресенье,воскресенья,воскресенью,воскресенье,воскресеньем,воскресенье',
].map(forms)

const midnight = forms('полночь,полуночи,полуночи,полночь,полуночью,полуночи')
const star = forms('звёздочка,звёздочки,звёздочке,звёздочку,звёздочкой,звёздочке')
const hash = forms('решётка,решётки,решётке,решётку,решёткой,решётке')

const plain = (n: number, of: Case = 'nominative'): string =>
  cardinal(n, { gender: 'masculine', case: of })

const fractions = [
  { one: 'десятая', many: 'десятых' },
  { one: 'сотая', many: 'сотых' },
  { one: 'тысячная', many: 'тысячных' },
]

const endsInOne = (n: number): boolean => n % 10 === 1 && n % 100 !== 11

/** «две целых пять десятых»; the case is not applied to fractions, which documents give as figures. */
const fractional = ({ whole, fraction }: Decimal): string => {
  const feminine = (n: number) => cardinal(n, { gender: 'feminine', case: 'nominative' })
  const part = Number(fraction)
  const name = fractions[fraction.length - 1] ?? { one: '', many: '' }
  return [
    feminine(whole),
    endsInOne(whole) ? 'целая' : 'целых',
    feminine(part),
    endsInOne(part) ? name.one : name.many,
  ].join(' ')
}

const group = (digits: string): string => digitGroup(digits, (n) => plain(n))

const dayOf = ({ year, month, day }: Day, of: Case, withYear: boolean): string => {
  const said = `${ordinal(day, 'neuter', of)} ${months[month - 1]}`
  return withYear && year !== null ? `${said} ${ordinal(year, 'masculine', 'genitive')} года` : said
}

const weekdayOf = (day: Day, of: Case): string | null => {
  const index = inWeek(day)
  const row = index === null ? undefined : weekdays[index - 1]
  return row === undefined ? null : inCase(row, of)
}

/** The day as the answer to "when?": «в среду, двадцать пятого ноября»; without weekday «двадцать пятого ноября». */
const onDay = (day: Day, { weekday, year }: Manner): { said: string; aside: boolean } => {
  const name = weekday ? weekdayOf(day, 'accusative') : null
  const date = dayOf(day, 'genitive', year)
  if (name === null) return { said: date, aside: false }
  return { said: `${name === 'вторник' ? 'во' : 'в'} ${name}, ${date}`, aside: true }
}

const dateInCase = (day: Day, of: Case, { weekday, year }: Manner): string => {
  const name = weekday ? weekdayOf(day, of) : null
  const date = dayOf(day, of, year)
  return name === null ? date : `${name}, ${date}`
}

const clockOf = ({ hour, minute }: Clock, of: Case): string => {
  if (hour === 0 && minute === 0) return inCase(midnight, of)
  const hours = counted(hour, russianNouns.hour, of)
  return minute === 0 ? hours : `${hours} ${counted(minute, russianNouns.minute, of)}`
}

/** Hours of a window, without the words for hour and minute: «десяти», «десяти тридцати», «часа». */
const boundary = ({ hour, minute }: Clock): string => {
  if (hour === 0) return clockOf({ hour, minute }, 'genitive')
  const bare = hour === 1 ? 'часа' : plain(hour, 'genitive')
  if (minute === 0) return bare
  return `${bare} ${minute < 10 ? 'ноль ' : ''}${plain(minute, 'genitive')}`
}

/** «около часа», «около трёх минут»: one alone is said by the noun. */
const about = (n: number, noun: Noun): string =>
  n === 1 ? russianNouns[noun].singular[1] : counted(n, russianNouns[noun], 'genitive')

const names: ReadonlyMap<string, Noun> = new Map(
  nouns.map((noun) => [russianNouns[noun].singular[0], noun]),
)

export const russian: Speaker = Object.freeze({
  truth: (value) => (value ? 'да' : 'нет'),

  number: (value, manner) => {
    const sign = value.negative ? 'минус ' : ''
    if (value.fraction !== '') return sign + fractional(value)
    return (
      sign + cardinal(value.whole, { gender: manner.gender, case: manner.case ?? 'nominative' })
    )
  },

  ordinal: (value, manner) => ordinal(value, manner.gender, manner.case ?? 'nominative'),

  keys: (keys, separator, manner) => {
    const of = manner.case ?? 'nominative'
    const named = (key: string) =>
      key === '*' ? inCase(star, of) : key === '#' ? inCase(hash, of) : plain(Number(key), of)
    return [...keys].map(named).join(separator)
  },

  telephone: (groups, plus) => (plus ? 'плюс ' : '') + groups.map(group).join(', '),

  applicationNumber: (year, threes) => [plain(year), ...threes.map(group)].join(', '),

  date: (day, manner) => {
    if (manner.case !== null) return dateInCase(day, manner.case, manner)
    return onDay(day, manner).said
  },

  time: (clock, manner) => {
    const of = manner.case ?? (manner.at ? 'accusative' : 'nominative')
    return `${manner.at ? 'в ' : ''}${clockOf(clock, of)}`
  },

  dateTime: ({ day, clock }, manner) => {
    if (manner.case !== null)
      return `${clockOf(clock, manner.case)} ${dateInCase(day, 'genitive', manner)}`
    const { said, aside } = onDay(day, manner)
    return `${said}${aside ? ',' : ''} в ${clockOf(clock, 'accusative')}`
  },

  window: (from, to, manner) => {
    const wanted = { ...manner, weekday: true }
    if (onOneDay(from, to))
      return `${onDay(from.day, wanted).said}, с ${boundary(from.clock)} до ${boundary(to.clock)}`
    const border = (moment: typeof from) =>
      `${clockOf(moment.clock, 'genitive')} ${dateInCase(moment.day, 'genitive', wanted)}`
    return `с ${border(from)}, до ${border(to)}`
  },

  hours: (from, to) => `с ${boundary(from)} до ${boundary(to)}`,

  duration: (seconds, manner) => {
    if (!manner.about)
      return timeParts(Math.round(seconds))
        .map(({ n, noun }) => counted(n, russianNouns[noun], manner.case ?? 'nominative'))
        .join(' ')
    const minutes = waitMinutes(seconds)
    if (minutes === 0) return 'меньше минуты'
    return `около ${timeParts(minutes * 60)
      .map(({ n, noun }) => about(n, noun))
      .join(' ')}`
  },

  money: ({ currency, whole, hundredths }, manner) => {
    const of = manner.case ?? 'nominative'
    const { whole: unit, hundredth } = russianMoney[currency]
    const said: string[] = []
    if (whole > 0 || hundredths === 0) said.push(counted(whole, unit, of))
    if (hundredths > 0) said.push(counted(hundredths, hundredth, of))
    return said.join(' ')
  },

  count: (count, noun, manner) =>
    manner.about
      ? `около ${about(count, noun)}`
      : counted(count, russianNouns[noun], manner.case ?? 'nominative'),

  nounNamed: (name) => names.get(name),
})
