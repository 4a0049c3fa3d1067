import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { sha256, signatureOf } from './s3-signature.ts'

/**
 * What goes wrong with a request. `slow-down`: 503. `reset`: all of it is done, and the connection ends before the
 * answer. `stall`: nothing is ever said. `stall-body`, `cut-body`: half of the body comes, then nothing, or the end.
 * `wrong-bytes`: a bit of the body is another one. `garbled`: a bit changed on the way here. `refused`: 403. `no-list`:
 * 200 with a page of something else. `whole`: no range is understood. `deaf`: the body of the request is never read.
 * `drops`: the head of the answer comes byte by byte, for ever; `dripping`: the body does.
 */
export type Trouble =
  | 'slow-down'
  | 'reset'
  | 'stall'
  | 'stall-body'
  | 'cut-body'
  | 'wrong-bytes'
  | 'garbled'
  | 'refused'
  | 'no-list'
  | 'whole'
  | 'deaf'
  | 'drops'
  | 'dripping'

type Version = {
  readonly id: string
  /** Null: a mark that hides what was there. */
  readonly bytes: Buffer | null
  readonly modified: Temporal.Instant
}

export type S3Server = {
  /** Of the bucket. */
  readonly url: string
  readonly settings: {
    readonly url: string
    readonly region: string
    readonly keyId: string
    readonly secret: { readonly reveal: () => string }
  }
  /** The same as variables of a server. */
  readonly env: Readonly<Record<string, string>>
  /** Versions of each object, the newest last. */
  readonly objects: Map<string, Version[]>
  /** Requests that came, as `GET photos/…`; the bucket itself is empty. */
  readonly asked: string[]
  /** Befalls the next requests of a method, one each. */
  readonly trouble: (method: string, ...troubles: readonly Trouble[]) => void
  /** What befalls every request; `away`: no connection lasts. Null: nothing. */
  everything: Trouble | 'away' | null
  /** Whether old versions are kept. */
  keepsVersions: boolean
  /** Connections that are open. */
  readonly connections: () => number
  /** Makes an object look as if it had last been written then. */
  readonly age: (key: string, modified: Temporal.Instant) => void
  readonly present: (key: string) => Buffer | null
}

const bucket = 'hotline-files'
const region = 'ru-central1'
const keyId = 'KEYOFTHETESTS'
const secret = 'secret/of+the=tests'

/** Objects on one page of a list. */
const pageLength = 3

const skewMs = 15 * 60_000

