declare const applicationNumber: unique symbol

/** Number of an application or case: region or kind, year, sequence, as in `RU-2026-000001`. */
export type ApplicationNumber = string & { readonly [applicationNumber]: true }

/**
 * Reads the written form (`RU-2026-000001`) and the keyed one (year and sequence, `2026000001`). The keys
 * of a telephone give no letters: what is keyed takes `prefix`. Null for anything else, also for a year
 * outside 2000 … 2099.
 */
export const parseApplicationNumber = (text: string, prefix = 'RU'): ApplicationNumber | null => {
  const found = /^(?:([A-Z]{2,4})-(20\d\d)-(\d{6})|(20\d\d)(\d{6}))$/.exec(
    text.trim().toUpperCase(),
  )
  if (found === null) return null
  const [, written = prefix, year, sequence, keyedYear, keyedSequence] = found
  return `${written}-${year ?? keyedYear}-${sequence ?? keyedSequence}` as ApplicationNumber
}

/** @param sequence 1 … 999 999; outside that the number has no written form and null is given */
export const formatApplicationNumber = (
  year: number,
  sequence: number,
  prefix = 'RU',
): ApplicationNumber | null =>
  Number.isInteger(sequence) && sequence >= 1
    ? parseApplicationNumber(`${prefix}-${year}-${String(sequence).padStart(6, '0')}`)
    : null

/** As keyed on a telephone: `2026000001`. */
export const keyedForm = (number: ApplicationNumber): string => number.replace(/\D/g, '')

/** Year and groups of three digits, the order in which the number is read out. */
export const spokenThrees = (
  number: ApplicationNumber,
): { readonly year: number; readonly threes: readonly [string, string] } => {
  const digits = keyedForm(number)
  return { year: Number(digits.slice(0, 4)), threes: [digits.slice(4, 7), digits.slice(7)] }
}
