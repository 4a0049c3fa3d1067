import { countries, russianZones } from './zones.ts'

/** Where a number is at home. */
export type Where = {
  /** ISO 3166; null when the number does not tell. */
  readonly country: string | null
  /** IANA; null when the number does not tell: mobiles travel, large countries keep many times. */
  readonly zone: string | null
  readonly isMobile: boolean
}

/** What a number tells of where the caller is. @param phone E.164, or any text */
export function whereOf(phone: string): Where {
  const russian = /^\+7(\d{3})\d{7}$/.exec(phone)?.[1]
  if (russian !== undefined) {
    if (/^[67]/.test(russian)) return { country: 'KZ', zone: 'Asia/Almaty', isMobile: false }
    if (russian.startsWith('9')) return { country: 'RU', zone: null, isMobile: true }
    return { country: 'RU', zone: russianZones[russian] ?? 'Europe/Moscow', isMobile: false }
  }
  for (const length of [3, 2, 1]) {
    const [country, zone] = countries[phone.slice(1, 1 + length)] ?? []
    if (phone.startsWith('+') && country) return { country, zone: zone ?? null, isMobile: false }
  }
  return { country: null, zone: null, isMobile: false }
}
