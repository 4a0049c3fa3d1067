import { randomBytes } from 'node:crypto'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'

/** The carrier's end of a WebSocket: sends text, and hears when the other side closes. */
export type MediaSocket = {
  readonly send: (text: string) => void
  /** Bytes that the other side has not taken yet. */
  readonly waiting: () => number
  readonly onDrained: (then: () => void) => void
  /** Closes in order, with code 1000. */
  readonly close: () => void
  /** Cuts the connection. */
  readonly destroy: () => void
}

export type MediaConnection =
  | { readonly kind: 'open'; readonly socket: MediaSocket }
  | { readonly kind: 'failed'; readonly code: number; readonly message: string }

const connectMilliseconds = 5_000

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const

/** One frame as a client sends it: masked. Source: RFC 6455 §5.2. */
const frame = (opcode: number, payload: Buffer): Buffer => {
  const long = payload.length > 125
  const head = Buffer.alloc((long ? 4 : 2) + 4)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (long ? 126 : payload.length)
  if (long) head.writeUInt16BE(payload.length, 2)
  const mask = randomBytes(4)
  mask.copy(head, head.length - 4)
  const masked = Buffer.from(payload)
  for (let i = 0; i < masked.length; i += 1) {
    masked[i] = (masked[i] as number) ^ (mask[i & 3] as number)
  }
  return Buffer.concat([head, masked])
}

type ServerFrame = { readonly opcode: number; readonly payload: Buffer }

/** Takes whole frames off what has been received; a server sends them unmasked, and short ones. */
const framesIn = (
  received: Buffer,
): { readonly frames: readonly ServerFrame[]; readonly rest: Buffer } => {
  const frames: ServerFrame[] = []
  let rest = received
  while (rest.length >= 2) {
    const length = (rest[1] as number) & 0x7f
    const size = length === 126 ? 4 : 2
    if (length === 127 || rest.length < size) break
    const end = size + (length === 126 ? rest.readUInt16BE(2) : length)
    if (rest.length < end) break
    frames.push({ opcode: (rest[0] as number) & 0x0f, payload: rest.subarray(size, end) })
    rest = rest.subarray(end)
  }
  return { frames, rest }
}

/**
 * Opens a WebSocket as the carrier does: one request, no second try. Never rejects.
 *
 * @param url where to connect, `http:` or `https:`
 * @param onClosed the other side has closed, with this code; 1006 without one
 */
export const connectMedia = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  onClosed: (code: number) => void,
): Promise<MediaConnection> =>
  new Promise((resolve) => {
    const failed = (code: number, message: string): void =>
      resolve({ kind: 'failed', code, message })
    const outgoing = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      agent: false,
      headers: {
        ...headers,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      },
    })
    outgoing.setTimeout(connectMilliseconds, () => {
      failed(31901, 'WebSocket: connection timeout')
      outgoing.destroy()
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      failed(error.code === 'ECONNREFUSED' ? 31902 : 31904, `WebSocket: ${error.message}`),
    )
    outgoing.on('response', (response) => {
      failed(31920, `WebSocket: handshake answered with ${response.statusCode}`)
      outgoing.destroy()
    })
    outgoing.on('upgrade', (_response, socket, head) => {
      outgoing.setTimeout(0)
      resolve({ kind: 'open', socket: onSocket(socket as Socket, head, onClosed) })
    })
    outgoing.end()
  })

const onSocket = (socket: Socket, head: Buffer, onClosed: (code: number) => void): MediaSocket => {
  let received: Buffer = head
  let code = 1006
  const hear = (): void => {
    const { frames, rest } = framesIn(received)
    received = rest
    for (const { opcode, payload } of frames) {
      if (opcode === opcodes.ping) socket.write(frame(opcodes.pong, payload))
      if (opcode !== opcodes.close) continue
      code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005
      socket.end(frame(opcodes.close, payload.subarray(0, 2)))
    }
  }
  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    hear()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => onClosed(code))
  hear()
  return {
    send: (text) => {
      if (socket.writable) socket.write(frame(opcodes.text, Buffer.from(text)))
    },
    waiting: () => (socket.writable ? socket.writableLength : 0),
    onDrained: (then) => {
      const once = (): void => {
        socket.off('drain', once)
        socket.off('close', once)
        then()
      }
      socket.on('drain', once)
      socket.on('close', once)
    },
    close: () => {
      if (socket.writable) socket.end(frame(opcodes.close, Buffer.from([0x03, 0xe8])))
      else socket.destroy()
    },
    destroy: () => socket.destroy(),
  }
}
