import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http'
import { Agent as HttpsAgent, request as secureRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { EncodedBody } from './form-body.ts'

/** Longest answer, counted after decompression. */
export const maxBytes = 1024 * 1024

export type Exchange = {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: EncodedBody | null
  readonly lookup: LookupFunction
  readonly signal: AbortSignal
}

export type Exchanged = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Empty for any status but 200 to 299. */
  readonly bytes: Buffer
}

/** Kept apart from all other traffic of the process: sockets are reused only where the check has been made. */
export type Agents = { readonly http: HttpAgent; readonly https: HttpsAgent }

export const makeAgents = (): Agents => {
  const options = { keepAlive: true, maxSockets: 64, maxTotalSockets: 256, timeout: 30_000 }
  return { http: new HttpAgent(options), https: new HttpsAgent(options) }
}

/**
 * One request and its answer, whole. Redirections are answers like any other: they are not followed. Rejects
 * when the connection fails, the signal fires, or the answer is too large or coded in a way not asked for.
 */
export const exchange = async (what: Exchange, agents: Agents): Promise<Exchanged> => {
  const response = await send(what, agents)
  const { statusCode: status = 0, headers } = response
  if (status < 200 || status > 299) {
    response.destroy()
    return { status, headers, bytes: Buffer.alloc(0) }
  }
  if (what.method === 'HEAD') {
    response.resume()
    return { status, headers, bytes: Buffer.alloc(0) }
  }
  return { status, headers, bytes: await readAll(response, what.signal) }
}

const send = (
  { method, url, headers, body, lookup, signal }: Exchange,
  agents: Agents,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const options = {
      method,
      lookup,
      signal,
      headers: {
        ...headers,
        ...(body === null
          ? {}
          : { 'content-type': body.type, 'content-length': String(body.bytes.length) }),
      },
    }
    const outgoing =
      url.protocol === 'https:'
        ? secureRequest(url, { ...options, agent: agents.https })
        : request(url, { ...options, agent: agents.http })
    outgoing.on('response', resolve)
    outgoing.on('error', reject)
    // Nobody asked for another protocol.
    outgoing.on('upgrade', (_response, socket) => socket.destroy())
    outgoing.end(body?.bytes)
  })

const readAll = async (response: IncomingMessage, signal: AbortSignal): Promise<Buffer> => {
  const declared = Number(response.headers['content-length'] ?? 0)
  if (declared > maxBytes) {
    response.destroy()
    throw new Error(`the answer is larger than ${maxBytes} bytes`)
  }
  const chunks: Buffer[] = []
  let length = 0
  const count = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      length += chunk.length
      if (length > maxBytes) return done(new Error(`the answer is larger than ${maxBytes} bytes`))
      chunks.push(chunk)
      return done()
    },
  })
  const decoder = decoderOf(response.headers['content-encoding'] ?? 'identity')
  if (decoder === null) await pipeline(response, count, { signal })
  else await pipeline(response, decoder, count, { signal })
  return Buffer.concat(chunks)
}

const decoderOf = (encoding: string) => {
  switch (encoding.trim().toLowerCase()) {
    case 'identity':
    case '':
      return null
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      throw new Error(`the answer is encoded as ${encoding}`)
  }
}
