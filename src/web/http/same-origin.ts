import type { IncomingHttpHeaders } from 'node:http'
import { errorBody } from './errors.ts'

const loopbackHost = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** The same origin, or the same port of the same machine under another of its loopback names. */
export const isSameOrigin = (origin: string | undefined, publicUrl: string): boolean => {
  if (origin === undefined || !URL.canParse(origin)) return false
  const [one, other] = [new URL(origin), new URL(publicUrl)]
  return (
    one.origin === other.origin ||
    (one.protocol === other.protocol &&
      one.port === other.port &&
      [one, other].every((url) => loopbackHost.test(url.hostname)))
  )
}

/** Header that a page of another origin cannot send without being asked, which nobody does. */
export const proofHeader = 'x-hotline'

/**
 * Whether a request that a cookie authorises comes from a page of ours: the browser says so, and the
 * page has set a header that forms and links cannot.
 */
export const isFromOwnPage = (headers: IncomingHttpHeaders, publicUrl: string): boolean => {
  if (headers[proofHeader] === undefined) return false
  return headers.origin === undefined
    ? headers['sec-fetch-site'] === 'same-origin'
    : isSameOrigin(headers.origin, publicUrl)
}

/** What a page of another origin is answered, with 403. */
export const wrongOrigin = errorBody(
  'forbidden',
  'The request does not come from a page of this server',
)
