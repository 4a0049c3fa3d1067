/** What a taxpayer or registration number keyed by a business caller turned out to be. */
export type BusinessNumber =
  | { readonly kind: 'inn'; readonly holder: 'company' | 'person'; readonly number: string }
  | { readonly kind: 'ogrn'; readonly holder: 'company' | 'person'; readonly number: string }
  /** `length`: not 10, 12, 13 or 15 digits; `checksum`: mistyped. */
  | { readonly kind: 'invalid'; readonly reason: 'length' | 'checksum' }

const weights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]

/** Control digit over the digits before it; the weights end beside it. */
const innControl = (digits: string): string => {
  const used = weights.slice(weights.length - digits.length)
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (used[at] ?? 0), 0)
  return String((sum % 11) % 10)
}

const innHolds = (digits: string): boolean =>
  digits.length === 10
    ? innControl(digits.slice(0, 9)) === digits[9]
    : innControl(digits.slice(0, 10)) === digits[10] &&
      innControl(digits.slice(0, 11)) === digits[11]

/** Remainder by 11 for companies (13 digits), by 13 for sole traders (15); its last digit is the control. */
const ogrnHolds = (digits: string): boolean =>
  String((Number(digits.slice(0, -1)) % (digits.length - 2)) % 10) === digits.at(-1)

/**
 * Tells taxpayer numbers (INN, 10 digits for companies, 12 for people) from state registration numbers
 * (OGRN, 13 digits; OGRNIP, 15) by their length and proves the control digits, as the Federal Tax
 * Service computes them. Spaces and hyphens do not count.
 */
export const parseBusinessNumber = (text: string): BusinessNumber => {
  const number = text.replace(/[\s-]/g, '')
  if (!/^(?:\d{10}|\d{12}|\d{13}|\d{15})$/.test(number))
    return { kind: 'invalid', reason: 'length' }
  const kind = number.length <= 12 ? 'inn' : 'ogrn'
  const holds = kind === 'inn' ? innHolds(number) : ogrnHolds(number)
  if (!holds || /^0+$/.test(number)) return { kind: 'invalid', reason: 'checksum' }
  const holder = number.length === 10 || number.length === 13 ? 'company' : 'person'
  return { kind, holder, number }
}
