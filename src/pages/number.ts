/**
 * A number the way people write it: `+7 800 555-73-73`. Other countries' numbers stay as they are,
 * since each groups its own way.
 */
export const grouped = (number: string): string =>
  number.replace(/^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/, '+7 $1 $2-$3-$4')

/** As `grouped`, on one line wherever it stands in a text. */
export const unbroken = (number: string): string =>
  grouped(number).replaceAll(' ', '\u00a0').replaceAll('-', '\u2011')

/** What is dialled for a number as written: no spaces or brackets, the Russian 8 as +7. */
export const dialable = (text: string): string =>
  text.replace(/[\s().\u2010-\u2015-]/g, '').replace(/^8(\d{10})$/, '+7$1')

/** A number after one digit was taken back, and the space or hyphen before it with it. */
export const withoutLastDigit = (number: string): string =>
  grouped(number)
    .slice(0, -1)
    .replace(/[\s-]+$/, '')
