import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Carrier, type CarrierOptions, createCarrier } from '../../src/simulator/carrier.ts'
import { virtualClock } from '../../src/simulator/clock.ts'
import type { WebhookObservation } from '../../src/simulator/exchange.ts'
import { seededSids } from '../../src/simulator/identifiers.ts'

export const accountSid = `AC${'0'.repeat(32)}`
export const authToken = 'the token of the tests'
export const line = '+78005557373'

/** A request that a test's server got. */
export type Got = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Of the body, or of the query string of a GET. */
  readonly form: URLSearchParams
}

export type Page =
  | string
  | ((got: Got, count: number) => string | ((response: ServerResponse) => void) | undefined)

/** The other side of the wire: a server that answers each path with the document written for it. */
export const serve = async (pages: Readonly<Record<string, Page>>) => {
  const got: Got[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const url = new URL(request.url ?? '/', 'http://server')
      const form = request.method === 'GET' ? url.searchParams : new URLSearchParams(body)
      const one: Got = {
        method: request.method ?? '',
        path: url.pathname,
        headers: request.headers,
        body,
        form,
      }
      got.push(one)
      const page = pages[url.pathname]
      const count = got.filter((other) => other.path === one.path).length
      const answer = typeof page === 'function' ? page(one, count) : page
      if (typeof answer === 'function') answer(response)
      else if (answer === undefined) response.writeHead(404).end()
      else {
        response.writeHead(200, { 'content-type': 'text/xml' })
        response.end(answer.startsWith('<?xml') ? answer : `<Response>${answer}</Response>`)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    got,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A call of the account's own to somebody. */
export const ownCall = (
  to: string,
  first: Parameters<Carrier['originate']>[0]['first'],
): Parameters<Carrier['originate']>[0] => ({
  to,
  from: line,
  request: null,
  ringSeconds: 20,
  custom: {},
  news: null,
  machineDetection: null,
  invalid: false,
  first,
  fallback: null,
})

/** A carrier in virtual time whose one number leads to `pages`. */
export const carrierOf = async (
  pages: Readonly<Record<string, Page>>,
  options: Partial<CarrierOptions> & { readonly fragment?: string } = {},
) => {
  const server = await serve({ '/status': '', ...pages })
  const observations: WebhookObservation[] = []
  const carrier: Carrier = createCarrier({
    accountSid,
    authToken,
    numbers: {
      [line]: {
        voiceUrl: `${server.url}/voice${options.fragment ?? ''}`,
        statusCallback: `${server.url}/status`,
        ...('/fallback' in pages && { voiceFallbackUrl: `${server.url}/fallback` }),
      },
    },
    clock: virtualClock(),
    newSid: seededSids('tests'),
    observe: (observation) => observations.push(observation),
    ...options,
  })
  return { server, carrier, observations }
}
