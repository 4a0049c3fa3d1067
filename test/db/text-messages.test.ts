import Fastify from 'fastify'
import t from 'tap'
import { createSecrets } from '../../src/callers/secrets.ts'
import { sendNext } from '../../src/callers/send-messages.ts'
import { createOutbox, queueMessage } from '../../src/db/text-messages.ts'
import { sayAs } from '../../src/numbers/spoken/spoken.ts'
import { createCarrier } from '../../src/simulator/carrier.ts'
import { createHostility } from '../../src/simulator/hostility.ts'
import { restApi } from '../../src/simulator/rest.ts'
import { restMessages } from '../../src/twilio/messages.ts'
import { testDatabase } from '../support/database.ts'

const [accountSid, authToken] = [`AC${'1'.repeat(32)}`, 'token']
const [line, otherLine] = ['+78005557373', '+78005550303']

const database = await testDatabase(t)

/** An outbox, empty, with a carrier of its own; a number's pace is waited for by turning time back. */
const open = async (test: { teardown(work: () => Promise<void>): unknown }) => {
  await database.pool.query('delete from text_messages')
  const hostility = createHostility()
  const voiceUrl = 'http://127.0.0.1:9/voice'
  const carrier = createCarrier({
    accountSid,
    authToken,
    numbers: { [line]: { voiceUrl }, [otherLine]: { voiceUrl } },
    callsPerSecond: Number.POSITIVE_INFINITY,
  })
  const app = Fastify()
  await app.register(restApi, { carrier, trouble: hostility.troubles })
  const apiUrl = await app.listen({ port: 0, host: '127.0.0.1' })
  test.teardown(async () => {
    await carrier.close()
    await app.close()
  })
  const account = {
    accountSid,
    authToken,
    apiUrl: () => apiUrl,
    publicUrl: () => 'http://127.0.0.1:9',
  }
  const outbox = createOutbox(database, (_by, of) => of ?? line)
  const ports = {
    outbox,
    carrier: restMessages(account),
    secrets: createSecrets('key'),
    publicUrl: () => 'https://hotline.example',
    failpoint: async () => {},
  }
  const queue = (purpose: string, more: object = {}) =>
    queueMessage(database.kysely, {
      purpose,
      by: 'sms',
      to: '+79161234567',
      line: null,
      language: 'ru-RU',
      content: { kind: 'sign-in', codeId: purpose },
      worthSeconds: 600,
      ...more,
    })
  const states = async () =>
    Object.fromEntries(
      (
        await database.pool.query<{ purpose: string; state: string }>(
          'select purpose, state from text_messages order by id',
        )
      ).rows.map(({ purpose, state }) => [purpose, state]),
    )
  const later = (interval: string) =>
    database.pool.query(
      `update text_messages set sending_at = sending_at - $1::interval,
              next_at = next_at - $1::interval, lease_until = lease_until - $1::interval`,
      [interval],
    )
  const send = async () => {
    await later('2 s')
    return (await sendNext(ports))?.ordered.kind ?? null
  }
  return { ...ports, ports, database, sim: carrier, hostility, queue, states, later, send }
}

t.test('a message goes out once for its purpose, by however many nodes', async (t) => {
  const { queue, ports, later, sim, states, secrets } = await open(t)
  await Promise.all(Array.from({ length: 5 }, () => queue('one')))
  await Promise.all(Array.from({ length: 8 }, () => sendNext(ports)))
  await later('2 s')
  t.equal(await sendNext(ports), null)
  t.match(sim.messages.list(), [{ to: '+79161234567', from: line }])
  t.match(sim.messages.list()[0]?.body, secrets.code('one'))
  t.strictSame(await states(), { one: 'sent' })
})

t.test('a number sends one message a second, another one at the same time', async (t) => {
  const { queue, ports, send, sim } = await open(t)
  await queue('a')
  await queue('b')
  await queue('c', { line: otherLine })
  await Promise.all(Array.from({ length: 6 }, () => sendNext(ports)))
  t.same(
    sim.messages.list().map(({ from }) => from),
    [line, otherLine],
  )
  t.equal(await send(), 'placed')
  t.equal(sim.messages.list().length, 3)
})

