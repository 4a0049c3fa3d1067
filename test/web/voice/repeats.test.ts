import t from 'tap'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

const flowsDir = t.testdir(smallFlow())
const one = await startTestServer(t, { flowsDir })
const other = await startTestServer(t, { flowsDir, database: one.database })
const nodes = (at: number) => (at % 2 === 0 ? one : other)

const bodies = (answers: readonly { status: number; body: string }[]) =>
  new Set(answers.map(({ status, body }) => `${status} ${body}`))

const tenTimes = <T>(work: (at: number) => Promise<T>) =>
  Promise.all(Array.from({ length: 10 }, (_, at) => work(at)))

t.test('a webhook delivered again has one effect and the same bytes', async (t) => {
  const caller = webhookCaller(one)
  const dialled = [await caller.dial(), await caller.dial(), await caller.dial(other)]
  t.equal(bodies(dialled).size, 1)
  const pressed = [await caller.press(1, '3'), await caller.press(1, '3', other)]
  pressed.push(await caller.press(1, '3'))
  t.equal(bodies(pressed).size, 1)
  t.match(pressed[0]?.body, 'Chosen 3')
  t.strictSame(
    (await caller.turns()).map(({ turn, twiml }) => [turn, twiml]),
    [
      [0, dialled[0]?.body],
      [1, pressed[0]?.body],
    ],
  )
  t.equal((await caller.events()).filter(({ type }) => type === 'input').length, 1)
})

t.test('ten deliveries at once, on two nodes, have one effect and the same bytes', async (t) => {
  const caller = webhookCaller(one)
  t.equal(bodies(await tenTimes((at) => caller.dial(nodes(at)))).size, 1)
  t.equal(bodies(await tenTimes((at) => caller.press(1, '3', nodes(at)))).size, 1)
  t.equal(bodies(await tenTimes((at) => caller.press(2, '1', nodes(at)))).size, 1)
  t.strictSame(
    (await caller.turns()).map(({ turn }) => turn),
    [0, 1, 2],
  )
  t.match(await caller.row(), { outcome: 'closed-hours', topic: 'one' })
})

t.test('ten deliveries at once of a turn that writes count one attempt', async (t) => {
  const caller = webhookCaller(one)
  await caller.dial()
  await caller.press(1, '2')
  await caller.press(2, '2026000001')
  const answers = await tenTimes((at) => caller.press(3, '1234', nodes(at)))
  t.equal(bodies(answers).size, 1)
  t.match(answers[0]?.body, 'Status refused')
  const attempts = await one.database.kysely
    .selectFrom('code_attempts')
    .selectAll()
    .where('call_sid', '=', caller.callSid)
    .execute()
  t.equal(attempts.length, 1)
  const inputs = (await caller.events()).filter(({ type }) => type === 'input')
  t.strictSame(
    inputs.map(({ data }) => (data as { digits: unknown }).digits),
    ['2', '2026000001', null],
    'the code is not in the log',
  )
})

t.test('of one turn with other keys the first delivery wins', async (t) => {
  const caller = webhookCaller(one)
  await caller.dial()
  const first = await caller.press(1, '3')
  t.equal((await caller.press(1, '1')).body, first.body)
  t.equal((await caller.press(1, '', other)).body, first.body)
  const answers = await tenTimes((at) => caller.press(2, String(at), nodes(at)))
  t.equal(bodies(answers).size, 1)
  t.equal((await caller.turns()).length, 3)
})

t.test('an old turn repeats its answer and does not take the call back', async (t) => {
  const caller = webhookCaller(one)
  const dialled = await caller.dial()
  const first = await caller.press(1, '3')
  const second = await caller.press(2, '4')
  t.equal((await caller.press(1, '3', other)).body, first.body)
  t.equal((await caller.dial(other)).body, dialled.body)
  t.equal((await caller.press(2, '4')).body, second.body)
  t.match((await caller.press(3, '5')).body, 'Chosen 5')
})

