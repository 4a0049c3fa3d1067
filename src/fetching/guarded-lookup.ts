import type { LookupAddress } from 'node:dns'
import { isIPv6, type LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/** Finds all addresses of a name; `dns.promises.lookup` in the product. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>

/** Why a name was not connected to. */
export const refusedAddress = 'EADDRESSREFUSED'

/**
 * Resolves a name for one connection and lets only those of its addresses through that may be connected to:
 * public ones, and others that are named themselves. What is checked is what is connected to, so a name
 * that resolves otherwise a moment later gains nothing.
 *
 * @param origin of the request, on the list already
 * @param allowed the whole list
 */
export const guardedLookup =
  (origin: URL, allowed: ReadonlySet<string>, resolve: Resolve): LookupFunction =>
  (hostname, options, callback) => {
    const choose = (found: readonly LookupAddress[]): LookupAddress[] => {
      const isAny = options.family === undefined || options.family === 0
      const fit = found.filter(
        ({ address, family }) =>
          (isAny || family === options.family) && mayConnect(origin, address, allowed),
      )
      if (fit.length > 0) return fit
      const error = new Error(`${hostname} has no address that may be connected to`)
      throw Object.assign(error, { code: refusedAddress })
    }
    resolve(hostname)
      .then(choose)
      .then(
        (fit) => {
          if (options.all === true) callback(null, fit)
          else callback(null, fit[0]?.address ?? '', fit[0]?.family)
        },
        (error) => callback(error, ''),
      )
  }

const mayConnect = (origin: URL, address: string, allowed: ReadonlySet<string>): boolean => {
  if (isPublicAddress(address)) return true
  const isLoopback = address === '::1' || address.startsWith('127.')
  if (isLoopback && /(^|\.)localhost$/.test(origin.hostname)) return true
  const host = isIPv6(address) ? `[${address}]` : address
  return allowed.has(URL.parse(`${origin.protocol}//${host}:${origin.port}`)?.origin ?? '')
}
