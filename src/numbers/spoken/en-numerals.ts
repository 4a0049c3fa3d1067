const small = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
]
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']

const belowHundred = (n: number): string => {
  if (n < 20) return small[n] ?? ''
  const ten = tens[Math.floor(n / 10)] ?? ''
  return n % 10 === 0 ? ten : `${ten}-${small[n % 10]}`
}

const belowThousand = (n: number): string => {
  if (n < 100) return belowHundred(n)
  const hundred = `${small[Math.floor(n / 100)]} hundred`
  return n % 100 === 0 ? hundred : `${hundred} ${belowHundred(n % 100)}`
}

const scales = [
  { size: 1_000_000_000, name: 'billion' },
  { size: 1_000_000, name: 'million' },
  { size: 1000, name: 'thousand' },
]

/** Cardinal number in American words, without "and". @param n whole, 0 … 999 999 999 999 */
export const cardinal = (n: number): string => {
  if (n === 0) return 'zero'
  const said: string[] = []
  let rest = n
  for (const { size, name } of scales) {
    const times = Math.floor(rest / size)
    rest %= size
    if (times > 0) said.push(`${belowThousand(times)} ${name}`)
  }
  if (rest > 0) said.push(belowThousand(rest))
  return said.join(' ')
}

const irregular: ReadonlyMap<string, string> = new Map([
  ['one', 'first'],
  ['two', 'second'],
  ['three', 'third'],
  ['five', 'fifth'],
  ['eight', 'eighth'],
  ['nine', 'ninth'],
  ['twelve', 'twelfth'],
])

/** Ordinal number: the last word of the cardinal changes. */
export const ordinal = (n: number): string =>
  cardinal(n).replace(
    /[a-z]+$/,
    (last) =>
      irregular.get(last) ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`),
  )

/** Years in pairs: "twenty twenty-six", "nineteen oh five", but "two thousand nine". */
export const yearInWords = (year: number): string => {
  const century = Math.floor(year / 100)
  const rest = year % 100
  if (year < 1000 || year > 9999 || (century % 10 === 0 && rest < 10)) return cardinal(year)
  if (rest === 0) return `${belowHundred(century)} hundred`
  return `${belowHundred(century)} ${rest < 10 ? 'oh ' : ''}${belowHundred(rest)}`
}