t.test(
  'an order without an answer is not sent again, one that was refused for now is',
  async (t) => {
    const { queue, send, sim, states, hostility, later } = await open(t)
    for (const [trouble, became, accepted] of [
      ['error-after', 'uncertain', 1],
      ['reset-after', 'uncertain', 1],
      ['error-before', 'uncertain', 0],
      ['too-many', 'refused', 0],
    ] as const) {
      const before = sim.messages.list().length
      await queue(trouble)
      hostility.set({ next: [trouble] })
      t.equal(await send(), became, trouble)
      t.equal(sim.messages.list().length - before, accepted, trouble)
    }
    t.equal(await send(), null, 'a carrier that takes no orders is left alone')
    await later('10 s')
    t.equal(await send(), 'placed')
    t.strictSame(await states(), {
      'error-after': 'uncertain',
      'reset-after': 'uncertain',
      'error-before': 'uncertain',
      'too-many': 'sent',
    })
  },
)

t.test('a message that is refused for good has failed, with the reason', async (t) => {
  const { queue, send, states, database } = await open(t)
  await queue('nowhere', { to: 'nowhere' })
  t.equal(await send(), 'refused')
  t.strictSame(await states(), { nowhere: 'failed' })
  const { rows } = await database.pool.query('select error_code from text_messages')
  t.strictSame(rows, [{ error_code: '21211' }])
  t.equal(await send(), null)
})

t.test('what a node leaves in the middle is uncertain, and never goes out again', async (t) => {
  const { queue, outbox, send, states, later, sim } = await open(t)
  await queue('left')
  t.ok(await outbox.claim())
  t.equal(await send(), null)
  t.strictSame(await states(), { left: 'sending' }, 'as long as the lease lasts')
  await later('30 s')
  t.equal(await send(), null)
  t.strictSame(await states(), { left: 'uncertain' })
  t.equal(sim.messages.list().length, 0)
})

t.test('what comes too late is not sent', async (t) => {
  const { queue, send, states } = await open(t)
  await queue('late', { worthSeconds: -1 })
  t.equal(await send(), null)
  t.strictSame(await states(), { late: 'overdue' })
})

t.test('news of a message may come in any order, and settle a doubt', async (t) => {
  const { queue, send, outbox, states, database, hostility } = await open(t)
  await queue('doubtful')
  hostility.set({ next: ['error-after'] })
  t.equal(await send(), 'uncertain')
  const { rows } = await database.pool.query<{ id: string }>('select id from text_messages')
  const id = rows[0]?.id ?? ''
  for (const status of ['delivered', 'sent', 'queued', 'delivered', 'nonsense'])
    await outbox.heard(id, { status, sid: 'SM1', errorCode: null })
  await outbox.heard(id, { status: 'undelivered', sid: 'SM2', errorCode: '30006' })
  t.strictSame(await states(), { doubtful: 'sent' })
  const { rows: kept } = await database.pool.query(
    'select delivery, message_sid, error_code from text_messages',
  )
  t.strictSame(kept, [{ delivery: 'delivered', message_sid: 'SM1', error_code: null }])
  t.match(await outbox.figures(), { queued: 0, sent: 1, uncertain: 0 })
})

t.test('a spoken code is a call that says it and hangs up', async (t) => {
  const { queue, send, sim, secrets } = await open(t)
  sim.setPhone('+79161234567', { kind: 'answers', afterSeconds: 0, talksSeconds: 60 })
  await queue('spoken', { by: 'call' })
  t.equal(await send(), 'placed')
  const [call] = sim.calls()
  t.match(call?.record(), { to: '+79161234567', from: line, direction: 'outbound-api' })
  const words = [...secrets.code('spoken')].map((digit) => sayAs('ru-RU', 'digits', '', digit))
  for await (const report of call?.reports() ?? []) {
    if (report.type !== 'utterance') continue
    t.match(report, {
      language: 'ru-RU',
      text: new RegExp(`${words.join(', ')}.*${words.join(', ')}`),
    })
    break
  }
  call?.hangUp()
  t.equal(sim.messages.list().length, 0)
})
