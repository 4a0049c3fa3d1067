import {
  type CountryCode,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'

declare const e164: unique symbol

/** Telephone number of the form `+` country code and number, 15 digits at most (ITU-T E.164). */
export type E164 = string & { readonly [e164]: true }

/**
 * Reads a number as people and carriers write it: `8 (800) 555-73-73`, `+7 800 5557373`, `9161234567`.
 * Null for everything that does not have the length of a number in its country: withheld and anonymous
 * callers (also the pseudo-numbers that carriers put in their place), SIP addresses, short numbers,
 * numbers with an extension, text around a number. A number that is read need not be assigned.
 */
export const parseNumber = (text: string, defaultCountry = 'RU'): E164 | null => {
  const phone = readPhone(text.trim(), defaultCountry)
  return phone === null ? null : (phone.number as string as E164)
}

/** ISO 3166 code of the country; null for global networks and shared codes that do not tell. */
export const countryOf = (number: E164): string | null => readPhone(number)?.country ?? null

/** As the country writes it inside its borders: `8 (800) 555-73-73`. */
export const nationalForm = (number: E164): string => readPhone(number)?.formatNational() ?? number

/**
 * Groups of digits to be said one after another. `8`, `800`, `555`, `73`, `73` for Russian numbers;
 * others, and all when `international`, begin with the country code.
 */
export const spokenGroups = (
  number: E164,
  international = false,
): { readonly groups: readonly string[]; readonly plus: boolean } => {
  const phone = readPhone(number)
  const plus = international || phone?.country !== 'RU'
  const written = plus ? phone?.formatInternational() : phone?.formatNational()
  return { groups: (written ?? number).match(/\d+/g) ?? [], plus }
}

/**
 * The full reading of a number, with its type and country; null as in `parseNumber`. For `numbers/` itself.
 */
export const readPhone = (text: string, defaultCountry = 'RU'): PhoneNumber | null => {
  const phone = parsePhoneNumberFromString(text, {
    defaultCountry: defaultCountry as CountryCode,
    extract: false,
  })
  if (phone === undefined || phone.ext !== undefined || !phone.isPossible()) return null
  return phone
}
