import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import type {
  PhoneCommand,
  PhoneExample,
  PhoneLine,
  PhoneReport,
} from '../../src/simulator/phone-protocol.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** What the server sends with every page: no inline script or style, nothing from elsewhere. */
const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** A tenth of a second of silence as a WAV file: 8 kHz, 8 bit, one channel. */
function silence(): Buffer {
  const samples = 800
  const file = Buffer.alloc(44 + samples, 0x80)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + samples, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(8000, 24)
  file.writeUInt32LE(8000, 28)
  file.writeUInt16LE(1, 32)
  file.writeUInt16LE(8, 34)
  file.write('data', 36)
  file.writeUInt32LE(samples, 40)
  return file
}

export type ScriptedCarrier = {
  readonly url: string
  /** Every utterance that the page asked the carrier's own voice for. */
  readonly spoken: readonly string[]
  /** Says one or more things to the telephone. */
  readonly report: (...reports: readonly PhoneReport[]) => void
  /** The next command of this type on the newest connection, also one that has come already. */
  readonly command: <T extends PhoneCommand['type']>(
    type: T,
  ) => Promise<Extract<PhoneCommand, { type: T }>>
  /** Cuts every connection and answers none until `back`. */
  readonly away: () => Promise<void>
  readonly back: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What the page offers to ask for. */
export const example: PhoneExample = {
  number: 'RU-2026-000001',
  keys: '2026000001#',
  accessCode: '4821',
}

/** A carrier that does only what the test says: serves the built pages and one telephone. */
export async function startScriptedCarrier(
  pages: string,
  lines: readonly PhoneLine[],
): Promise<ScriptedCarrier> {
  const spoken: string[] = []
  const commands: PhoneCommand[] = []
  const waiting = new Set<() => void>()
  const connections = new Set<Socket>()
  let telephone: WebSocket | undefined

  const http = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://carrier')
    response.setHeader('content-security-policy', policy)
    if (pathname === '/phone/lines') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(lines))
    } else if (pathname === '/phone/example') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(example))
    } else if (pathname === '/phone/speech') {
      spoken.push(searchParams.get('text') ?? '')
      response.setHeader('content-type', 'audio/wav')
      response.end(silence())
    } else {
      const path = pathname === '/phone' ? '/phone/index.html' : normalize(pathname)
      const file = await readFile(join(pages, path)).catch(() => null)
      response.statusCode = file ? 200 : 404
      response.setHeader('content-type', contentTypes[extname(path)] ?? 'text/plain')
      response.end(file ?? 'not found')
    }
  })
  http.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  const sockets = new WebSocketServer({ server: http, path: '/phone/socket' })
  sockets.on('connection', (socket) => {
    telephone = socket
    commands.length = 0
    socket.on('message', (data) => {
      commands.push(JSON.parse(String(data)) as PhoneCommand)
      for (const look of waiting) look()
    })
  })

  async function listen(port: number): Promise<void> {
    http.listen(port, '127.0.0.1')
    await once(http, 'listening')
  }
  async function away(): Promise<void> {
    const closed = once(http, 'close')
    http.close()
    for (const socket of connections) socket.destroy()
    await closed
  }

  await listen(0)
  const { port } = http.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    spoken,
    report(...reports) {
      for (const report of reports) telephone?.send(JSON.stringify(report))
    },
    command(type) {
      const { promise, resolve } = Promise.withResolvers<never>()
      function look(): void {
        const at = commands.findIndex((command) => command.type === type)
        if (at < 0) return
        waiting.delete(look)
        resolve(commands.splice(at, 1)[0] as never)
      }
      waiting.add(look)
      look()
      return promise
    },
    away,
    back: () => listen(port),
    async close() {
      sockets.close()
      await away()
    },
  }
}
