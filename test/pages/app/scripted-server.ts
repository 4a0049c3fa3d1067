import type { IncomingMessage, ServerResponse } from 'node:http'
import sharp from 'sharp'
import { type WebSocket, WebSocketServer } from 'ws'
import type {
  CallView,
  ServerMessage as HomeMessage,
  Me,
  PersonView,
} from '../../../src/web/caller/protocol.ts'
import type {
  Author,
  ChannelEvent,
  ChannelView,
  ClientMessage,
  Happening,
  Online,
  RefusalCode,
  Rights,
  ServerMessage,
} from '../../../src/web/channel/protocol.ts'
import { hostPage, type Json, type PageHost } from '../../support/page-host.ts'
import * as scene from './scenes.ts'
import { scriptedUploads, type Uploads } from './scripted-uploads.ts'

/** What the page finds when it comes. */
export type Script = {
  /** Null = nobody is signed in. */
  me: Me | null
  /** Who signs in with the right code or link. */
  whoSignsIn: Me
  calls: readonly CallView[]
  people: readonly PersonView[]
  view: ChannelView
  rights: Rights
  online: Online
  happened: readonly Happening[]
  author: Author
}

export type Answered = { readonly status: number; readonly code?: string; readonly after?: number }

export type ScriptedServer = Omit<PageHost, 'http'> & {
  /** Puts everything back to the beginning. */
  readonly begin: (script?: Partial<Script>) => Script
  /** Lets something happen in the channel, told to all that have it open. */
  readonly happen: (...happenings: readonly Happening[]) => void
  /** As `happen`, and lost on its way. */
  readonly lose: (...happenings: readonly Happening[]) => void
  readonly say: (message: ServerMessage) => void
  readonly sayHome: (message: HomeMessage) => void
  /** Everything that pages sent through the channel, oldest first. */
  readonly heard: ClientMessage[]
  /** Every request that changed something: `PATCH /caller/me {"name":"…"}`. */
  readonly asked: string[]
  /** Answers to the next requests by `METHOD path`; used up one by one. */
  readonly answers: Map<string, Answered[]>
  /** What becomes of messages: taken, refused, or heard and never answered. */
  reaction: 'take' | 'silent' | RefusalCode
  readonly uploads: Uploads
  /** Photos whose pictures were asked for. */
  readonly shown: string[]
  /** Waits until something holds of what was heard. */
  readonly until: (holds: () => boolean) => Promise<void>
  /** Closes the sockets of the channel; all of them where the session is over (4401). */
  readonly hangUp: (code: number) => void
  readonly close: () => Promise<void>
}

const usual = (): Script => ({
  me: scene.maria,
  whoSignsIn: scene.maria,
  calls: [scene.liveCall(), ...scene.earlierCalls],
  people: scene.people,
  view: scene.view(),
  rights: scene.rights(),
  online: [scene.anna],
  happened: scene.talk,
  author: scene.caller,
})