/** Storage that speaks S3 over HTTP, on loopback and as strict as what it stands for. */
export const s3Server = async (t: {
  teardown(work: () => Promise<void>): unknown
}): Promise<S3Server> => {
  const objects = new Map<string, Version[]>()
  const asked: string[] = []
  const troubles = new Map<string, Trouble[]>()
  const sockets = new Set<Socket>()
  let versions = 0
  const http = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  http.on('connection', (socket) => {
    if (self.everything === 'away') return void socket.destroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  t.teardown(async () => {
    http.closeAllConnections()
    http.close()
  })
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/${bucket}`
  const newest = (key: string) => objects.get(key)?.at(-1) ?? null

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: target = '', headers } = request
    const { pathname, searchParams: query } = new URL(target, url)
    const [, name = '', ...rest] = decodeURIComponent(pathname).split('/')
    const key = rest.join('/')
    asked.push(`${method} ${key}`)
    if (self.everything === 'away') return void request.socket.destroy()
    const trouble = self.everything ?? troubles.get(method)?.shift()
    if (trouble === 'deaf') return
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const came: Buffer = Buffer.concat(chunks)
    const body = trouble === 'garbled' ? flipped(came) : came
    if (trouble === 'stall') return
    if (trouble === 'drops') return drip(request.socket, 'HTTP/1.1 200 OK\r\nx-amz-id-2: ')

    const say = (status: number, said: Said = {}): void => {
      if (trouble === 'reset') {
        request.socket.destroy()
        return
      }
      const content = method === 'HEAD' ? Buffer.alloc(0) : Buffer.from(said.body ?? '')
      response.writeHead(status, {
        'x-amz-request-id': '4442587FB7D0A2F9',
        'content-length': said.length ?? content.length,
        ...said.headers,
      })
      if (trouble === 'dripping') drip(response, '<')
      else if (trouble === 'stall-body' || trouble === 'cut-body')
        response.write(content.subarray(0, Math.ceil(content.length / 2)), async () => {
          // What has been written is to arrive before the end does.
          await turn()
          if (trouble === 'cut-body') request.socket.end()
        })
      else response.end(trouble === 'wrong-bytes' ? flipped(content) : content)
    }
    const refuse = (status: number, code: string, message: string, more = {}) =>
      say(status, {
        headers: { 'content-type': 'application/xml', ...more },
        body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><Resource>${pathname}</Resource><RequestId>4442587FB7D0A2F9</RequestId></Error>`,
      })

    if (trouble === 'slow-down') return refuse(503, 'SlowDown', 'Please reduce your request rate.')
    if (trouble === 'refused') return refuse(403, 'AccessDenied', 'Access Denied')
    if (trouble === 'no-list') return say(200, { body: '<html><p>Welcome!</html>' })
    const fault = faultOf(request, target, body)
    if (fault !== null) return refuse(...fault)
    if (name !== bucket) return refuse(404, 'NoSuchBucket', 'The specified bucket does not exist')

    if (key === '' && method === 'GET' && query.get('list-type') === '2')
      return say(200, { headers: { 'content-type': 'application/xml' }, body: list(query) })
    if (method === 'PUT') {
      const id = self.keepsVersions ? `v${++versions}` : 'null'
      const version = { id, bytes: body, modified: Temporal.Now.instant() }
      const before = self.keepsVersions ? (objects.get(key) ?? []) : []
      objects.set(key, [...before, version])
      return say(200, {
        headers: {
          etag: '"of no meaning"',
          'x-amz-checksum-sha256': String(headers['x-amz-checksum-sha256']),
          ...versionHeader(version),
        },
      })
    }
    const found = newest(key)
    if (method === 'DELETE') {
      remove(key, query.get('versionId'))
      return say(204)
    }
    if (found === null || found.bytes === null) {
      const mark = found === null ? {} : { 'x-amz-delete-marker': 'true', ...versionHeader(found) }
      return refuse(404, 'NoSuchKey', 'The specified key does not exist.', mark)
    }
    const whole = {
      'last-modified': new Date(found.modified.epochMilliseconds).toUTCString(),
      'accept-ranges': 'bytes',
      ...versionHeader(found),
    }
    if (method === 'HEAD') return say(200, { headers: whole, length: found.bytes.length })
    if (method !== 'GET')
      return refuse(405, 'MethodNotAllowed', 'The specified method is not allowed.')
    const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
    if (start === undefined || trouble === 'whole')
      return say(200, { headers: whole, body: found.bytes })
    if (Number(start) >= found.bytes.length)
      return refuse(416, 'InvalidRange', 'The requested range is not satisfiable')
    const last = Math.min(end === '' ? Infinity : Number(end), found.bytes.length - 1)
    return say(206, {
      headers: { ...whole, 'content-range': `bytes ${start}-${last}/${found.bytes.length}` },
      body: found.bytes.subarray(Number(start), last + 1),
    })
  }

  const versionHeader = ({ id }: Version): Record<string, string> =>
    id === 'null' ? {} : { 'x-amz-version-id': id }

  const remove = (key: string, version: string | null): void => {
    const before = objects.get(key) ?? []
    const after =
      version !== null
        ? before.filter(({ id }) => id !== version)
        : self.keepsVersions
          ? [...before, { id: `v${++versions}`, bytes: null, modified: Temporal.Now.instant() }]
          : []
    if (after.length === 0) objects.delete(key)
    else objects.set(key, after)
  }

  const list = (query: URLSearchParams): string => {
    const after = atob(query.get('continuation-token') ?? '')
    const keys = [...objects.keys()]
      .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
      .filter((key) => newest(key)?.bytes !== null)
      .sort()
    const length = Math.min(pageLength, Number(query.get('max-keys') ?? pageLength))
    const page = keys.slice(0, length)
    const next =
      keys.length > page.length
        ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${btoa(page.at(-1) ?? '')}</NextContinuationToken>`
        : '<IsTruncated>false</IsTruncated>'
    const contents = page.map((key) => {
      const { modified, bytes } = newest(key) as Version
      const at = modified.toString({ smallestUnit: 'millisecond' })
      return `<Contents><Key>${key}</Key><LastModified>${at}</LastModified><ETag>&quot;of no meaning&quot;</ETag><Size>${bytes?.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`
    })
    return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><KeyCount>${page.length}</KeyCount><MaxKeys>${length}</MaxKeys>${next}${contents.join('')}</ListBucketResult>`
  }

  const self: S3Server = {
    url,
    settings: { url, region, keyId, secret: { reveal: () => secret } },
    env: {
      BLOB_S3_URL: url,
      BLOB_S3_REGION: region,
      BLOB_S3_KEY_ID: keyId,
      BLOB_S3_SECRET: secret,
    },
    objects,
    asked,
    trouble: (method, ...more) => {
      troubles.set(method, [...(troubles.get(method) ?? []), ...more])
    },
    everything: null,
    keepsVersions: false,
    connections: () => sockets.size,
    age: (key, modified) => {
      objects.set(
        key,
        (objects.get(key) ?? []).map((version) => ({ ...version, modified })),
      )
    },
    present: (key) => newest(key)?.bytes ?? null,
  }
  return self
}

