import { Agent as HttpAgent, type IncomingMessage, request } from 'node:http'
import { Agent as HttpsAgent, request as secureRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AwsV4Signer } from 'aws4fetch'

/** A bucket of S3-compatible storage, and who asks it. */
export type BucketSettings = {
  /** Of the bucket itself: its name is in the path or in the host. */
  readonly url: string
  readonly region: string
  readonly keyId: string
  readonly secret: { readonly reveal: () => string }
}

export type BucketRequest = {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE'
  /** Empty: the bucket itself. */
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: SentBody
}

/** What is sent, known by its hash before: it can be signed, and sent again. */
export type SentBody = {
  /** SHA-256, 64 hexadecimal digits. */
  readonly hash: string
  readonly bytes: number
  readonly open: () => Readable
}

/** One request and the head of its answer; the body is still to be read, or destroyed. */
export type Exchange = (what: BucketRequest) => Promise<IncomingMessage>

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Whoever sends slower than this is not waited for. */
const leastBytesAMs = 64

/**
 * Requests to a bucket, signed by Signature Version 4 over their hash. Nothing is tried again.
 *
 * @param patienceMs so long a connection may be silent until the head of the answer has come; twice that where a body
 *   was sent
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export const bucketExchange = (
  bucket: BucketSettings,
  patienceMs: number,
): { readonly exchange: Exchange; readonly close: () => void } => {
  const isSecure = bucket.url.startsWith('https:')
  const agent = new (isSecure ? HttpsAgent : HttpAgent)({ keepAlive: true, timeout: 30_000 })
  const send = isSecure ? secureRequest : request
  /** Keys to sign with: one a day. */
  const cache = new Map<string, ArrayBuffer>()

  const sign = async ({ method, key, query = {}, headers = {}, body }: BucketRequest) => {
    const url = new URL(key === '' ? bucket.url : `${bucket.url}/${key}`)
    url.search = new URLSearchParams(query).toString()
    const hash = body?.hash ?? emptyHash
    if (cache.size > 7) cache.clear()
    const signed = await new AwsV4Signer({
      ...{ method, url: url.href, region: bucket.region, service: 's3', cache },
      accessKeyId: bucket.keyId,
      secretAccessKey: bucket.secret.reveal(),
      headers: { ...headers, 'x-amz-content-sha256': hash },
    }).sign()
    const length = body === undefined ? {} : { 'content-length': String(body.bytes) }
    return { url: signed.url, headers: { ...Object.fromEntries(signed.headers), ...length } }
  }

  const exchange: Exchange = async (what) => {
    const { url, headers } = await sign(what)
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    // What has been sent is written to several disks before there is an answer.
    const timeout = what.body === undefined ? patienceMs : 2 * patienceMs
    const sent = send(url, { method: what.method, headers, agent, timeout }, resolve)
    const give = () => sent.destroy(new Error('No answer in time'))
    sent.on('timeout', give)
    const late = setTimeout(give, 2 * timeout + (what.body?.bytes ?? 0) / leastBytesAMs)
    sent.on('error', reject)
    sent.on('close', () => reject(new Error('The connection ended without an answer')))
    // An answer may come before all has been sent, and says more than the broken pipe.
    deliver(what.body?.open() ?? null, sent).catch(reject)
    try {
      return await promise
    } finally {
      clearTimeout(late)
      sent.off('timeout', give)
      sent.setTimeout(0)
    }
  }

  return { exchange, close: () => agent.destroy() }
}

const deliver = async (body: Readable | null, sent: ReturnType<typeof request>): Promise<void> => {
  if (body === null) sent.end()
  else await pipeline(body, sent)
}