/** A server that does only what the test says: serves the built page, its calls and one channel. */
export async function startScriptedServer(pages: string): Promise<ScriptedServer> {
  const channels = new Set<WebSocket>()
  const homes = new Set<WebSocket>()
  const watching = new Set<() => void>()
  const picture = await sharp({
    create: { width: 400, height: 300, channels: 3, background: '#c98d7f' },
  })
    .jpeg()
    .toBuffer()
  let script = usual()
  let events: ChannelEvent[] = []

  const noticed = () => {
    for (const look of [...watching]) look()
  }
  const send = (socket: WebSocket, message: ServerMessage | HomeMessage) =>
    socket.send(JSON.stringify(message))

  function record(happening: Happening): ChannelEvent {
    const sequence = events.length + 1
    const event = { ...happening, sequence, at: scene.at(sequence - events.length) } as ChannelEvent
    events.push(event)
    return event
  }
  function happen(...happenings: readonly Happening[]): void {
    const fresh = happenings.map(record)
    for (const socket of channels) send(socket, { type: 'events', events: fresh })
  }

  function take(socket: WebSocket, message: ClientMessage): void {
    if (message.type === 'hello') {
      const { view, rights, online, author: me } = script
      const sequence = events.length
      if ((message.after ?? 0) > sequence) send(socket, { type: 'resync' })
      const after = (message.after ?? 0) > sequence ? 0 : (message.after ?? 0)
      send(socket, { type: 'channel', channel: view, sequence, rights, online, me })
      const missed = events.filter((event) => event.sequence > after)
      if (missed.length > 0) send(socket, { type: 'events', events: missed })
      channels.add(socket)
      return
    }
    if (message.type === 'mark' || server.reaction === 'silent') return
    if (server.reaction !== 'take') {
      send(socket, { type: 'refused', id: message.id, code: server.reaction })
      return
    }
    const known = events.find((event) => 'id' in event && event.id === message.id)
    if (!known && message.type === 'message') {
      const { id, text } = message
      happen({ type: 'message', id, author: script.author, text })
    }
    if (message.type === 'location') {
      const location = message.location && { ...message.location, at: scene.at(0) }
      script.view = { ...script.view, location }
      happen({ type: 'location', location })
    }
    send(socket, { type: 'done', id: message.id, sequence: events.length })
  }

  const uploads = scriptedUploads((id) => {
    noticed()
    if (events.some((event) => 'id' in event && event.id === id)) return
    const photo = { photoId: scene.uuid(900 + events.length), width: 400, height: 300 }
    happen({ type: 'photo', id, author: script.author, photo })
  }, noticed)

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    json: Json,
  ): Promise<void> {
    const method = request.method ?? 'GET'
    if (pathname.startsWith('/caller/channel/photos')) {
      if (method !== 'GET') return uploads.handle(request, response)
      server.shown.push(pathname)
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture)
      return
    }
    const body = await new Response(request as never).text()
    if (method !== 'GET') {
      if (request.headers['x-hotline'] !== '1') return json(403, { error: { code: 'forbidden' } })
      server.asked.push(`${method} ${pathname} ${body}`.trim())
      noticed()
    }
    const said = server.answers.get(`${method} ${pathname}`)?.shift()
    if (said) {
      if (said.after !== undefined) response.setHeader('retry-after', said.after)
      return json(said.status, { error: { code: said.code } })
    }
    const given = body === '' ? {} : JSON.parse(body)
    switch (`${method} ${pathname.replace('/caller', '')}`) {
      case 'GET /me':
        return script.me ? json(200, script.me) : json(401, { error: { code: 'signed-out' } })
      case 'PATCH /me':
        script.me = { ...(script.me as Me), ...given }
        return json(200, script.me)
      case 'POST /sign-in':
      case 'POST /guest':
        script.me = script.whoSignsIn
        return json(200, script.me)
      case 'POST /sign-out':
        script.me = null
        return json(204)
      case 'GET /calls':
        return json(200, { items: script.calls, nextCursor: null })
      case 'GET /lines':
        return json(200, { items: [scene.doctors] })
      case 'POST /people': {
        const person = { ...given, id: scene.uuid(60 + script.people.length), state: 'invited' }
        script.people = [...script.people, person]
        return json(201, person)
      }
      case 'POST /code':
      case 'POST /refuse':
        return json(204)
    }
    const [, id, what] = /^\/caller\/people\/([^/]+)(?:\/(\w+))?$/.exec(pathname) ?? []
    const person = script.people.find((one) => one.id === id)
    if (!person) return json(404, { error: { code: 'not-found' } })
    if (what === 'code') return json(204)
    const changed: PersonView =
      what === 'confirm' ? { ...person, state: 'confirmed' } : { ...person, ...given }
    const rest = script.people.filter((one) => one.id !== id)
    script.people =
      method === 'DELETE' ? rest : script.people.map((one) => (one.id === id ? changed : one))
    return method === 'DELETE' ? json(204) : json(200, changed)
  }

  const { http, ...host } = await hostPage(pages, 'app', async (request, response, url, json) => {
    if (!url.pathname.startsWith('/caller/')) return false
    await answer(request, response, url.pathname, json)
    return true
  })
  const sockets = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, stream, head) => {
    if (script.me === null) {
      stream.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const group = request.url === '/caller/socket' ? homes : channels
      if (group === homes) {
        homes.add(socket)
        if (script.me) send(socket, { type: 'me', me: script.me })
        send(socket, { type: 'calls', items: script.calls })
        send(socket, { type: 'people', items: script.people })
      }
      socket.on('close', () => group.delete(socket))
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as ClientMessage
        server.heard.push(message)
        take(socket, message)
        noticed()
      })
    })
  })

  const server: ScriptedServer = {
    ...host,
    reaction: 'take',
    heard: [],
    asked: [],
    answers: new Map(),
    shown: [],
    uploads,
    begin(changes = {}) {
      for (const socket of [...channels, ...homes]) socket.terminate()
      script = { ...usual(), ...changes }
      events = []
      for (const happening of script.happened) record(happening)
      for (const list of [server.heard, server.asked, server.shown]) list.length = 0
      server.answers.clear()
      server.reaction = 'take'
      uploads.begin()
      return script
    },
    happen,
    lose(...happenings) {
      for (const happening of happenings) record(happening)
    },
    say(message) {
      for (const socket of channels) send(socket, message)
    },
    sayHome(message) {
      for (const socket of homes) send(socket, message)
    },
    async until(holds) {
      if (holds()) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => {
        if (!holds()) return
        watching.delete(look)
        resolve()
      }
      watching.add(look)
      await promise
    },
    hangUp(code) {
      for (const socket of [...channels, ...(code === 4401 || code === 4409 ? homes : [])])
        socket.close(code)
    },
    async close() {
      sockets.close()
      await host.away()
    },
  }
  return server
}
