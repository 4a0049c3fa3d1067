import { type Money, type Noun, nouns } from './speaker.ts'
import { ablative, dative, locative } from './tt-endings.ts'

export const months = [
  'гыйнвар',
  'февраль',
  'март',
  'апрель',
  'май',
  'июнь',
  'июль',
  'август',
  'сентябрь',
  'октябрь',
  'ноябрь',
  'декабрь',
]

/** Monday first. */
export const weekdays = [
  'дүшәмбе',
  'сишәмбе',
  'чәршәмбе',
  'пәнҗешәмбе',
  'җомга',
  'шимбә',
  'якшәмбе',
]

/** After a number the noun stays in the singular: «өч минут». */
export const things: Readonly<Record<Noun, string>> = {
  second: 'секунд',
  minute: 'минут',
  hour: 'сәгать',
  day: 'көн',
  'working-day': 'эш көне',
  'calendar-day': 'календарь көне',
  week: 'атна',
  month: 'ай',
  year: 'ел',
  attempt: 'омтылыш',
  person: 'кеше',
  operator: 'оператор',
  call: 'шалтырату',
  document: 'документ',
  application: 'гариза',
  case: 'мөрәҗәгать',
  message: 'хәбәр',
  photo: 'фоторәсем',
  page: 'бит',
  digit: 'цифр',
  place: 'урын',
  megabyte: 'мегабайт',
  rouble: 'сум',
  kopeck: 'тиен',
}

export const moneyNames: Readonly<
  Record<Money['currency'], { readonly whole: string; readonly hundredth: string }>
> = {
  RUB: { whole: things.rouble, hundredth: things.kopeck },
  USD: { whole: 'доллар', hundredth: 'цент' },
  EUR: { whole: 'евро', hundredth: 'цент' },
}

export const nounNames: ReadonlyMap<string, Noun> = new Map(
  nouns.map((noun) => [things[noun], noun]),
)

/** Each of these is said in one breath. */
export const phrases = {
  yes: 'әйе',
  no: 'юк',
  minus: 'минус',
  plus: 'плюс',
  whole: 'бөтен',
  star: 'йолдызчык',
  hash: 'рәшәткә',
  about: 'якынча',
  underMinute: 'бер минуттан азрак',
  clock: 'сәгать',
  until: 'кадәр',
  ofYear: 'елның',
  midnight: 'төн уртасы',
  atMidnight: 'төн уртасында',
  fromMidnight: 'төн уртасыннан',
  toMidnight: 'төн уртасына',
} as const

/** Parts of a whole: «өч бөтен уннан биш» is 3.5. */
export const denominators = ['ун', 'йөз', 'мең'].map(ablative)

/** «чәршәмбе көнне»: on that day of the week. */
export const onWeekday = (name: string): string => `${name} көнне`

/** Endings that hours and minutes take: at, from, to. */
export const clockEndings = [locative, ablative, dative]
