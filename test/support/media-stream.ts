import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket } from 'ws'
import { accountSid, authToken, sign, type TestServer } from './server.ts'

/** A number of the shipped flows that is integrated. */
export const integratedLine = '+78005550303'

export const newSid = (prefix: string): string => prefix + randomBytes(16).toString('hex')

/** Answers an incoming call on the integrated line; the token of its stream stands in the answer. */
export const callIn = async (
  { signedPost }: Pick<TestServer, 'signedPost'>,
  callSid = newSid('CA'),
): Promise<{ readonly callSid: string; readonly token: string; readonly twiml: string }> => {
  const { body } = await signedPost('/voice/incoming', {
    CallSid: callSid,
    AccountSid: accountSid,
    From: '+79161234567',
    To: integratedLine,
    CallStatus: 'ringing',
    Direction: 'inbound',
  })
  return { callSid, token: tokenIn(body), twiml: body }
}

/** The carrier's API, as far as streams go: notes what is ordered. */
export const startStreamApi = async (t: {
  teardown(work: () => Promise<void>): unknown
}): Promise<{
  readonly url: string
  /** Orders so far, oldest first. */
  readonly orders: { readonly callSid: string; readonly form: URLSearchParams }[]
}> => {
  const orders: { callSid: string; form: URLSearchParams }[] = []
  const http = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const [, callSid = ''] = /Calls\/(CA\w+)\/Streams/.exec(request.url ?? '') ?? []
    orders.push({ callSid, form: new URLSearchParams(body) })
    response.writeHead(201, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ sid: newSid('MZ'), status: 'in-progress' }))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  t.teardown(async () => {
    http.closeAllConnections()
    http.close()
  })
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, orders }
}

export const tokenIn = (twiml: string): string =>
  /<Parameter name="token" value="([^"]+)"/.exec(twiml)?.[1] ?? ''

export const hangUp = ({ signedPost }: Pick<TestServer, 'signedPost'>, callSid: string) =>
  signedPost('/voice/status', {
    CallSid: callSid,
    AccountSid: accountSid,
    CallStatus: 'completed',
    CallDuration: '5',
    SequenceNumber: '0',
    Timestamp: new Date().toUTCString(),
  })

/** The carrier's side of one media socket, written by hand. */
export type StreamSender = {
  readonly socket: WebSocket
  readonly streamSid: string
  readonly send: (message: object | string | Buffer) => void
  readonly start: (changes?: {
    readonly token?: string
    readonly callSid?: string
    readonly start?: object
    readonly message?: object
    /** False: without a `connected` before it. */
    readonly connects?: boolean
  }) => void
  /** 20 ms of one side; `byte` repeated. */
  readonly frame: (frame: {
    readonly track?: 'inbound' | 'outbound'
    readonly sequence: number
    readonly timestamp: number
    readonly byte?: number
    readonly samples?: number
  }) => void
  readonly stop: (sequence: number) => void
  /** Code of the close that the server sent, or of the connection's end. */
  readonly closed: Promise<number>
}

/** Opens a media socket with a signed upgrade. */
export const openStream = async (
  server: { readonly url: string; readonly server: { readonly publicUrl: string } },
  call: { readonly callSid: string; readonly token: string },
  streamSid = newSid('MZ'),
  account = { accountSid, authToken },
): Promise<StreamSender> => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/media`, {
    headers: {
      'x-twilio-signature': upgradeSignature(server.server.publicUrl, '/media', account.authToken),
    },
    perMessageDeflate: false,
  })
  const { promise: closed, resolve } = Promise.withResolvers<number>()
  socket.on('close', resolve)
  socket.on('error', () => {})
  await once(socket, 'open')
  const send: StreamSender['send'] = (message) =>
    socket.send(
      typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    )
  return {
    socket,
    streamSid,
    closed,
    send,
    start: ({
      token = call.token,
      callSid = call.callSid,
      start = {},
      message = {},
      connects = true,
    } = {}) => {
      if (connects) send({ event: 'connected', protocol: 'Call', version: '1.0.0' })
      send({
        event: 'start',
        sequenceNumber: '1',
        streamSid,
        start: {
          accountSid: account.accountSid,
          streamSid,
          callSid,
          tracks: ['inbound', 'outbound'],
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
          customParameters: { token },
          ...start,
        },
        ...message,
      })
    },
    frame: ({ track = 'inbound', sequence, timestamp, byte = 0x10, samples = 160 }) =>
      send({
        event: 'media',
        sequenceNumber: String(sequence),
        media: {
          track,
          chunk: String(sequence),
          timestamp: String(timestamp),
          payload: Buffer.alloc(samples, byte).toString('base64'),
        },
        streamSid,
      }),
    stop: (sequence) =>
      send({
        event: 'stop',
        sequenceNumber: String(sequence),
        streamSid,
        stop: { accountSid: account.accountSid, callSid: call.callSid },
      }),
  }
}

export const upgradeSignature = (publicUrl: string, path = '/media', token = authToken): string =>
  sign(publicUrl.replace(/^http/, 'ws') + path, '', token)

/** Milliseconds after which something is not late but lost. */
const patience = 90_000

/** Asks until there is an answer: what the server does after a close has no other sign. */
export const until = async <T>(ask: () => Promise<T | null | undefined>): Promise<T> => {
  const deadline = performance.now() + patience
  while (performance.now() < deadline) {
    const answer = await ask()
    if (answer !== null && answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('What was waited for did not happen')
}
