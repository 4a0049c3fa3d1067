import type { Clock, Day, Decimal, Moment, Money } from './speaker.ts'

const largest = 999_999_999_999

/** Sign, whole part up to 999 999 999 999, up to three digits after `.` or `,`. */
export const parseDecimal = (text: string): Decimal | null => {
  const found = /^([+-]?)(\d{1,15})(?:[.,](\d{1,9}))?$/.exec(text)
  if (found === null) return null
  const [, sign, digits, after = ''] = found
  const whole = Number(digits)
  const fraction = after.replace(/0+$/, '')
  if (whole > largest || fraction.length > 3) return null
  return { negative: sign === '-' && (whole > 0 || fraction !== ''), whole, fraction }
}

/** Whole number from 0, spaces around it apart. */
export const parseWhole = (text: string): number | null => {
  const value = parseDecimal(text)
  return value === null || value.negative || value.fraction !== '' ? null : value.whole
}

/** `2026-11-25`, the day of an ISO date-time, `20261125`, `????1125`. */
export const parseDay = (text: string): Day | null => {
  if (text.includes('T')) return parseMoment(text)?.day ?? null
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? /^(\d{4}|\?{4})(\d\d)(\d\d)$/.exec(text)
  if (found === null) return null
  const [, year = '', month, day] = found
  const known = year !== '????'
  try {
    // 2000 was a leap year: 29 February stands where the year is not known.
    const fields = { year: known ? Number(year) : 2000, month: Number(month), day: Number(day) }
    const date = Temporal.PlainDate.from(fields, { overflow: 'reject' })
    return { year: known ? date.year : null, month: date.month, day: date.day }
  } catch {
    return null
  }
}

/** `09:30`, `24:00`, the time of an ISO date-time, VoiceXML `0930a`, `0930p`, `2130h`, `0930?`. */
export const parseClock = (text: string): Clock | null => {
  if (text.includes('T')) return parseMoment(text)?.clock ?? null
  const found = /^(\d{1,2}):(\d\d)(?::\d\d)?$/.exec(text)
  if (found !== null) return clockAt(Number(found[1]), Number(found[2]))
  const builtin = /^(\d\d)(\d\d)([aph?])$/.exec(text)
  if (builtin === null) return null
  const [, hours, minutes, half] = builtin
  const hour = Number(hours)
  if (half !== 'a' && half !== 'p') return clockAt(hour, Number(minutes))
  return hour < 1 || hour > 12
    ? null
    : clockAt((hour % 12) + (half === 'p' ? 12 : 0), Number(minutes))
}

const clockAt = (hour: number, minute: number): Clock | null => {
  if (hour === 24 && minute === 0) return { hour: 0, minute: 0 }
  return hour < 24 && minute < 60 ? { hour, minute } : null
}

/**
 * ISO date-time. An offset and a zone are not applied: the wall clock that the text gives is what is
 * said. UTC (`Z`) is nobody's wall clock and gives null.
 */
export const parseMoment = (text: string): Moment | null => {
  const found =
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d{1,9})?)?(?:[+-]\d\d:\d\d)?(?:\[[\w/+-]+\])?$/.exec(
      text,
    )
  if (found === null) return null
  const day = parseDay(found[1] ?? '')
  const clock = parseClock(found[2] ?? '')
  return day === null || clock === null ? null : { day, clock }
}

/** Currency code and amount, `RUB1250.50`. */
export const parseMoney = (text: string): Money | null => {
  const found = /^(RUB|USD|EUR) ?(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text)
  if (found === null) return null
  const [, code, whole, after = ''] = found
  const currency = code as Money['currency']
  return { currency, whole: Number(whole), hundredths: Number(after.padEnd(2, '0')) }
}
