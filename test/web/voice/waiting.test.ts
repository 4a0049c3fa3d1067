import t from 'tap'
import { givenOperators } from '../../support/console.ts'
import { until } from '../../support/media-stream.ts'
import { startTestServer } from '../../support/server.ts'
import { readShippedFlows } from '../../support/shipped-flows.ts'
import { readTwiml, wordsIn } from '../../support/twiml-ear.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

const hotline = '+78005557373'
const tatar = '+78435550000'
let now = Temporal.Instant.from('2026-11-24T07:05:00Z')
const server = await startTestServer(t, { clock: { now: () => now } })
const { flowSet } = await readShippedFlows()
const wordsAt = wordsIn(flowSet.audio)
await givenOperators(server, {
  login: 'anna',
  languages: ['ru-RU', 'tt-RU', 'en-US'],
  skills: ['services', 'cabinet', 'status', 'business'],
})
// On a break: callers wait for her, and nobody is rung.
await server.database.pool.query(`update presence set state = 'break'`)

/** A caller of the shipped hotline who has asked for an operator. */
const waiting = async (line: string, keys = '0') => {
  const caller = webhookCaller(server, line)
  await caller.dial()
  const asked = await caller.press(1, keys)
  const waitUrl = /waitUrl="([^"]+)"/.exec(asked.body)?.[1] ?? ''
  const ask = (more: Readonly<Record<string, string>> = {}, path = waitUrl) =>
    server.signedPost(path, {
      CallSid: caller.callSid,
      CallStatus: 'in-progress',
      From: '+79161234567',
      To: line,
      ...more,
    })
  const heard = async (more: Readonly<Record<string, string>> = {}, path = waitUrl) => {
    const { body } = await ask(more, path)
    const { heard } = readTwiml(body, wordsAt)
    return {
      text: heard.said.map(({ text }) => text).join(' '),
      language: heard.said[0]?.language,
      next: /<Redirect[^>]*>([^<]+)/.exec(body)?.[1] ?? '',
      hasMusic: /<Play loop="2">[^<]+\/audio\/[0-9a-f]{64}\.wav</.test(body),
    }
  }
  return { caller, ask, heard, waitUrl }
}

t.test('the caller hears place and wait, then music, then news once a minute', async (t) => {
  const { heard, waitUrl } = await waiting(hotline)
  const first = await heard({ QueueTime: '0' })
  t.match(first.text, /^Оставайтесь на линии, оператор ответит\. Ваш номер в очереди: один\./)
  t.match(first.text, /Не хотите ждать — нажмите звёздочку\.$/)
  t.ok(first.hasMusic)
  t.equal(first.next, `${waitUrl}/1`)
  t.same(await heard({ QueueTime: '0' }), first, 'asked again, the same')
  const second = await heard({ QueueTime: '32' }, first.next)
  t.equal(second.text, '')
  t.ok(second.hasMusic)
  const third = await heard({ QueueTime: '70' }, second.next)
  t.match(third.text, /^Ваш номер в очереди: \p{L}+\..*Обратный звонок — звёздочка\.$/u)
})

t.test('a wait that got longer is said to have', async (t) => {
  const { pool } = server.database
  await pool.query(`update presence set state = 'talking'`)
  const { heard, waitUrl } = await waiting(hotline)
  // Who serves is looked at for all callers of a moment.
  await until(async () =>
    /Время ожидания: \p{L}+ минут/u.test((await heard({ QueueTime: '0' })).text) ? true : null,
  )
  const place = waitUrl.split('/').at(-1)
  await pool.query(`update places set told_seconds = 60 where id = $1`, [place])
  t.match((await heard({ QueueTime: '64' }, `${waitUrl}/2`)).text, /Ждать придётся дольше/)
  await pool.query(`update presence set state = 'break'`)
})

t.test('who waits in Tatar hears recordings alone', async (t) => {
  const { heard, ask } = await waiting(tatar)
  const first = await heard({ QueueTime: '0' })
  t.equal(first.language, 'tt-RU')
  t.match(first.text, /^Линиядә калыгыз/)
  t.notMatch((await ask({ QueueTime: '0' })).body, /<Say/)
})

t.test('star, the term of the queue and closing time lead out of it', async (t) => {
  for (const [more, said] of [
    [{ Digits: '*' }, /Перезвонить как можно скорее/],
    [{ QueueTime: '900' }, /Оператор пока не освободился/],
  ] as const) {
    const { ask, caller } = await waiting(hotline)
    t.match((await ask({ QueueTime: '5', Digits: '7' })).body, /<Gather/, 'other keys do nothing')
    t.match((await ask(more)).body, /<Leave\/>/)
    t.match((await ask(more)).body, /<Leave\/>/, 'delivered twice')
    const turn = () =>
      server.signedPost('/voice/turn/2', {
        CallSid: caller.callSid,
        CallStatus: 'in-progress',
        QueueResult: 'leave',
      })
    const answer = await turn()
    t.match(answer.body, said)
    t.equal((await turn()).body, answer.body)
    t.equal((await caller.row())?.queue, 'general')
  }
  const { ask, caller } = await waiting(hotline)
  const before = now
  now = Temporal.Instant.from('2026-11-24T17:00:01Z')
  t.match((await ask({ QueueTime: '5' })).body, /<Leave\/>/)
  const answer = await server.signedPost('/voice/turn/2', {
    CallSid: caller.callSid,
    CallStatus: 'in-progress',
    QueueResult: 'leave',
  })
  t.match(answer.body, /Сейчас на линии нет ни одного оператора|Операторы сейчас не работают/)
  now = before
})

t.test('a hang-up in the queue is logged as such, with what happened there', async (t) => {
  const { caller, ask } = await waiting(hotline)
  await ask({ QueueTime: '0' })
  await caller.status('completed')
  t.match(await caller.row(), { outcome: 'abandoned-in-queue', queue: 'general' })
  const types = (await caller.events()).map(({ type }) => type)
  t.ok(types.includes('enqueue'))
  t.ok(types.includes('leave'))
})

t.test('a queue that the carrier passes over, or cannot take, ends the wait', async (t) => {
  for (const [result, said] of [
    ['queue-full', /Сейчас в очереди слишком много людей/],
    ['system-error', /Оператор пока не освободился/],
  ] as const) {
    const { caller } = await waiting(hotline)
    const answer = await server.signedPost('/voice/turn/2', {
      CallSid: caller.callSid,
      CallStatus: 'in-progress',
      QueueResult: result,
    })
    t.match(answer.body, said)
  }
})

t.test('a forged or unsigned request has no effect', async (t) => {
  const { waitUrl } = await waiting(hotline)
  const fields = { CallSid: `CA${'9'.repeat(32)}`, CallStatus: 'in-progress', Digits: '*' }
  t.equal((await server.signedPost(waitUrl, fields, { signature: 'x' })).status, 403)
  t.match((await server.signedPost(waitUrl, fields)).body, /<Leave\/>/, 'another call')
  const { rows } = await server.database.pool.query('select left_as from places where id = $1', [
    waitUrl.split('/').at(-1),
  ])
  t.match(rows, [{ left_as: null }])
})
