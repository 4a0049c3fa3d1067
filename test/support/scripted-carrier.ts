import { type WebSocket, WebSocketServer } from 'ws'
import type {
  PhoneCommand,
  PhoneExample,
  PhoneLine,
  PhoneReport,
} from '../../src/simulator/phone-protocol.ts'
import { inbox } from './inbox.ts'
import { hostPage, type PageHost } from './page-host.ts'

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

export type ScriptedCarrier = Omit<PageHost, 'http'> & {
  /** Every utterance that the page asked the carrier's own voice for. */
  readonly spoken: readonly string[]
  /** Says one or more things to the telephone. */
  readonly report: (...reports: readonly PhoneReport[]) => void
  /** The next command of this type on the newest connection, also one that has come already. */
  readonly command: <T extends PhoneCommand['type']>(
    type: T,
  ) => Promise<Extract<PhoneCommand, { type: T }>>
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
  const commands = inbox<PhoneCommand>()
  let telephone: WebSocket | undefined

  const { http, ...host } = await hostPage(
    pages,
    'phone',
    async (_request, response, url, json) => {
      if (url.pathname === '/phone/lines') json(200, lines)
      else if (url.pathname === '/phone/example') json(200, example)
      else if (url.pathname === '/phone/speech') {
        spoken.push(url.searchParams.get('text') ?? '')
        response.writeHead(200, { 'content-type': 'audio/wav' }).end(silence())
      } else return false
      return true
    },
  )
  const sockets = new WebSocketServer({ server: http, path: '/phone/socket' })
  sockets.on('connection', (socket) => {
    telephone = socket
    commands.items.length = 0
    socket.on('message', (data) => commands.add(JSON.parse(String(data)) as PhoneCommand))
  })

  return {
    ...host,
    spoken,
    report(...reports) {
      for (const report of reports) telephone?.send(JSON.stringify(report))
    },
    command: async (type) =>
      (await commands.take((command) => command.type === type)) as Extract<
        PhoneCommand,
        { type: typeof type }
      >,
    async close() {
      sockets.close()
      await host.away()
    },
  }
}
