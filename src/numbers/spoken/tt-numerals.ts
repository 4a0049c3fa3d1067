import { onLastWord, ordinalForm } from './tt-endings.ts'

/** 0 … 9. */
const units = ['ноль', 'бер', 'ике', 'өч', 'дүрт', 'биш', 'алты', 'җиде', 'сигез', 'тугыз']

/** 0 … 19; the teens are one word: «унбер». */
export const small = [...units, 'ун', ...units.slice(1).map((unit) => `ун${unit}`)]

/** 20, 30 … 90. */
export const tens = ['егерме', 'утыз', 'кырык', 'илле', 'алтмыш', 'җитмеш', 'сиксән', 'туксан']

export const hundred = 'йөз'
export const thousand = 'мең'
export const million = 'миллион'
export const milliard = 'миллиард'

const scales = [
  { size: 1_000_000_000, name: milliard },
  { size: 1_000_000, name: million },
  { size: 1000, name: thousand },
]

const belowHundred = (n: number): string => {
  if (n < small.length) return small[n] ?? ''
  const ten = tens[Math.floor(n / 10) - 2] ?? ''
  return n % 10 === 0 ? ten : `${ten} ${units[n % 10]}`
}

const belowThousand = (n: number): string[] => {
  const hundreds = Math.floor(n / 100)
  const said: string[] = []
  if (hundreds > 0) said.push(hundreds === 1 ? hundred : `${units[hundreds]} ${hundred}`)
  if (n % 100 > 0) said.push(belowHundred(n % 100))
  return said
}

/**
 * Cardinal number in words. A hundred is said without «бер», and so is a thousand at the beginning.
 *
 * @param n whole, 0 … 999 999 999 999
 */
export const cardinal = (n: number): string => {
  if (n === 0) return belowHundred(0)
  const said: string[] = []
  let rest = n
  for (const { size, name } of scales) {
    const times = Math.floor(rest / size)
    rest %= size
    if (times === 0) continue
    const bare = size === 1000 && times === 1 && said.length === 0
    said.push(...(bare ? [] : belowThousand(times)), name)
  }
  return [...said, ...belowThousand(rest)].join(' ')
}

/** Ordinal number: the last word of the cardinal changes. */
export const ordinal = (n: number): string => onLastWord(cardinal(n), ordinalForm)
