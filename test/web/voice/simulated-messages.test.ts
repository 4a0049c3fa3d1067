import t from 'tap'
import { readConfig } from '../../../src/config.ts'
import { createLogger } from '../../../src/logging.ts'
import { startServer } from '../../../src/server.ts'
import type { Call } from '../../../src/simulator/call.ts'
import { type Carrier, createCarrier } from '../../../src/simulator/carrier.ts'
import { virtualClock } from '../../../src/simulator/clock.ts'
import { everyWebhook } from '../../../src/simulator/faults.ts'
import { testDatabase } from '../../support/database.ts'
import { flowFolder } from '../../support/shipped-flows.ts'

/** The whole server with the simulated carrier, whose every webhook comes twice at once. */
const adminToken = 'administrator-of-simulated-messages'
const database = await testDatabase(t)
const night = Temporal.Instant.from('2026-11-24T22:40+03:00')
let url = ''
let carrier: Carrier | null = null

const start = async (flowsDir: string, check = 'refuse') => {
  const read = readConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    FLOWS_DIR: flowsDir,
    FLOWS_CHECK: check,
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'silent',
  })
  if ('faults' in read) throw new Error(read.faults.join('\n'))
  const started = await startServer(read.config, createLogger('silent'), {
    clock: { now: () => night },
    carrier: (account) => {
      carrier = createCarrier({
        ...account,
        clock: virtualClock(),
        faults: everyWebhook([{ kind: 'duplicate', times: 1, when: 'concurrently' }]),
        get apiUrl() {
          return url
        },
      })
      return carrier
    },
  })
  if (started.kind === 'refused') throw new Error(started.reasons.join('\n'))
  url = started.server.url
  return started.server
}

const dialled = (to: string): Call => {
  if (carrier === null) throw new Error('no carrier')
  return carrier.dial({ to })
}

const eventsOf = async (call: Call, type: string) => {
  const answer = await fetch(`${url}/api/calls/${call.callSid}`, {
    headers: { authorization: `Bearer ${adminToken}` },
  })
  const logged = (await answer.json()) as { events: { type: string; label?: string }[] }
  return logged.events.filter((event) => event.type === type)
}

t.test('a message spoken into the simulated telephone is kept once', async (t) => {
  const server = await start(flowFolder)
  t.teardown(server.close)
  const call = dialled('+78005557373')
  for (const key of ['0', '2']) {
    await call.next('prompted')
    call.press(key)
  }
  t.match(await call.next('recording'), { maxSeconds: 120 })
  call.speak(8000)
  await call.next('prompted')
  call.press('1')
  await call.next('prompted')
  call.hangUp()
  await call.settled
  const [recording, ...others] = await eventsOf(call, 'recording')
  t.match(recording, { dialog: 'message', item: 'message', seconds: 13 })
  t.same(others, [])
  const { reference } = recording as unknown as { reference: string }
  t.match(carrier?.recordings.find(reference), { callSid: call.callSid, spokenSeconds: 8 })
})

t.test('whoever hangs up into the recording has left it all the same', async (t) => {
  const server = await start(flowFolder)
  t.teardown(server.close)
  const call = dialled('+78005557373')
  for (const key of ['0', '2']) {
    await call.next('prompted')
    call.press(key)
  }
  await call.next('recording')
  call.hangUp()
  await call.settled
  t.match((await eventsOf(call, 'log')).at(-1), { label: 'outcome', text: 'closed-hours' })
  t.same(await eventsOf(call, 'recording'), [], 'nothing was said')
})

const transfers = {
  'lines.yaml': 'lines:\n  - { number: "+78005557373", flow: main.vxml }\n',
  'main.vxml': `<?xml version="1.0" encoding="UTF-8"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form>
    <var name="tries" expr="0"/>
    <transfer name="first" dest="tel:+79161112233" bridge="true" connecttimeout="10s"/>
    <transfer name="second" dest="sip:duty@pbx.example" bridge="true" maxtime="30s"/>
    <block>
      <prompt>First <value expr="first"/>, second <value expr="second"/> <value expr="second$.duration"/></prompt>
    </block>
    <transfer name="third" dest="tel:+79164445566" bridge="false"/>
  </form>
</vxml>
`,
}

t.test('calls to others ring each telephone once and tell how they ended', async (t) => {
  const server = await start(t.testdir(transfers), 'off')
  t.teardown(server.close)
  carrier?.setPhone('+79161112233', { kind: 'no-answer' })
  carrier?.setPhone('sip:duty@pbx.example', {
    kind: 'answers',
    afterSeconds: 2,
    talksSeconds: null,
  })
  const call = dialled('+78005557373')
  const end = await call.ended
  await call.settled
  t.equal(end.reason, 'completed')
  t.same(
    call.history.flatMap((report) => (report.type === 'utterance' ? [report.text] : [])),
    ['First noanswer, second maxtime_disconnect 30'],
  )
  t.same(
    carrier?.rung().map(({ to }) => to),
    ['+79161112233', 'sip:duty@pbx.example', '+79164445566'],
  )
  t.match(await eventsOf(call, 'transfer-end'), [
    { result: 'noanswer', seconds: 0 },
    { result: 'maxtime_disconnect', seconds: 30 },
  ])
})
