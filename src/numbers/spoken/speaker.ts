import type { Manner } from './manner.ts'

export type Decimal = {
  readonly negative: boolean
  /** 0 … 999 999 999 999. */
  readonly whole: number
  /** Digits after the point, at most three and without zeros at the end; may be empty. */
  readonly fraction: string
}

/** A day; the year is null where it is not known (`????1125`). */
export type Day = { readonly year: number | null; readonly month: number; readonly day: number }

/** Time by the 24-hour clock. */
export type Clock = { readonly hour: number; readonly minute: number }

export type Moment = { readonly day: Day; readonly clock: Clock }

export type Money = {
  readonly currency: 'RUB' | 'USD' | 'EUR'
  readonly whole: number
  readonly hundredths: number
}

/** Things that are counted aloud, by the names that documents use after `count:`. */
export type Noun = (typeof nouns)[number]

export const nouns = [
  'second',
  'minute',
  'hour',
  'day',
  'working-day',
  'calendar-day',
  'week',
  'month',
  'year',
  'attempt',
  'person',
  'operator',
  'call',
  'document',
  'application',
  'case',
  'message',
  'photo',
  'page',
  'digit',
  'place',
  'megabyte',
  'rouble',
  'kopeck',
] as const

/** One language: how each kind of value is put into words. Every function gives words for every value. */
export type Speaker = {
  readonly truth: (value: boolean) => string
  readonly number: (value: Decimal, manner: Manner) => string
  readonly ordinal: (value: number, manner: Manner) => string
  /** `keys` of `0-9*#`, named one by one. */
  readonly keys: (keys: string, separator: string, manner: Manner) => string
  /** Groups of digits as the country writes them; `plus`: the first is a country code. */
  readonly telephone: (groups: readonly string[], plus: boolean) => string
  readonly applicationNumber: (year: number, threes: readonly string[]) => string
  readonly date: (day: Day, manner: Manner) => string
  readonly time: (clock: Clock, manner: Manner) => string
  readonly dateTime: (moment: Moment, manner: Manner) => string
  /** From and to on days. */
  readonly window: (from: Moment, to: Moment, manner: Manner) => string
  /** From and to on no particular day. */
  readonly hours: (from: Clock, to: Clock) => string
  readonly duration: (seconds: number, manner: Manner) => string
  readonly money: (money: Money, manner: Manner) => string
  readonly count: (count: number, noun: Noun, manner: Manner) => string
  /** What the language calls a noun, so that documents may use that name too. */
  readonly nounNamed: (name: string) => Noun | undefined
}
