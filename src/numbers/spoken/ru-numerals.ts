import type { Case, Gender } from './manner.ts'
import { type Forms, forms, inCase, noun, type RussianNoun } from './ru-forms.ts'

const one: Record<Gender, Forms> = {
  masculine: forms('один,одного,одному,один,одним,одном'),
  feminine: forms('одна,одной,одной,одну,одной,одной'),
  neuter: forms('одно,одного,одному,одно,одним,одном'),
}

const two: Record<Gender, Forms> = {
  masculine: forms('два,двух,двум,два,двумя,двух'),
  feminine: forms('две,двух,двум,две,двумя,двух'),
  neuter: forms('два,двух,двум,два,двумя,двух'),
}

const zero = forms('ноль,нуля,нулю,ноль,нулём,нуле')
const three = forms('три,трёх,трём,три,тремя,трёх')
const four = forms('четыре,четырёх,четырём,четыре,четырьмя,четырёх')

/** Numerals in -ь: пять, пяти, пяти, пять, пятью, пяти. */
const soft = (stem: string): Forms => [
  `${stem}ь`,
  `${stem}и`,
  `${stem}и`,
  `${stem}ь`,
  `${stem}ью`,
  `${stem}и`,
]
const eight = forms('восемь,восьми,восьми,восемь,восемью,восьми')

export const teens = [
  'десят',
  'одиннадцат',
  'двенадцат',
  'тринадцат',
  'четырнадцат',
  'пятнадцат',
  'шестнадцат',
  'семнадцат',
  'восемнадцат',
  'девятнадцат',
].map(soft)

export const units = [
  zero,
  one.masculine,
  two.masculine,
  three,
  four,
  soft('пят'),
  soft('шест'),
  soft('сем'),
  eight,
  soft('девят'),
]

/** Both halves change: пятьдесят, пятидесяти, пятьюдесятью. */
const compoundTen = (unit: Forms): Forms =>
  unit.map(
    (form, index) => `${form}${['десят', 'десяти', 'десяти', 'десят', 'десятью', 'десяти'][index]}`,
  ) as unknown as Forms

export const tens: readonly Forms[] = [
  zero,
  soft('десят'),
  soft('двадцат'),
  soft('тридцат'),
  forms('сорок,сорока,сорока,сорок,сорока,сорока'),
  compoundTen(soft('пят')),
  compoundTen(soft('шест')),
  compoundTen(soft('сем')),
  compoundTen(eight),
  forms('девяносто,девяноста,девяноста,девяносто,девяноста,девяноста'),
]

const compoundHundred = (unit: Forms): Forms =>
  unit.map(
    (form, index) => `${form}${['сот', 'сот', 'стам', 'сот', 'стами', 'стах'][index]}`,
  ) as unknown as Forms

export const hundreds: readonly Forms[] = [
  zero,
  forms('сто,ста,ста,сто,ста,ста'),
  forms('двести,двухсот,двумстам,двести,двумястами,двухстах'),
  forms('триста,трёхсот,трёмстам,триста,тремястами,трёхстах'),
  forms('четыреста,четырёхсот,четырёмстам,четыреста,четырьмястами,четырёхстах'),
  compoundHundred(soft('пят')),
  compoundHundred(soft('шест')),
  compoundHundred(soft('сем')),
  compoundHundred(eight),
  compoundHundred(soft('девят')),
]

const scales: readonly { readonly size: number; readonly noun: RussianNoun }[] = [
  {
    size: 1_000_000_000,
    noun: noun(
      'masculine',
      'миллиард,миллиарда,миллиарду,миллиард,миллиардом,миллиарде',
      'миллиарды,миллиардов,миллиардам,миллиарды,миллиардами,миллиардах',
    ),
  },
  {
    size: 1_000_000,
    noun: noun(
      'masculine',
      'миллион,миллиона,миллиону,миллион,миллионом,миллионе',
      'миллионы,миллионов,миллионам,миллионы,миллионами,миллионах',
    ),
  },
  {
    size: 1000,
    noun: noun(
      'feminine',
      'тысяча,тысячи,тысяче,тысячу,тысячей,тысяче',
      'тысячи,тысяч,тысячам,тысячи,тысячами,тысячах',
    ),
  },
]

type Agreement = { readonly gender: Gender; readonly case: Case; readonly animate?: boolean }

const direct = (of: Case): boolean => of === 'nominative' || of === 'accusative'
const endsInOne = (n: number): boolean => n % 10 === 1 && n % 100 !== 11
const endsInFew = (n: number): boolean =>
  n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14)

/** Animate things in the accusative: «одного», and «двух, трёх, четырёх» where the number is no more than that. */
const unitCase = (n: number, { case: of, animate = false, gender }: Agreement): Case => {
  if (!animate || of !== 'accusative') return of
  if (endsInOne(n)) return gender === 'masculine' ? 'genitive' : 'accusative'
  return n >= 2 && n <= 4 ? 'genitive' : of
}

const belowThousand = (n: number, whole: number, agreement: Agreement): string[] => {
  const hundred = Math.floor(n / 100)
  const ten = Math.floor((n % 100) / 10)
  const unit = n % 10
  const said: string[] = []
  if (hundred > 0) said.push(inCase(hundreds[hundred] ?? zero, agreement.case))
  if (ten === 1) said.push(inCase(teens[unit] ?? zero, agreement.case))
  else {
    if (ten > 1) said.push(inCase(tens[ten] ?? zero, agreement.case))
    if (unit > 0) {
      const row =
        unit === 1
          ? one[agreement.gender]
          : unit === 2
            ? two[agreement.gender]
            : (units[unit] ?? zero)
      said.push(inCase(row, unitCase(whole, agreement)))
    }
  }
  return said
}

/**
 * Cardinal number in words, every part declined.
 *
 * @param n whole, 0 … 999 999 999 999. A thousand at the beginning is said without «одна».
 */
export const cardinal = (n: number, agreement: Agreement): string => {
  if (n === 0) return inCase(zero, agreement.case)
  const said: string[] = []
  let rest = n
  for (const scale of scales) {
    const times = Math.floor(rest / scale.size)
    rest %= scale.size
    if (times === 0) continue
    const bare = scale.size === 1000 && times === 1 && said.length === 0
    if (!bare)
      said.push(...belowThousand(times, times, { gender: scale.noun.gender, case: agreement.case }))
    said.push(agreed(times, scale.noun, agreement.case))
  }
  said.push(...belowThousand(rest, n, agreement))
  return said.join(' ')
}

/** The form of a noun beside a number: «минута», «минуты», «минут», «минутам» … */
export const agreed = (n: number, thing: RussianNoun, of: Case): string => {
  if (n % 1000 === 0) return thing.many
  if (endsInOne(n)) return inCase(thing.singular, of)
  if (of === 'accusative' && thing.animate && n >= 2 && n <= 4) return inCase(thing.plural, of)
  if (direct(of)) return endsInFew(n) ? thing.paucal : thing.many
  return inCase(thing.plural, of)
}

/** Number and noun together. */
export const counted = (n: number, thing: RussianNoun, of: Case): string =>
  `${cardinal(n, { gender: thing.gender, case: of, animate: thing.animate })} ${agreed(n, thing, of)}`
