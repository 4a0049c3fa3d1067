import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { lineNumber, smallFlow } from '../support/small-flow.ts'
import { type Process, startProcess } from './process.ts'

/** One caller of the process that runs at the moment. */
const caller = () => {
  const fields = {
    CallSid: `CA${randomBytes(16).toString('hex')}`,
    From: '+79161234567',
    To: lineNumber,
    CallStatus: 'in-progress',
  }
  return {
    dial: async (server: Process) => (await server.post('/voice/incoming', fields)).text,
    press: async (server: Process, turn: number, keys: string) =>
      (await server.post(`/voice/turn/${turn}`, { ...fields, Digits: keys })).text,
  }
}

/** New calls until one hears the text: a signal is not answered. */
const heardSoon = async (server: Process, text: string): Promise<boolean> => {
  for (;;) {
    if ((await caller().dial(server)).includes(text)) return true
    await new Promise((done) => setTimeout(done, 5))
  }
}

t.test('SIGHUP brings an edited prompt to the next call, also after a kill', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hotline-process-'))
  await chmod(dataDir, 0o755)
  t.teardown(() => rm(dataDir, { recursive: true, force: true }))
  const flowsDir = t.testdir(smallFlow('First'))
  const edit = (text: string) => writeFileSync(join(flowsDir, 'main.vxml'), text)
  const settings = { DATA_DIR: dataDir, FLOWS_DIR: flowsDir }

  const server = await startProcess(settings)
  const old = caller()
  t.match(await old.dial(server), 'First: one')
  edit(smallFlow('Second')['main.vxml'])
  t.match(await caller().dial(server), 'First: one', 'nothing changes by itself')
  server.child.kill('SIGHUP')
  t.ok(await heardSoon(server, 'Second: one'))
  t.match(await old.press(server, 1, '3'), /Chosen 3.*First: one/s)

  edit(smallFlow('Third')['main.vxml'].replace('next="#one"', 'next="#none"'))
  server.child.kill('SIGHUP')
  await server.logged('flows-refused')
  t.match(await caller().dial(server), 'Second: one', 'what has errors is refused')
  await server.stop('SIGKILL')

  edit(smallFlow('Second')['main.vxml'])
  const second = await startProcess(settings)
  t.teardown(() => second.stop('SIGTERM'))
  t.match(await old.press(second, 2, '3'), /Chosen 3.*First: one/s)
  t.match(await old.press(second, 3, '1'), 'First one. Goodbye')
  t.match(await caller().dial(second), 'Second: one')
})
