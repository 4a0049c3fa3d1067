import { type Pieces, pauses } from './pieces.ts'
import { locative, onLastWord, ordinalForm, possessive, possessiveLocative } from './tt-endings.ts'
import {
  cardinal,
  hundred,
  milliard,
  million,
  ordinal,
  small,
  tens,
  thousand,
} from './tt-numerals.ts'
import {
  clockEndings,
  denominators,
  moneyNames,
  months,
  onWeekday,
  phrases,
  things,
  weekdays,
} from './tt-words.ts'

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** Numbers whose words are recorded in one go, since they are said often: 0 … 99, hundreds, 2000. */
const whole = [...range(0, 99), ...range(2, 9).map((n) => n * 100), 2000]

const singles = [...small, ...tens, hundred, thousand, million, milliard]

/**
 * Everything that Tatar numbers, dates, times and counts are made of, to be recorded once. Single words are
 * enough for every value; the groups make what is said most sound less put together.
 */
export const tatarPieces: Pieces = new Set([
  ...pauses,
  ...singles,
  ...whole.map(cardinal),
  ...range(0, 31).map(ordinal),
  ...[...tens.keys()].map((ten) => ordinal((ten + 2) * 10)),
  ...[100, 1000].map(ordinal),
  ...[million, milliard].map(ordinalForm),
  ...range(0, 50)
    .filter((n) => n < 24 || n % 10 === 0)
    .flatMap((n) => clockEndings.map((ending) => onLastWord(cardinal(n), ending))),
  ...months,
  ...months.map(locative),
  ...months.map(possessive),
  ...months.map(possessiveLocative),
  ...weekdays,
  ...weekdays.map(onWeekday),
  ...Object.values(things),
  ...Object.values(moneyNames).flatMap(({ whole, hundredth }) => [whole, hundredth]),
  ...Object.values(phrases),
  ...denominators,
])
