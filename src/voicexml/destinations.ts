import { raise } from './run.ts'
import type { Destination } from './turn.ts'

/**
 * Where a transfer leads: a `tel:` address (RFC 3966, with the `postd` of RFC 2806) or a `sip:` one (RFC 3261). One
 * that cannot be read is `error.connection.baddestination`, one of another kind `error.unsupported.uri`.
 */
export const destinationOf = (address: string): Destination => {
  const [, scheme = '', rest = ''] = /^\s*([a-z][a-z0-9+.-]*):(.*?)\s*$/is.exec(address) ?? []
  switch (scheme.toLowerCase()) {
    case 'tel':
      return telephone(rest) ?? bad(address)
    case 'sip':
    case 'sips':
      return sip(scheme.toLowerCase(), rest) ?? bad(address)
    case '':
      return bad(address)
    default:
      return raise('error.unsupported.uri', `The URI ${address} is not a supported URI format`)
  }
}

const bad = (address: string): never =>
  raise('error.connection.baddestination', `no telephone can be reached at ${address}`)

const telephone = (text: string): Destination | null => {
  const [written = '', ...parameters] = text.split(';')
  const number = written.replace(/[-.()\s]/g, '')
  if (!/^\+?[0-9]{1,20}$/.test(number)) return null
  const extension = parameterOf(parameters, 'ext').replace(/[-.()\s]/g, '')
  const later = parameterOf(parameters, 'postd')
  if (!/^[0-9*#]*$/.test(extension) || !/^[0-9*#pw.()-]*$/i.test(later)) return null
  // A pause and the wait for a tone are both two seconds here.
  const keys = `${extension === '' ? '' : `ww${extension}`}${later.replace(/[pw]/gi, 'wwww')}`
  return { kind: 'tel', number, keys: keys.replace(/[.()-]/g, '') }
}

const parameterOf = (parameters: readonly string[], name: string): string =>
  parameters
    .map((each) => each.split('=', 2))
    .find(([key]) => key?.toLowerCase() === name)?.[1]
    ?.trim() ?? ''

/** A user, a host with or without a port, and parameters; headers and passwords are not taken. */
const sip = (scheme: string, rest: string): Destination | null => {
  const found =
    /^([\w.!~*'()%+=&$,-]{1,64})@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9-]+(?::\d{1,5})?)((?:;[\w.-]+(?:=[\w.~%+-]+)?)*)$/i.exec(
      rest,
    )
  const [, user = '', host = '', parameters = ''] = found ?? []
  return found === null
    ? null
    : { kind: 'sip', address: `${scheme}:${user}@${host}${parameters}`, user }
}
