import type { WebSocket } from 'ws'
import { createOperatorStore } from '../../src/db/operators.ts'
import type { Operator } from '../../src/operators/operator.ts'
import { hashPassword } from '../../src/operators/password.ts'
import { apply } from '../../src/pages/console/snapshot.ts'
import type {
  ClientMessage,
  Command,
  ServerMessage,
  Snapshot,
} from '../../src/web/operator/protocol.ts'
import { openPageSocket } from './page-socket.ts'
import type { TestServer } from './server.ts'

export const password = 'Синий-трамвай-42'

let hash: Promise<string> | null = null

/** Operators as given, all with the same password; made in the database. */
export const givenOperators = async (
  { database }: Pick<TestServer, 'database'>,
  ...operators: readonly (Partial<Operator> & { readonly login: string })[]
): Promise<void> => {
  hash ??= hashPassword(password)
  const store = createOperatorStore(database)
  for (const operator of operators)
    await store.create({
      name: operator.login,
      role: 'operator',
      skills: [],
      languages: ['ru-RU'],
      contact: `client:${operator.login}`,
      ...operator,
      passwordHash: await hash,
    })
}

/** Headers by which the server knows its own page. */
export const ownPage = (url: string) => ({
  origin: url,
  'x-hotline': '1',
  'content-type': 'application/json',
})

/** Signs in as the console does; answers the cookie. */
export const signIn = async (url: string, login: string): Promise<string> => {
  const response = await fetch(`${url}/operator/sign-in`, {
    method: 'POST',
    headers: ownPage(url),
    body: JSON.stringify({ login, password }),
  })
  const [cookie] = (response.headers.get('set-cookie') ?? '').split(';')
  if (response.status !== 200 || cookie === undefined)
    throw new Error(`not signed in: ${response.status} ${await response.text()}`)
  return cookie
}

export type TestConsole = {
  readonly socket: WebSocket
  /** Everything the server has said. */
  readonly messages: readonly ServerMessage[]
  /** What the messages so far amount to. */
  readonly snapshot: () => Snapshot
  readonly sequence: () => number
  /** Resolves when the snapshot is as asked; later messages are taken into account as they come. */
  readonly until: (is: (snapshot: Snapshot) => boolean) => Promise<Snapshot>
  /** Resolves with the first message, past or to come, that is as asked. */
  readonly message: (is: (message: ServerMessage) => boolean) => Promise<ServerMessage>
  readonly send: (message: ClientMessage) => void
  readonly command: (command: Command, id?: string) => Promise<ServerMessage>
  readonly closed: Promise<{ readonly code: number }>
}

/** Opens a console's socket and says hello. */
export const openConsole = async (
  t: { teardown(work: () => void): unknown },
  url: string,
  cookie: string,
  after: number | null = null,
): Promise<TestConsole> => {
  let snapshot: Snapshot | null = null
  let sequence = -1
  const { socket, messages, when, closed } = await openPageSocket<ServerMessage>(
    t,
    url,
    '/operator/socket',
    { cookie },
    (message) => {
      if (message.type === 'snapshot') ({ snapshot, sequence } = message)
      if (message.type === 'events') {
        sequence = message.sequence
        if (snapshot !== null) snapshot = apply(snapshot, message.events)
      }
    },
  )
  const send = (message: ClientMessage) => socket.send(JSON.stringify(message))
  let commands = 0
  send({ type: 'hello', after })
  return {
    socket,
    messages,
    closed,
    send,
    snapshot: () => {
      if (snapshot === null) throw new Error('no snapshot yet')
      return snapshot
    },
    sequence: () => sequence,
    until: (is) => when(() => (snapshot !== null && is(snapshot) ? snapshot : undefined)),
    message: (is) => when(() => messages.find(is)),
    command: (
      command,
      id = `command-${process.pid}-${Math.random().toString(36).slice(2)}-${commands++}`,
    ) => {
      send({ type: 'command', id, command })
      return when(() => messages.findLast((m) => m.type === 'answer' && m.id === id))
    },
  }
}
