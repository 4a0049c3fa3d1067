import { Agent, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as SecureAgent } from 'node:https'
import { gunzipSync } from 'node:zlib'

/** One HTTP request as it leaves the carrier. */
export type WireRequest = {
  /** Where to connect; the `Host` header may name another place. */
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly connectMilliseconds: number
  /** To the first byte, and between two packets. */
  readonly readMilliseconds: number
  readonly totalMilliseconds: number
  /** Bytes of the answer that are read before the rest is refused. */
  readonly limit: number
  /** Breaks the connection: once the request has left, or after so many bytes of the answer's body. */
  readonly breakAfter?: 'request' | number
}

export type WireAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly cookies: readonly string[]
      readonly body: Buffer
      readonly overlong: boolean
    }
  | {
      readonly kind: 'failed'
      readonly how: 'connect' | 'dns' | 'tls' | 'timeout' | 'broken'
      readonly message: string
    }

export type Send = (request: WireRequest) => Promise<WireAnswer>

const failureOf = (error: Error & { code?: string }): 'connect' | 'dns' | 'tls' | 'broken' => {
  const code = error.code ?? ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns'
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/.test(code)) return 'connect'
  if (/CERT|TLS|SSL|SELF_SIGNED|EPROTO/.test(code)) return 'tls'
  return 'broken'
}

/**
 * Sends over HTTP/1.1. Timeouts run on the machine's clock whatever clock the call has: the wire is
 * real. Never rejects.
 *
 * @param options `keepAlive`: whether connections are used again; Twilio does not say what it does
 */
export const httpSender = ({ keepAlive }: { readonly keepAlive: boolean }): Send => {
  const agent = new Agent({ keepAlive })
  const secureAgent = new SecureAgent({ keepAlive })
  const send: Send = (request) =>
    new Promise((resolve) => {
      const secure = request.url.protocol === 'https:'
      // Left in the URL, user and password would go out before the server has asked for them.
      const url = new URL(request.url)
      url.username = ''
      url.password = ''
      const outgoing = (secure ? requestHttps : requestHttp)(url, {
        agent: secure ? secureAgent : agent,
        method: request.method,
        headers: {
          ...request.headers,
          ...(request.body !== '' && { 'Content-Length': Buffer.byteLength(request.body) }),
        },
      })
      const fail = (
        how: 'connect' | 'dns' | 'tls' | 'timeout' | 'broken',
        message: string,
      ): void => {
        clearTimeout(connecting)
        clearTimeout(total)
        resolve({ kind: 'failed', how, message })
        outgoing.destroy()
      }
      let heard = request.breakAfter !== undefined
      const connecting = setTimeout(
        () => fail('connect', `no connection within ${request.connectMilliseconds} ms`),
        request.connectMilliseconds,
      )
      const total = setTimeout(
        () => fail('timeout', `no whole answer within ${request.totalMilliseconds} ms`),
        request.totalMilliseconds,
      )
      outgoing.on('socket', (socket) => {
        const connected = (): void => clearTimeout(connecting)
        if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', connected)
        else connected()
      })
      outgoing.setTimeout(request.readMilliseconds, () =>
        fail('timeout', `nothing read for ${request.readMilliseconds} ms`),
      )
      outgoing.on('error', (error) => {
        // A kept connection may close as it is taken up again: then nothing has been heard, nor lost.
        if (outgoing.reusedSocket && failureOf(error) === 'broken' && !heard) {
          clearTimeout(connecting)
          clearTimeout(total)
          resolve(send(request))
        } else fail(failureOf(error), error.message)
      })
      if (request.breakAfter === 'request') {
        // The socket is broken a moment after its last byte has left, so that the server has the whole
        // request and is at work on it.
        outgoing.on('finish', () => setTimeout(() => fail('broken', 'connection reset'), 20))
      }
      outgoing.on('response', (incoming) => {
        heard = true
        const chunks: Buffer[] = []
        let size = 0
        const finish = (overlong: boolean): void => {
          clearTimeout(total)
          const packed = Buffer.concat(chunks)
          const headers: Record<string, string> = {}
          for (const [name, value] of Object.entries(incoming.headers)) {
            if (typeof value === 'string') headers[name] = value
          }
          try {
            resolve({
              kind: 'answer',
              status: incoming.statusCode ?? 0,
              headers,
              cookies: incoming.headers['set-cookie'] ?? [],
              body:
                headers['content-encoding'] === 'gzip' && !overlong ? gunzipSync(packed) : packed,
              overlong,
            })
          } catch (error) {
            fail('broken', error instanceof Error ? error.message : String(error))
          }
        }
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          size += chunk.length
          if (typeof request.breakAfter === 'number' && size > request.breakAfter) {
            fail('broken', `connection reset after ${request.breakAfter} bytes of the answer`)
          } else if (size > request.limit) {
            finish(true)
            outgoing.destroy()
          }
        })
        incoming.on('end', () => finish(false))
        incoming.on('error', (error) => fail('broken', error.message))
      })
      outgoing.end(request.body)
    })
  return send
}
