import { type E164, readPhone } from './e164.ts'

export type Dialable =
  | { readonly kind: 'dialable'; readonly number: E164 }
  | { readonly kind: 'refused'; readonly reason: DialRefusal }

export type DialRefusal =
  /** Not a number at all. */
  | 'unreadable'
  | 'emergency'
  | 'short'
  | 'foreign'
  /** Satellite systems and the codes that belong to no country (870, 881, 882, 883, 878, 888, 979). */
  | 'satellite'
  | 'toll-free'
  /** The caller of it pays for more than the connection. */
  | 'premium'
  /** Right in length, but no range of subscribers. */
  | 'unassigned'
  /** A number of this system: the call would come back to it. */
  | 'own'

const emergency = new Set(['01', '02', '03', '04', '101', '102', '103', '104', '112'])

/**
 * Codes under +7 that look like subscribers and are not lines in Russia, or cost like satellite ones.
 * 954: satellite telephones; 970 and 971: global and machine networks; 840 and 940: Abkhazia.
 */
const setApart: ReadonlyMap<string, DialRefusal> = new Map([
  ['954', 'satellite'],
  ['970', 'satellite'],
  ['971', 'satellite'],
  ['840', 'foreign'],
  ['940', 'foreign'],
])

/**
 * Whether the system may ring a number by itself. It is a list of what is allowed, not of what is
 * forbidden: geographic and mobile ranges of Russia. Everything else is for an operator to judge.
 *
 * @param text as keyed, typed or sent by the carrier
 * @param own the numbers of this system
 */
export const dialable = (text: string, own: ReadonlySet<string> = new Set()): Dialable => {
  const refused = (reason: DialRefusal): Dialable => ({ kind: 'refused', reason })
  const keyed = text.replace(/[\s()-]/g, '')
  if (emergency.has(keyed)) return refused('emergency')
  if (/^\d{2,6}$/.test(keyed)) return refused('short')
  if (/^\+8(?:7[08]|8[1238])|^\+979/.test(keyed)) return refused('satellite')
  const phone = readPhone(text.trim())
  if (phone === null) return refused('unreadable')
  if (phone.countryCallingCode !== '7' || /^[67]/.test(phone.nationalNumber))
    return refused('foreign')
  const apart = setApart.get(phone.nationalNumber.slice(0, 3))
  if (apart !== undefined) return refused(apart)
  const number = phone.number as string as E164
  if (own.has(number)) return refused('own')
  const type = phone.getType()
  if (type === 'MOBILE' || type === 'FIXED_LINE' || type === 'FIXED_LINE_OR_MOBILE')
    return { kind: 'dialable', number }
  if (type === 'TOLL_FREE') return refused('toll-free')
  return refused(/^80\d/.test(phone.nationalNumber) ? 'premium' : 'unassigned')
}
