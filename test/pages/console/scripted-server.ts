import { type WebSocket, WebSocketServer } from 'ws'
import { apply } from '../../../src/pages/console/snapshot.ts'
import type { ListedCall } from '../../../src/pages/console/use-half-hour.ts'
import type {
  SoftphoneCommand,
  SoftphoneReport,
} from '../../../src/simulator/softphone-protocol.ts'
import type {
  ClientMessage as ChannelSaying,
  ServerMessage as ChannelWord,
} from '../../../src/web/channel/protocol.ts'
import type {
  ClientMessage,
  Command,
  ConsoleEvent,
  ServerMessage,
  Snapshot,
} from '../../../src/web/operator/protocol.ts'
import { inbox } from '../../support/inbox.ts'
import { hostPage, type PageHost } from '../../support/page-host.ts'

/** What is said to one who signs in, by what is given. */
export type Door = (given: { login: string; password: string; code?: string }) => {
  readonly status: number
  readonly code?: string
}

/** What is said to one who changes the own password. */
export type Renewal = (given: { oldPassword: string; newPassword: string }) => {
  readonly status: number
  readonly code?: string
}

type Commanded = { readonly id: string; readonly command: Command }

export type ScriptedServer = Omit<PageHost, 'http'> & {
  /** Puts every console back to the beginning, signed in, with this snapshot. */
  readonly begin: (snapshot: Snapshot) => void
  /** Lets it all happen in one message. */
  readonly happen: (...events: readonly ConsoleEvent[]) => void
  /** Events that are lost on their way: counted, and never sent. */
  readonly lose: (...events: readonly ConsoleEvent[]) => void
  /** The next command of this type that any console gave, also one that has come already. */
  readonly command: <T extends Command['type']>(type: T) => Promise<Commanded>
  /** Commands of this type that no test has taken. */
  readonly left: (type: Command['type']) => readonly Commanded[]
  readonly refuse: (id: string, code: string) => void
  /** `false`: commands are heard and not answered. */
  answering: boolean
  /** Every greeting so far, by the number it named. */
  readonly greetings: (number | null)[]
  /** Calls of every half hour, newest first; null = the call log does not answer. And what was asked of it. */
  callLog: readonly ListedCall[] | null
  readonly asked: string[]
  door: Door
  renewal: Renewal
  isSignedIn: boolean
  softphone: 'none' | 'simulated'
  /** Says something to every softphone. */
  readonly report: (report: SoftphoneReport) => void
  /** The next command of a softphone of this type. */
  readonly pressed: (type: SoftphoneCommand['type']) => Promise<SoftphoneCommand>
  /** What the softphones did and was not taken by `pressed`. */
  readonly unpressed: (type: SoftphoneCommand['type']) => readonly SoftphoneCommand[]
  /** The next thing of this type that a console said in a channel. */
  readonly said: <T extends ChannelSaying['type']>(
    type: T,
  ) => Promise<Extract<ChannelSaying, { type: T }>>
  /** Tells every console something of the channel it has open. */
  readonly tell: (...words: readonly ChannelWord[]) => void
  /** Breaks the channels' sockets. */
  readonly cutChannels: () => void
  /** What every photo is; JPEG. */
  photo: Uint8Array
  map: { readonly tiles: string; readonly attribution: string } | null
  /** Closes the consoles' sockets. */
  readonly hangUp: (code: number) => void
  readonly close: () => Promise<void>
}

