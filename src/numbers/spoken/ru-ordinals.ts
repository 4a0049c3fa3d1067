import type { Case, Gender } from './manner.ts'
import { type Forms, forms, inCase } from './ru-forms.ts'
import { cardinal, hundreds, teens, tens, units } from './ru-numerals.ts'

const endings: Record<Gender, Forms> = {
  masculine: forms('ый,ого,ому,ый,ым,ом'),
  feminine: forms('ая,ой,ой,ую,ой,ой'),
  neuter: forms('ое,ого,ому,ое,ым,ом'),
}

const third: Record<Gender, Forms> = {
  masculine: forms('третий,третьего,третьему,третий,третьим,третьем'),
  feminine: forms('третья,третьей,третьей,третью,третьей,третьей'),
  neuter: forms('третье,третьего,третьему,третье,третьим,третьем'),
}

const unitStems = ['нулев', 'перв', 'втор', '', 'четвёрт', 'пят', 'шест', 'седьм', 'восьм', 'девят']
const teenStems = teens.map(([nominative]) => nominative.slice(0, -1))
const tenStems = [
  '',
  'десят',
  'двадцат',
  'тридцат',
  'сороков',
  'пятидесят',
  'шестидесят',
  'семидесят',
  'восьмидесят',
  'девяност',
]
const hundredStems = [
  '',
  'сот',
  'двухсот',
  'трёхсот',
  'четырёхсот',
  'пятисот',
  'шестисот',
  'семисот',
  'восьмисот',
  'девятисот',
]
/** Stressed ending: -ой in the masculine nominative. */
const stressed = new Set(['нулев', 'втор', 'шест', 'седьм', 'восьм', 'сороков'])

const adjective = (stem: string, gender: Gender, of: Case): string => {
  const ending = inCase(endings[gender], of)
  return stem + (ending === 'ый' && stressed.has(stem) ? 'ой' : ending)
}

/** «двух» of «двухтысячный»: the genitive, but for сто, девяносто and одно. */
const scalePrefix = (n: number): string => {
  if (n === 1) return ''
  const hundred = Math.floor(n / 100)
  const ten = Math.floor((n % 100) / 10)
  const unit = n % 10
  const genitive = (row: Forms | undefined): string => row?.[1] ?? ''
  const parts = [hundred === 0 ? '' : hundred === 1 ? 'сто' : genitive(hundreds[hundred])]
  if (ten === 1) parts.push(genitive(teens[unit]))
  else {
    parts.push(ten === 0 ? '' : ten === 9 ? 'девяносто' : genitive(tens[ten]))
    parts.push(unit === 0 ? '' : unit === 1 ? 'одно' : genitive(units[unit]))
  }
  return parts.join('')
}

const scaleStems = [
  { size: 1_000_000_000, stem: 'миллиардн' },
  { size: 1_000_000, stem: 'миллионн' },
  { size: 1000, stem: 'тысячн' },
]

const lastOrdinal = (n: number, gender: Gender, of: Case): { value: number; said: string } => {
  const ending = n % 100
  if (ending === 0 && n % 1000 !== 0) {
    const value = n % 1000
    return { value, said: adjective(hundredStems[value / 100] ?? '', gender, of) }
  }
  if (ending >= 10 && ending < 20)
    return { value: ending, said: adjective(teenStems[ending - 10] ?? '', gender, of) }
  if (n % 10 === 3) return { value: 3, said: inCase(third[gender], of) }
  if (n % 10 !== 0) return { value: n % 10, said: adjective(unitStems[n % 10] ?? '', gender, of) }
  if (ending !== 0)
    return { value: ending, said: adjective(tenStems[ending / 10] ?? '', gender, of) }
  const scale = scaleStems.find(({ size }) => n % size === 0) ?? { size: 1000, stem: 'тысячн' }
  const times = (n / scale.size) % 1000
  return { value: times * scale.size, said: adjective(scalePrefix(times) + scale.stem, gender, of) }
}

/**
 * Ordinal number in words; only the last word changes: «две тысячи двадцать шестого».
 *
 * @param n whole, 0 … 999 999 999 999
 */
export const ordinal = (n: number, gender: Gender, of: Case): string => {
  if (n === 0) return adjective('нулев', gender, of)
  const { value, said } = lastOrdinal(n, gender, of)
  const before = n - value
  return before === 0
    ? said
    : `${cardinal(before, { gender: 'masculine', case: 'nominative' })} ${said}`
}
