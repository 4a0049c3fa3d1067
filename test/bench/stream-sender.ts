/**
 * A process that streams calls, as cheaply as it can: messages are built once for all streams, of which each puts
 * its own identifier in, and are written as the frames of a WebSocket that they are.
 */
import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import type { Socket } from 'node:net'

export type SenderOrder = {
  readonly port: number
  readonly signature: string
  readonly accountSid: string
  readonly streams: readonly { readonly callSid: string; readonly token: string }[]
  readonly seconds: number
}

export type SenderFigures = {
  readonly frames: number
  readonly cpuSeconds: number
  readonly seconds: number
  /** Longest that a tick of 20 ms came late: a generator that cannot keep up measures nothing. */
  readonly lateMs: number
  readonly bytesWaiting: number
}

const tickMs = 20
/** Streams are spread over the 20 ms, as they would be. */
const slots = 10

const sidAt = 'MZ'.padEnd(34, '0')

const textFrame = (text: string): Buffer => {
  const payload = Buffer.from(text)
  const long = payload.length > 125
  const head = Buffer.alloc(long ? 8 : 6)
  head[0] = 0x81
  head[1] = 0x80 | (long ? 126 : payload.length)
  if (long) head.writeUInt16BE(payload.length, 2)
  // A mask of zeros costs the sender nothing, and the receiver as much as any other.
  return Buffer.concat([head, payload])
}

const connect = (port: number, signature: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const outgoing = request({
      port,
      host: '127.0.0.1',
      path: '/media',
      agent: false,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        'X-Twilio-Signature': signature,
      },
    })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => reject(new Error(`status ${response.statusCode}`)))
    outgoing.on('upgrade', (_response, socket) => {
      socket.on('error', () => {})
      socket.resume()
      resolve(socket as Socket)
    })
    outgoing.end()
  })

const speech = Buffer.from(Array.from({ length: 160 }, (_, i) => (i * 37) & 255)).toString('base64')

const run = async (order: SenderOrder): Promise<void> => {
  const streams: { socket: Socket; sid: Buffer; callSid: string }[] = []
  for (const { callSid, token } of order.streams) {
    const socket = await connect(order.port, order.signature)
    const streamSid = `MZ${randomBytes(16).toString('hex')}`
    socket.write(textFrame('{"event":"connected","protocol":"Call","version":"1.0.0"}'))
    const start = {
      accountSid: order.accountSid,
      streamSid,
      callSid,
      tracks: ['inbound', 'outbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: { token },
    }
    socket.write(
      textFrame(JSON.stringify({ event: 'start', sequenceNumber: '1', start, streamSid })),
    )
    streams.push({ socket, sid: Buffer.from(streamSid), callSid })
  }
  process.send?.({ connected: true })
  await new Promise((resolve) => process.once('message', resolve))

  let isToStop = false
  process.once('message', () => {
    isToStop = true
  })

  const before = process.cpuUsage()
  const beganAt = performance.now()
  let step = 0
  let late = 0
  /** Sends up to a step, each as its time comes. */
  const sendTo = async (last: number): Promise<void> => {
    while (step < last) {
      const due = Math.min(last, Math.floor(((performance.now() - beganAt) * slots) / tickMs))
      late = Math.max(late, ((due - step) * tickMs) / slots)
      for (; step < due; step++) {
        const [message, offsets] = bothTracks(Math.floor(step / slots))
        for (let index = step % slots; index < streams.length; index += slots) {
          const stream = streams[index]
          if (stream === undefined) continue
          const own = Buffer.allocUnsafe(message.length)
          message.copy(own)
          for (const offset of offsets) stream.sid.copy(own, offset)
          stream.socket.write(own)
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  const framesSent = () => (2 * step * streams.length) / slots

  await sendTo(Math.round((order.seconds * 1000) / tickMs) * slots)
  const { user, system } = process.cpuUsage(before)
  const figures: SenderFigures = {
    frames: framesSent(),
    cpuSeconds: (user + system) / 1e6,
    seconds: (performance.now() - beganAt) / 1000,
    lateMs: late,
    bytesWaiting: streams.reduce((sum, { socket }) => sum + socket.writableLength, 0),
  }
  process.send?.({ sent: figures })
  // Whole ticks, so that every stream is sent as much as the others.
  while (!isToStop) await sendTo(step + slots)
  for (const { socket, sid, callSid } of streams) {
    const stop = { accountSid: order.accountSid, callSid }
    const sequenceNumber = String((2 * step) / slots + 2)
    socket.end(
      textFrame(JSON.stringify({ event: 'stop', sequenceNumber, streamSid: sid.toString(), stop })),
    )
  }
  process.send?.({ stopped: { frames: framesSent() } })
}

let built: readonly [number, Buffer, readonly number[]] = [-1, Buffer.alloc(0), []]

/** The two messages of a tick, and where in them the identifier of the stream goes. */
const bothTracks = (tick: number): readonly [Buffer, readonly number[]] => {
  if (built[0] !== tick) {
    const frames = ['inbound', 'outbound'].map((track, index) =>
      textFrame(
        JSON.stringify({
          event: 'media',
          sequenceNumber: String(2 * tick + 2 + index),
          media: {
            track,
            chunk: String(tick + 1),
            timestamp: String(tick * tickMs),
            payload: speech,
          },
          streamSid: sidAt,
        }),
      ),
    )
    const message = Buffer.concat(frames)
    const first = message.indexOf(sidAt)
    built = [tick, message, [first, message.indexOf(sidAt, first + 1)]]
  }
  return [built[1], built[2]]
}

process.once('message', (order: SenderOrder) => void run(order))