/** A server that does only what the test says: serves the built pages to consoles and softphones. */
export async function startScriptedServer(pages: string): Promise<ScriptedServer> {
  const commands = inbox<Commanded>()
  const presses = inbox<SoftphoneCommand>()
  const sayings = inbox<ChannelSaying>()
  const channels = new Set<WebSocket>()
  const consoles = new Set<WebSocket>()
  const softphones = new Set<WebSocket>()
  let current: Snapshot | null = null
  let sequence = 1000
  let missed: Extract<ServerMessage, { type: 'events' }>[] = []

  const { http, ...host } = await hostPage(
    pages,
    'console',
    async (request, response, url, json) => {
      const { pathname } = url
      const isOwnPage = request.method === 'GET' || request.headers['x-hotline'] === '1'
      if (!isOwnPage) json(403, { error: { code: 'forbidden' } })
      else if (pathname === '/operator/me') json(server.isSignedIn ? 200 : 401, {})
      else if (pathname === '/operator/sign-in') {
        const given = JSON.parse(await new Response(request as never).text())
        const { status, code = 'unauthorized' } = server.door(given)
        server.isSignedIn = status === 200
        json(status, status === 200 ? {} : { error: { code } })
      } else if (pathname === '/operator/password') {
        const { status, code } = server.renewal(
          JSON.parse(await new Response(request as never).text()),
        )
        if (status === 204) response.writeHead(204).end()
        else json(status, { error: { code } })
      } else if (pathname === '/operator/sign-out') {
        server.isSignedIn = false
        response.writeHead(204).end()
        for (const socket of consoles) socket.close(4401)
      } else if (pathname === '/api/calls') {
        server.asked.push(request.url ?? '')
        if (server.callLog === null) json(503, { error: { code: 'unavailable' } })
        else json(200, { items: server.callLog, nextCursor: null })
      } else if (pathname === '/operator/softphone') {
        if (server.softphone === 'none') json(409, { error: { code: 'conflict' } })
        else json(200, { kind: server.softphone, token: 'token', identity: 'anna' })
      } else if (pathname === '/operator/map') json(200, server.map)
      else if (pathname.startsWith('/operator/channel/photos/')) {
        response.writeHead(200, { 'content-type': 'image/jpeg' }).end(server.photo)
      } else return false
      return true
    },
  )

  const send = (socket: WebSocket, message: ServerMessage) => socket.send(JSON.stringify(message))

  function greet(socket: WebSocket, after: number | null): void {
    server.greetings.push(after)
    const first = missed[0]?.sequence ?? sequence + 1
    const isKnown = after !== null && after <= sequence && after >= first - 1
    if (isKnown) {
      const fresh = missed.filter((message) => message.sequence > after)
      for (const message of fresh) send(socket, message)
      if (fresh.length === 0) send(socket, { type: 'events', sequence, events: [] })
      return
    }
    if (after !== null) send(socket, { type: 'resync' })
    if (current) send(socket, { type: 'snapshot', sequence, snapshot: current })
  }

  const sockets = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, stream, head) => {
    if (request.url === '/operator/socket' && !server.isSignedIn) {
      stream.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      if (request.url === '/simulated/softphone') {
        softphones.add(socket)
        socket.on('close', () => softphones.delete(socket))
        socket.on('message', (data) => {
          const command = JSON.parse(String(data)) as SoftphoneCommand
          if (command.type === 'register') {
            socket.send(JSON.stringify({ type: 'registered', identity: 'anna' }))
          }
          presses.add(command)
        })
        return
      }
      if (request.url === '/operator/channel/socket') {
        channels.add(socket)
        socket.on('close', () => channels.delete(socket))
        socket.on('message', (data) => sayings.add(JSON.parse(String(data)) as ChannelSaying))
        return
      }
      consoles.add(socket)
      socket.on('close', () => consoles.delete(socket))
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as ClientMessage
        if (message.type === 'hello') return greet(socket, message.after)
        // Everybody is told of here in any case.
        if (message.type === 'look') return
        commands.add(message)
        if (server.answering) send(socket, { type: 'answer', id: message.id, outcome: 'done' })
      })
    })
  })

  function publish(events: readonly ConsoleEvent[]): Extract<ServerMessage, { type: 'events' }> {
    if (current) current = apply(current, events)
    sequence += 1
    const message = { type: 'events', sequence, events } as const
    missed.push(message)
    return message
  }

  const open: Door = () => ({ status: 200 })
  const server: ScriptedServer = {
    ...host,
    answering: true,
    greetings: [],
    callLog: [],
    asked: [],
    door: open,
    renewal: () => ({ status: 204 }),
    isSignedIn: false,
    softphone: 'simulated',
    photo: new Uint8Array(),
    map: null,
    begin(snapshot) {
      for (const socket of [...consoles, ...softphones, ...channels]) socket.terminate()
      current = snapshot
      sequence += 100
      missed = []
      commands.items.length = 0
      presses.items.length = 0
      sayings.items.length = 0
      server.greetings.length = 0
      server.callLog = []
      server.asked.length = 0
      Object.assign(server, {
        isSignedIn: true,
        answering: true,
        softphone: 'simulated',
        map: null,
        door: open,
      })
    },
    happen(...events) {
      const message = publish(events)
      for (const socket of consoles) send(socket, message)
    },
    lose(...events) {
      publish(events)
    },
    command: (type) => commands.take(({ command }) => command.type === type),
    left: (type) => commands.items.filter(({ command }) => command.type === type),
    refuse(id, code) {
      for (const socket of consoles) {
        send(socket, { type: 'answer', id, outcome: 'refused', code, message: 'No.' })
      }
    },
    report(report) {
      for (const socket of softphones) socket.send(JSON.stringify(report))
    },
    pressed: (type) => presses.take((command) => command.type === type),
    unpressed: (type) => presses.items.filter((command) => command.type === type),
    said: async (type) =>
      (await sayings.take((saying) => saying.type === type)) as Extract<
        ChannelSaying,
        { type: typeof type }
      >,
    tell(...words) {
      for (const socket of channels) for (const word of words) socket.send(JSON.stringify(word))
    },
    cutChannels() {
      for (const socket of channels) socket.terminate()
    },
    hangUp(code) {
      for (const socket of consoles) socket.close(code)
    },
    async close() {
      sockets.close()
      await host.away()
    },
  }
  return server
}
