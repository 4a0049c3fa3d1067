import fc from 'fast-check'
import t from 'tap'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

const flowsDir = t.testdir(smallFlow())
const server = await startTestServer(t, { flowsDir })

const start = Temporal.Now.instant()
const happened = (seconds: number) => ({
  Timestamp: new Date(start.add({ seconds }).epochMilliseconds).toUTCString(),
})

const reports: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  initiated: { SequenceNumber: '0', ...happened(0) },
  ringing: { SequenceNumber: '1', ...happened(1) },
  'in-progress': { SequenceNumber: '2', ...happened(2) },
  completed: { SequenceNumber: '3', CallDuration: '40', ...happened(42) },
}

t.test('a hang-up runs the handlers of the flow and closes the call', async (t) => {
  const caller = webhookCaller(server)
  await caller.dial()
  await caller.press(1, '4')
  const answer = await caller.status('completed', reports['completed'])
  t.equal(answer.status, 204)
  t.equal(answer.body, '')
  const logs = (await caller.events()).filter(({ type }) => type === 'log')
  t.match(logs.at(-1)?.data, { label: 'hangup', text: 'handled' })
  const row = await caller.row()
  t.match(row, { outcome: 'closed-hours', carrier_status: 'completed' })
  t.equal(
    String(row?.ended_at),
    String(start.add({ seconds: 42 }).round({ smallestUnit: 'second', roundingMode: 'trunc' })),
  )
})

t.test('a call that was left without a mark was abandoned in the menu', async (t) => {
  const caller = webhookCaller(server)
  await caller.dial()
  await caller.status('completed')
  t.match(await caller.row(), { outcome: 'abandoned-in-menu' })
})

t.test('a call that the flow ended keeps the outcome it had', async (t) => {
  const caller = webhookCaller(server)
  await caller.dial()
  t.match((await caller.press(1, '1')).body, '<Hangup/>')
  t.match(await caller.row(), { outcome: 'self-served', topic: 'one', ended_at: null })
  const before = await caller.events()
  await caller.status('completed', reports['completed'])
  t.match(await caller.row(), { outcome: 'self-served', carrier_status: 'completed' })
  t.equal((await caller.events()).length, before.length)
})

t.test('other ends of a call than completed close it too', async (t) => {
  for (const status of ['busy', 'failed', 'no-answer', 'canceled']) {
    const caller = webhookCaller(server)
    await caller.dial()
    await caller.status(status)
    const row = await caller.row()
    t.match(row, { carrier_status: status, outcome: 'abandoned-in-menu' })
    t.ok(row?.ended_at, status)
  }
})

t.test('the end may be told before the call: it is closed as soon as it comes', async (t) => {
  const caller = webhookCaller(server)
  await caller.status('completed', reports['completed'])
  t.equal(await caller.row(), null)
  const answer = await caller.dial()
  t.equal(answer.status, 200)
  const row = await caller.row()
  t.match(row, { outcome: 'abandoned-in-menu', carrier_status: 'completed' })
  t.ok(row?.ended_at)
  t.match((await caller.events()).at(-1)?.data, { label: 'hangup' })
})

t.test('in any order, any number of times, webhooks give one closed row', async (t) => {
  const steps = ['dial', ...Object.keys(reports)] as const
  const orders = fc
    .shuffledSubarray([...steps], { minLength: steps.length })
    .chain((order) => fc.tuple(fc.constant(order), fc.subarray([...steps])))
  await fc.assert(
    fc.asyncProperty(orders, async ([order, again]) => {
      const caller = webhookCaller(server)
      for (const step of [...order, ...again])
        t.ok(
          step === 'dial'
            ? (await caller.dial()).status === 200
            : (await caller.status(step, reports[step])).status === 204,
        )
      const row = await caller.row()
      t.match(row, { carrier_status: 'completed', outcome: 'abandoned-in-menu' })
      if (row?.ended_at == null) throw new Error('The call is open')
      if (Temporal.Instant.compare(row.started_at, row.ended_at) > 0) throw new Error('Ends early')
      const handled = (await caller.events()).filter(({ type }) => type === 'log')
      if (handled.length !== 1) throw new Error(`Hung up ${handled.length} times`)
    }),
    { numRuns: 25 },
  )
})

t.test('all webhooks of a call at the same time give one closed row', async (t) => {
  const caller = webhookCaller(server)
  await Promise.all([
    ...Object.entries(reports).flatMap(([status, more]) => [
      caller.status(status, more),
      caller.status(status, more),
    ]),
    caller.dial(),
    caller.dial(),
  ])
  const row = await caller.row()
  t.match(row, { carrier_status: 'completed', outcome: 'abandoned-in-menu' })
  t.ok(row?.ended_at)
})

t.test('keys and the hang-up at the same time leave the call closed', async (t) => {
  for (let times = 0; times < 5; times++) {
    const caller = webhookCaller(server)
    await caller.dial()
    const [pressed] = await Promise.all([caller.press(1, '3'), caller.status('completed')])
    t.equal(pressed.status, 200)
    const row = await caller.row()
    t.ok(row?.ended_at)
    t.not(row?.outcome, 'in-progress')
    const stored = await server.database.kysely
      .selectFrom('sessions')
      .select('session')
      .where('call_sid', '=', caller.callSid)
      .executeTakeFirst()
    t.equal(stored?.session, null)
  }
})

t.test('nothing reopens a call, and odd statuses change nothing', async (t) => {
  const caller = webhookCaller(server)
  await caller.dial()
  await caller.status('completed', { SequenceNumber: '3', ...happened(-5) })
  const closed = await caller.row()
  const odd: [string, Record<string, string>][] = [
    ['in-progress', happened(50)],
    ['ringing', { SequenceNumber: '-1', ...happened(50) }],
    ['queued', { CallDuration: '9'.repeat(30), SequenceNumber: '9'.repeat(30) }],
    ['completed', { SequenceNumber: '4', Timestamp: 'Sat, 01 Jan 200000 00:00:00 +0000' }],
    ['completed', { SequenceNumber: '5', Timestamp: 'yesterday', CallDuration: '-5' }],
    ['failed', { SequenceNumber: '6', Timestamp: '\u0000' }],
    ['constructor', {}],
    ['', {}],
    ['brand-new\u0000', {}],
  ]
  for (const [status, more] of odd)
    t.equal((await caller.status(status, more)).status, 204, JSON.stringify([status, more]))
  const row = await caller.row()
  t.equal(String(row?.ended_at), String(closed?.ended_at))
  t.match(row, { outcome: closed?.outcome, carrier_status: 'completed' })
})
