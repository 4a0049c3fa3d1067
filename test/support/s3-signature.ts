import { createHash, createHmac } from 'node:crypto'

/** A request as it came, with the bytes of its path and query as they stood in its first line. */
export type SignedRequest = {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

const hmac = (key: string | Uint8Array, text: string) =>
  createHmac('sha256', key).update(text).digest()

/**
 * Signature Version 4 as the one who is asked computes it, from the request alone and by nothing that the client uses.
 *
 * @param signed names of the signed headers, as the request lists them
 * @param scope date, region, service and `aws4_request`, with slashes between them
 */
export const signatureOf = (
  { method, target, headers }: SignedRequest,
  signed: readonly string[],
  scope: string,
  secret: string,
): string => {
  const [path = '', query = ''] = target.split('?')
  const canonical = [
    method,
    path.split('/').map(encodedAnew).join('/'),
    query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name = '', ...value] = pair.replaceAll('+', '%20').split('=')
        return `${encodedAnew(name)}=${encodedAnew(value.join('='))}`
      })
      .sort()
      .join('&'),
    ...signed.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signed.join(';'),
    headers['x-amz-content-sha256'] ?? '',
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  const key = scope.split('/').reduce<string | Uint8Array>(hmac, `AWS4${secret}`)
  return hmac(key, toSign).toString('hex')
}

/** Every byte but the unreserved ones in percent form, whichever way it came. */
const encodedAnew = (text: string): string =>
  encodeURIComponent(decodeURIComponent(text)).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