type Said = {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** Of the body that is not sent with the head of it. */
  readonly length?: number
}

/** Writes a byte again and again until nobody listens any more. */
const drip = (to: Socket | ServerResponse, head: string): void => {
  to.write(head)
  const dripping = setInterval(() => to.write('x'), 5)
  to.on('close', () => clearInterval(dripping))
}

const flipped = (bytes: Buffer): Buffer => {
  const other = Buffer.from(bytes)
  if (other.length > 0) other[other.length >> 1] = (other[other.length >> 1] ?? 0) ^ 1
  return other
}

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8}\/([^/]+)\/s3\/aws4_request), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/

/** Status, code and message of what a request lacks. */
const faultOf = (
  { method = '', headers }: IncomingMessage,
  target: string,
  body: Buffer,
): readonly [number, string, string] | null => {
  const lowered = headers as Readonly<Record<string, string | undefined>>
  const [, key, scope = '', ofRegion, list = '', signature] =
    authorization.exec(headers.authorization ?? '') ?? []
  if (key === undefined) return [403, 'AccessDenied', 'Access Denied']
  if (key !== keyId)
    return [403, 'InvalidAccessKeyId', 'The access key ID that was given does not exist.']
  if (ofRegion !== region)
    return [400, 'AuthorizationHeaderMalformed', `the region is wrong; expecting '${region}'`]
  const date = lowered['x-amz-date'] ?? ''
  const [, day, at] = /^(\d{8})T(\d{6})Z$/.exec(date) ?? []
  if (day === undefined || at === undefined || !scope.startsWith(`${day}/`))
    return [403, 'AccessDenied', 'A valid date is required.']
  const said = Temporal.Instant.from(`${day}T${at}Z`).epochMilliseconds
  if (Math.abs(said - Date.now()) > skewMs)
    return [403, 'RequestTimeTooSkewed', 'The difference between the clocks is too large.']
  const signed = list.split(';')
  const unsigned = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-') && !signed.includes(name),
  )
  if (!signed.includes('host') || unsigned.length > 0)
    return [403, 'AccessDenied', 'There were headers present in the request which were not signed']
  if (signatureOf({ method, target, headers: lowered }, signed, scope, secret) !== signature)
    return [403, 'SignatureDoesNotMatch', 'The signature does not match.']
  if (lowered['x-amz-content-sha256'] !== sha256(body))
    return [400, 'XAmzContentSHA256Mismatch', 'The hash of the content does not match.']
  const checksum = lowered['x-amz-checksum-sha256']
  if (checksum !== undefined && checksum !== Buffer.from(sha256(body), 'hex').toString('base64'))
    return [400, 'BadDigest', 'The SHA256 you specified did not match what we received.']
  if (method === 'PUT' && lowered['content-length'] === undefined)
    return [411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.']
  return null
}
