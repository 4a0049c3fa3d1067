import { EventEmitter } from 'node:events'
import t from 'tap'
import type { WebSocket } from 'ws'
import type { ActionOutcome, ConsoleActions } from '../../../src/operators/console-actions.ts'
import type { CommandPorts } from '../../../src/web/operator/commands.ts'
import { createConsoleHub } from '../../../src/web/operator/console-hub.ts'
import { serveConsole } from '../../../src/web/operator/console-socket.ts'
import { quiet, setting } from '../../support/console-states.ts'

/** The server's end of a socket, whose client reads as much as the test lets it. */
const fakeSocket = () => {
  const told: string[] = []
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    pings: 0,
    ended: null as null | string,
    send: (text: string) => told.push(text),
    ping: () => {
      socket.pings += 1
    },
    close: (code: number) => {
      socket.ended ??= String(code)
      socket.readyState = 2
    },
    terminate: () => {
      socket.ended ??= 'terminated'
      socket.readyState = 3
      socket.emit('close')
    },
  })
  return { socket, told }
}

/** Nobody has a call. */
const refuse = async (): Promise<ActionOutcome> => ({
  kind: 'refused',
  code: 'no-call',
  message: 'There is no call',
})

const actions: ConsoleActions = {
  accept: refuse,
  decline: refuse,
  hold: refuse,
  mute: refuse,
  hangUp: refuse,
  transfer: refuse,
  completeTransfer: refuse,
  cancelTransfer: refuse,
  supervise: refuse,
}

const commands: CommandPorts = {
  actions,
  presence: { set: async () => 'set' },
  hint: () => {},
  wrapUps: { writeUp: async () => true },
  commands: { begin: async () => 'new', finish: async () => {} },
  onFault: () => {},
}
const ofSessionOver: CommandPorts = {
  ...commands,
  commands: { ...commands.commands, begin: async () => 'signed-out' },
}

const scene = (t: { teardown(work: () => void): unknown }, { isAlive = true } = {}) => {
  let state = quiet
  const hub = createConsoleHub({
    read: async () => state,
    setting: () => setting,
    card: async () => null,
    onFault: () => {},
    restMs: 0,
  })
  t.teardown(hub.close)
  const { socket, told } = fakeSocket()
  const served = serveConsole(
    {
      hub,
      commands: isAlive ? commands : ofSessionOver,
      isAlive: async () => isAlive,
      elapsed: () => 0,
      onFault: () => {},
    },
    { kind: 'operator', login: 'anna', role: 'operator', sessionId: 's' },
    socket as unknown as WebSocket,
  )
  const says = async (message: object) => {
    socket.emit('message', Buffer.from(JSON.stringify(message)), false)
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  }
  const change = async () => {
    const since = state.at.add({ seconds: 1 })
    state = {
      ...state,
      at: since,
      operators: state.operators.map((each) => ({ ...each, state: 'available', since })),
    }
    await hub.refresh()
  }
  return { socket, told, says, change, ping: served.ping }
}

const hello = { type: 'hello', after: null }

t.test('a client that does not read is cut off, and nothing is kept for it', async (t) => {
  const { socket, told, says, change } = scene(t)
  await says(hello)
  await change()
  t.equal(told.length, 2)
  socket.bufferedAmount = 2 * 1024 * 1024
  await change()
  t.equal(socket.ended, 'terminated')
  await change()
  t.equal(told.length, 2)
})

t.test('a client that gives no sign of life after two pings is dropped', async (t) => {
  const { socket, ping } = scene(t)
  ping()
  ping()
  socket.emit('pong')
  ping()
  ping()
  t.equal(socket.ended, null)
  ping()
  t.equal(socket.ended, 'terminated')
  t.equal(socket.pings, 4)
})

t.test('one hello is enough; a message of a session that is over closes the socket', async (t) => {
  const twice = scene(t)
  await twice.says(hello)
  await twice.says(hello)
  t.equal(twice.socket.ended, '1008')

  for (const message of [
    hello,
    { type: 'command', id: 'command-1', command: { type: 'hang-up' } },
  ]) {
    const over = scene(t, { isAlive: false })
    await over.says(message)
    t.equal(over.socket.ended, '4401')
    t.same(over.told, [], 'without an answer')
  }
})

t.test('a command is answered with its identifier', async (t) => {
  const { told, says } = scene(t)
  await says({ type: 'command', id: 'command-1', command: { type: 'hang-up' } })
  const answer = { type: 'answer', id: 'command-1', outcome: 'refused', code: 'no-call' }
  t.match(JSON.parse(told[0] ?? ''), answer)
  await says({
    type: 'command',
    id: 'command-2',
    command: { type: 'transfer', kind: 'blind', to: { operator: 'anna' } },
  })
  t.match(JSON.parse(told[1] ?? ''), { outcome: 'refused', code: 'invalid' })
})
