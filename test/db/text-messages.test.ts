import { createHash } from 'node:crypto'
import Fastify from 'fastify'
import t from 'tap'
import { createSecrets } from '../../src/callers/secrets.ts'
import { sendNext } from '../../src/callers/send-messages.ts'
import { createOutbox, queueMessage } from '../../src/db/text-messages.ts'
import { sendMessages } from '../../src/jobs/send-messages.ts'
import { sayAs } from '../../src/numbers/spoken/spoken.ts'
import { carrierRest } from '../../src/queues/carrier-rest.ts'
import { createCarrier } from '../../src/simulator/carrier.ts'
import { createHostility } from '../../src/simulator/hostility.ts'
import { restApi } from '../../src/simulator/rest.ts'
import { restMessages } from '../../src/twilio/messages.ts'
import { testDatabase } from '../support/database.ts'

const [accountSid, authToken] = [`AC${'1'.repeat(32)}`, 'token']
const [line, otherLine] = ['+78005557373', '+78005550303']

const database = await testDatabase(t)

/** The code that a message of this purpose tells. */
const codeOf = (purpose: string): string => {
  const digits = createHash('sha256').update(purpose).digest('hex')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4000-8000-${digits.slice(12, 24)}`
}

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
  const queue = async (purpose: string, more: object = {}) => {
    await database.pool.query(
      `insert into sign_in_codes (id, phone, expires_at)
       values ($1, '+79161234567', clock_timestamp() + interval '10 minutes')
       on conflict do nothing`,
      [codeOf(purpose)],
    )
    await queueMessage(database.kysely, {
      purpose,
      by: 'sms',
      to: '+79161234567',
      line: null,
      language: 'ru-RU',
      content: { kind: 'sign-in', codeId: codeOf(purpose) },
      worthSeconds: 600,
      ...more,
    })
  }
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
  t.match(sim.messages.list()[0]?.body, secrets.code(codeOf('one')))
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

t.test('a code that is over is not sent, and one that was asked for again once', async (t) => {
  const { queue, send, states, database, sim } = await open(t)
  const { pool } = database
  for (const [purpose, change] of [
    ['used', 'used_at = clock_timestamp()'],
    ['expired', 'expires_at = clock_timestamp()'],
    ['guessed at', 'tries = 5'],
  ] as const) {
    await queue(purpose)
    await pool.query(`update sign_in_codes set ${change} where id = $1`, [codeOf(purpose)])
  }
  const code = { content: { kind: 'sign-in', codeId: codeOf('first') } }
  await queue('first')
  await queue('second', code)
  await queue('spoken', { ...code, by: 'call' })
  await queue('third', code)
  await queue('elsewhere', { ...code, to: '+79161234568' })
  while ((await send()) !== null);
  t.strictSame(await states(), {
    ...{ used: 'overdue', expired: 'overdue', 'guessed at': 'overdue' },
    ...{ first: 'overdue', second: 'overdue', third: 'sent' },
    ...{ spoken: 'sent', elsewhere: 'sent' },
  })
  t.equal(sim.messages.list().length, 2)
})

t.test('who is no longer invited, or trusted, is sent nothing of it', async (t) => {
  const { queue, send, states, database } = await open(t)
  const { pool } = database
  await pool.query(`insert into callers (phone, language) values ('+79160000001', 'ru-RU')`)
  const person = async (phone: string, state: string) => {
    const { rows } = await pool.query<{ id: string; code_id: string }>(
      `insert into trusted_persons
         (caller_phone, phone, name, state, is_told_of_calls, is_told_place, may_read, may_write,
          code_expires_at, refusal_hash)
       values ('+79160000001', $1, 'N', $2, true, false, false, false, now() + interval '1 day',
               decode(md5($1), 'hex'))
       returning id, code_id`,
      [phone, state],
    )
    return rows[0] ?? { id: '', code_id: '' }
  }
  const caller = { name: null, phone: '+79160000001' }
  const all = ['invited', 'confirmed', 'removed', 'refused'] as const
  for (const [index, state] of all.entries()) {
    const { id, code_id } = await person(`+7917000000${index}`, state)
    const to = `+7917000000${index}`
    await queue(`invitation of ${state}`, {
      to,
      content: { kind: 'invitation', caller, codeId: code_id, personId: id },
    })
    await queue(`call told to ${state}`, {
      to,
      content: { kind: 'call-begun', caller, personId: id, channelId: codeOf('channel') },
    })
  }
  while ((await send()) !== null);
  const sent = Object.entries(await states()).filter(([, state]) => state === 'sent')
  t.strictSame(
    sent.map(([purpose]) => purpose),
    ['invitation of invited', 'call told to confirmed'],
  )
})

t.test('while nobody answers messages wait, and none is wasted or in doubt', async (t) => {
  const { queue, ports, states, later, sim } = await open(t)
  let now = 0
  let isAway = true
  const tried: string[] = []
  const rest = carrierRest({
    isThere: async () => false,
    elapsed: () => now,
    now: () => Temporal.Instant.fromEpochMilliseconds(now),
  })
  const nobody = restMessages({
    ...{ accountSid, authToken },
    apiUrl: () => 'http://127.0.0.1:9',
    publicUrl: () => 'http://127.0.0.1:9',
  })
  const { run } = sendMessages(
    {
      ...ports,
      carrier: {
        ...ports.carrier,
        text: (message) => {
          tried.push(message.to)
          return rest.heed((isAway ? nobody : ports.carrier).text(message))
        },
      },
    },
    rest.restraint,
    () => {},
  )
  const purposes = Array.from({ length: 5 }, (_, index) => `message ${index}`)
  for (const [index, purpose] of purposes.entries())
    await queue(purpose, { to: `+7916000000${index}` })
  /** The job runs at its pace for so long. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      await run()
      now += 1_000
      await later('1 s')
    }
  }
  await pass(31)
  t.equal(tried.length, 4, 'at once, soon after, and then every ten seconds')
  t.strictSame(new Set(Object.values(await states())), new Set(['queued']))
  isAway = false
  await pass(16)
  t.strictSame(new Set(Object.values(await states())), new Set(['sent']))
  t.equal(sim.messages.list().length, 5)
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
  const words = [...secrets.code(codeOf('spoken'))].map((digit) =>
    sayAs('ru-RU', 'digits', '', digit),
  )
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