t.test('a turn from the future gets the last answer again', async (t) => {
  const caller = webhookCaller(one)
  const dialled = await caller.dial()
  for (const turn of [2, 99, Number.MAX_SAFE_INTEGER])
    t.equal((await caller.press(turn, '1')).body, dialled.body, String(turn))
  t.equal((await caller.turns()).length, 1)
})

t.test('a turn number that is none gets the last answer again', async (t) => {
  const caller = webhookCaller(one)
  const dialled = await caller.dial()
  for (const turn of [-1, 1.5, Number.NaN, 2 ** 60, 0])
    t.equal((await caller.press(turn, '1')).body, dialled.body, String(turn))
})

t.test('a turn of an unknown call is apologised for and leaves nothing', async (t) => {
  const caller = webhookCaller(one)
  const answer = await caller.press(1, '1')
  t.equal(answer.status, 200)
  t.match(answer.body, '<Hangup/>')
  t.equal(await caller.row(), null)
})

t.test('a turn taken on one node goes on from it on the other', async (t) => {
  const caller = webhookCaller(one)
  await caller.dial()
  t.match((await caller.press(1, '4', other)).body, 'Chosen 4')
  t.match((await caller.press(2, '5', one)).body, 'Chosen 5')
  t.match((await caller.press(3, '6', other)).body, 'Chosen 6')
  t.match((await caller.press(4, '1', one)).body, 'Goodbye')
  t.match(await caller.row(), { topic: 'one', outcome: 'closed-hours' })
})

t.test('the fallback opens a call that nobody has answered', async (t) => {
  const caller = webhookCaller(one)
  const answer = await caller.fallback()
  t.match(answer.body, 'Menu: one')
  t.equal((await caller.dial(other)).body, answer.body)
  t.match(await caller.row(), { outcome: 'in-progress' })
})

t.test('the fallback repeats the last committed turn', async (t) => {
  const caller = webhookCaller(one)
  const dialled = await caller.dial()
  t.equal((await caller.fallback(other)).body, dialled.body)
  const pressed = await caller.press(1, '3')
  t.equal((await caller.fallback()).body, pressed.body)
  t.equal((await caller.fallback(other)).body, pressed.body)
  t.match((await caller.press(2, '1')).body, 'Goodbye')
  t.match((await caller.fallback()).body, 'Goodbye')
})

t.test('the fallback at the same time as the incoming call opens one call', async (t) => {
  const caller = webhookCaller(one)
  const answers = await tenTimes((at) =>
    at < 5 ? caller.dial(nodes(at)) : caller.fallback(nodes(at)),
  )
  t.equal(bodies(answers).size, 1)
  t.equal((await caller.turns()).length, 1)
})

t.test('a document that the carrier could not run is not sent again', async (t) => {
  const caller = webhookCaller(one)
  await caller.dial()
  for (const ErrorCode of ['12100', '12300', '13520'])
    t.match((await caller.fallback(one, { ErrorCode })).body, '<Hangup/>', ErrorCode)
  t.match((await caller.press(1, '3')).body, 'Chosen 3')
})

t.test('a call that is over is hung up, whatever comes for it', async (t) => {
  const caller = webhookCaller(one)
  const dialled = await caller.dial()
  await caller.status('completed')
  for (const node of [one, other]) {
    t.equal((await caller.dial(node)).body, dialled.body)
    for (const answer of [
      await caller.press(1, '3', node),
      await caller.press(2, '3', node),
      await caller.fallback(node),
    ]) {
      t.equal(answer.status, 200)
      t.match(answer.body, /<Response>\s*<Hangup\/>|Menu|<Response\/>/)
      t.notMatch(answer.body, 'Chosen')
    }
  }
  t.match(await caller.row(), { outcome: 'abandoned-in-menu' })
})

t.test('a call and its end, told to two nodes at the same time, meet', async (t) => {
  for (let times = 0; times < 20; times++) {
    const caller = webhookCaller(one)
    await Promise.all([caller.dial(one), caller.status('completed', {}, other)])
    const row = await caller.row()
    t.equal(row?.outcome, 'abandoned-in-menu')
    t.ok(row?.ended_at)
  }
})
