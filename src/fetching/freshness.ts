import type { IncomingHttpHeaders } from 'node:http'

/** What a kept answer may be used for (RFC 9111), as far as one cache for all calls goes. */
export type Freshness = {
  /** Seconds for which it is fresh, counted from the moment its server wrote it. */
  readonly lifetime: number
  /** Seconds old when it came in. */
  readonly initialAge: number
  /** It may never be used once it is out of date, whatever a document says. */
  readonly strict: boolean
  /** It must be asked for each time, though perhaps only whether it has changed. */
  readonly always: boolean
}

/** How long an answer may be kept; null: not at all. */
export const freshnessOf = (headers: IncomingHttpHeaders, now: number): Freshness | null => {
  const control = directivesOf(headers['cache-control'] ?? '')
  const vary = (headers.vary ?? '').toLowerCase().replace('accept-encoding', '').trim()
  if (control.has('no-store') || control.has('private') || vary !== '') return null
  const date = timeOf(headers.date) ?? now
  const expires = timeOf(headers.expires)
  const stated = control.get('s-maxage') ?? control.get('max-age')
  const lifetime =
    stated !== undefined
      ? Number(stated)
      : headers.expires === undefined
        ? 0
        : ((expires ?? date) - date) / 1000
  const age = Number(headers.age ?? 0)
  return {
    lifetime: Number.isFinite(lifetime) ? Math.max(0, lifetime) : 0,
    initialAge: Math.max(0, Number.isFinite(age) ? age : 0, (now - date) / 1000),
    strict: ['must-revalidate', 'proxy-revalidate', 's-maxage'].some((each) => control.has(each)),
    always: control.has('no-cache'),
  }
}

/** What a document asks of a kept copy (VoiceXML 2.0 section 6.1.2). */
export type Wish = {
  readonly maxAgeSeconds: number | null
  readonly maxStaleSeconds: number | null
}

/** Whether a copy kept for so many seconds may be used without asking its server. */
export const mayUse = (freshness: Freshness, keptSeconds: number, wish: Wish): boolean => {
  if (freshness.always) return false
  const age = freshness.initialAge + keptSeconds
  if (wish.maxAgeSeconds !== null && age > wish.maxAgeSeconds) return false
  const stale = age - freshness.lifetime
  return stale < 0 || (!freshness.strict && stale <= (wish.maxStaleSeconds ?? -1))
}

const directivesOf = (header: string): ReadonlyMap<string, string> =>
  new Map(
    header.split(',').map((directive) => {
      const [name = '', value = ''] = directive.split('=', 2)
      return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')]
    }),
  )

const timeOf = (date: string | undefined): number | null => {
  const time = Date.parse(date ?? '')
  return Number.isNaN(time) ? null : time
}
