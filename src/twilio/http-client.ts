import { readFileSync } from 'node:fs'
import { Agent, type ClientRequest, type IncomingHttpHeaders, request } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import { type ParsedUrlQueryInput, stringify } from 'node:querystring'
import type RequestClient from 'twilio/lib/base/RequestClient.js'

/** Why there is no answer. */
export type RequestFault = NodeJS.ErrnoException & {
  /** No connection came about: nothing was sent. */
  readonly neverLeft?: boolean
}

/** Each order under way has one to itself; with answers after a fifth of a second, these are a thousand a second. */
const mostConnections = 256

type Wanted = RequestClient.RequestOptions<ParsedUrlQueryInput, ParsedUrlQueryInput>

type Answered = {
  readonly statusCode: number
  readonly headers: IncomingHttpHeaders
  /** As it came; the library reads it. */
  readonly body: string
}

/**
 * The Twilio library's way to the carrier in place of its own, which takes three times the processor time of
 * a request and has twenty connections at most. As there, nothing is tried again and nothing is followed,
 * and a proxy and certificates are taken from `HTTP_PROXY` and `TWILIO_CA_BUNDLE`.
 *
 * @param timeoutMs so long a connection may be silent
 * @see https://www.twilio.com/docs/libraries/reference/twilio-node/
 */
export const httpClient = (
  timeoutMs: number,
  { HTTP_PROXY: proxy, TWILIO_CA_BUNDLE: bundle }: NodeJS.ProcessEnv,
): RequestClient => {
  const options = { keepAlive: true, maxSockets: mostConnections, timeout: timeoutMs }
  const agent = new Agent(options)
  const secureAgent = new SecureAgent({
    ...options,
    ...(bundle ? { ca: readFileSync(bundle) } : {}),
    ...(proxy ? { proxyEnv: { HTTPS_PROXY: proxy } } : {}),
  })
  const client = {
    request: ({ method, uri, username, password, headers, params, data }: Wanted) => {
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
      const what = { method: method.toUpperCase(), headers: { ...headers, authorization } }
      const url = params === undefined ? uri : `${uri}?${stringify(params)}`
      const sent = url.startsWith('https:')
        ? secureRequest(url, { ...what, agent: secureAgent })
        : request(url, { ...what, agent })
      return answerTo(sent, data === undefined ? '' : stringify(data))
    },
  }
  // Of what the library's own client has besides, nothing is used.
  return client as unknown as RequestClient
}

const answerTo = (sent: ClientRequest, body: string): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const fail = (fault: NodeJS.ErrnoException) =>
      reject(Object.assign(fault, { neverLeft: isBeforeConnecting(fault, sent) }))
    sent.on('response', (response) => {
      const { statusCode = 0, headers } = response
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ statusCode, headers, body: text }))
      response.on('error', fail)
    })
    sent.on('timeout', () => {
      // Before its end: a socket that is destroyed no longer tells whether it was connected.
      fail(new Error('No answer in time'))
      sent.destroy()
    })
    sent.on('error', fail)
    sent.end(body)
  })

const codesBeforeConnecting = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** By its code, or because its socket still waits for a connection. */
const isBeforeConnecting = ({ code = '', syscall }: NodeJS.ErrnoException, sent: ClientRequest) =>
  codesBeforeConnecting.has(code) || syscall === 'connect' || sent.socket?.connecting === true
