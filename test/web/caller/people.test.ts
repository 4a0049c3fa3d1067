import t from 'tap'
import { createSecrets } from '../../../src/callers/secrets.ts'
import { tellOfCall } from '../../../src/db/call-notices.ts'
import type { PersonRequest, PersonView } from '../../../src/web/caller/protocol.ts'
import {
  type AppPage,
  appPage,
  codeFor,
  noCarrier,
  openAppSocket,
  secrets,
  signInCaller,
} from '../../support/app-page.ts'
import { startTestServer } from '../../support/server.ts'
import { lineNumber, smallFlow } from '../../support/small-flow.ts'

const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()), env: noCarrier })
const { url, database } = server
const nobody = appPage(server)

let people = 0
/** Somebody whom nobody here knows yet. */
const somebody = (more: Partial<PersonRequest> = {}): PersonRequest => {
  people += 1
  return {
    phone: `+7921${String(people).padStart(7, '0')}`,
    name: 'Пётр',
    isToldOfCalls: true,
    isToldPlace: false,
    mayRead: true,
    mayWrite: false,
    ...more,
  }
}
let callers = 0
const newCaller = async (): Promise<AppPage> => {
  await database.pool.query('delete from caller_attempts')
  callers += 1
  return signInCaller(server, `+7931${String(callers).padStart(7, '0')}`)
}
const invited = async (caller: AppPage, person = somebody()): Promise<PersonView> => {
  const { status, body } = await caller.ask('POST', '/people', person)
  if (status !== 201) throw new Error(`not invited: ${status} ${JSON.stringify(body)}`)
  return body as PersonView
}
const confirmed = async (caller: AppPage, person = somebody()): Promise<PersonView> => {
  const { id, phone } = await invited(caller, person)
  const { status, body } = await caller.ask('POST', `/people/${id}/confirm`, {
    code: await codeFor(server, phone),
  })
  if (status !== 200) throw new Error(`not confirmed: ${status}`)
  return body as PersonView
}
const phoneOf = async (caller: AppPage): Promise<string> => {
  const me = await caller.me()
  return me.kind === 'caller' ? me.phone : ''
}

let calls = 0
/** A call of a caller has begun on an integrated line: all who are told of it. */
const begun = async (caller: AppPage) => {
  calls += 1
  const callSid = `CA${String(calls).padStart(32, '0')}`
  const channel = {
    id: crypto.randomUUID(),
    callSid,
    phone: await phoneOf(caller),
    line: lineNumber,
  }
  await database.pool.query(
    `with s as (insert into sessions (call_sid, started_at, turn, flow_version)
                values ($1, clock_timestamp(), 0, 'x') returning *)
     insert into calls (call_sid, started_at, direction, from_number, to_number, line, language, flow_version)
     select call_sid, started_at, 'inbound', $2, $3, $3, 'ru-RU', 'x' from s`,
    [callSid, channel.phone, lineNumber],
  )
  const tell = () => database.kysely.transaction().execute((it) => tellOfCall(secrets)(it, channel))
  await tell()
  return { ...channel, tell, token: (person: string) => secrets.guestToken(person, channel.id) }
}
const told = async (phone: string) =>
  (
    await database.pool.query<{ facts: object; line: string }>(
      `select facts, line from text_messages where to_number = $1 and kind = 'call-begun'`,
      [phone],
    )
  ).rows

t.test('who is invited is trusted once the caller types the code they were sent', async (t) => {
  const caller = await newCaller()
  const wish = somebody({ phone: '8 921 765-43-21' })
  const person = await invited(caller, wish)
  t.match(person, { ...wish, phone: '+79217654321', state: 'invited' })
  const right = await codeFor(server, person.phone)
  const confirm = (code: string) => caller.ask('POST', `/people/${person.id}/confirm`, { code })
  const wrong = await confirm(right === '000000' ? '000001' : '000000')
  t.match(wrong, { status: 401, body: { error: { code: 'wrong-code' } } })
  t.match(await confirm(right), { status: 200, body: { state: 'confirmed' } })
  t.match(await caller.people(), [{ id: person.id, state: 'confirmed' }])
  t.match(await confirm(right), { status: 200 }, 'said again, nothing happens')
})

t.test(
  'the code of an invitation is guessed at five times, then another one is sent',
  async (t) => {
    const caller = await newCaller()
    const { id, phone } = await invited(caller)
    const first = await codeFor(server, phone)
    await Promise.all(
      Array.from({ length: 8 }, () => caller.ask('POST', `/people/${id}/confirm`, { code: '1' })),
    )
    t.equal((await caller.ask('POST', `/people/${id}/confirm`, { code: first })).status, 401)
    t.equal((await caller.ask('POST', `/people/${id}/code`)).status, 204)
    const second = await codeFor(server, phone)
    t.not(second, first)
    t.equal((await caller.ask('POST', `/people/${id}/confirm`, { code: second })).status, 200)
  },
)

t.test('nobody is invited over and over, nor by a crowd', async (t) => {
  const caller = await newCaller()
  const { id, phone } = await invited(caller)
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => caller.ask('POST', `/people/${id}/code`)),
  )
  t.equal(answers.filter(({ status }) => status === 204).length, 2)
  const other = await newCaller()
  t.match(await other.ask('POST', '/people', somebody({ phone })), {
    status: 429,
    body: { error: { code: 'too-many' } },
  })
})

t.test('a caller trusts ten people at most, also of those invited at once', async (t) => {
  const caller = await newCaller()
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => caller.ask('POST', '/people', somebody())),
  )
  t.equal(answers.filter(({ status }) => status === 201).length, 10)
  for (const { body } of answers.filter(({ status }) => status !== 201))
    t.match(body, { error: { code: 'too-many-people' } })
  t.equal((await caller.people()).length, 10)
})

t.test('oneself, somebody in the list, and numbers that get no messages are refused', async (t) => {
  const caller = await newCaller()
  const { phone } = await invited(caller)
  for (const [number, status, code] of [
    [await phoneOf(caller), 409, 'own-number'],
    [phone, 409, 'already-invited'],
    ['+18005550100', 400, 'number-not-served'],
    [lineNumber, 400, 'number-not-served'],
    ['112', 400, 'number-not-served'],
  ] as const)
    t.match(await caller.ask('POST', '/people', somebody({ phone: number })), {
      status,
      body: { error: { code } },
    })
  for (const name of ['', ' ', 'x'.repeat(101), 'Пётр\u202e', 'a\nb'])
    t.equal((await caller.ask('POST', '/people', somebody({ name }))).status, 400)
})

t.test('people of another caller are nobody', async (t) => {
  const caller = await newCaller()
  const other = await newCaller()
  const { id, phone } = await invited(caller)
  const code = await codeFor(server, phone)
  const missing = '00000000-0000-4000-8000-000000000000'
  for (const which of [id, missing]) {
    const answers = [
      await other.ask('POST', `/people/${which}/confirm`, { code }),
      await other.ask('POST', `/people/${which}/code`),
      await other.ask('PATCH', `/people/${which}`, { mayWrite: true }),
      await other.ask('DELETE', `/people/${which}`),
    ]
    for (const { status, body } of answers)
      t.match({ status, body }, { status: 404, body: { error: { code: 'not-found' } } })
  }
  t.equal((await nobody.ask('GET', '/people')).status, 401)
  t.match(await caller.people(), [{ state: 'invited', mayWrite: false }])
})

t.test('those who are told of calls are told once, with a link of their own', async (t) => {
  const caller = await newCaller()
  await caller.ask('PATCH', '/me', { name: 'Анна' })
  const person = await confirmed(caller)
  const silent = await confirmed(caller, somebody({ isToldOfCalls: false }))
  const undecided = await invited(caller)
  const call = await begun(caller)
  await Promise.all([call.tell(), call.tell()])
  t.match(await told(person.phone), [{ facts: { caller: { name: 'Анна' } }, line: lineNumber }])
  t.same(await told(silent.phone), [])
  t.same(await told(undecided.phone), [])
  const { rows } = await database.pool.query('select to_jsonb(g)::text as kept from guest_links g')
  for (const { kept } of rows)
    t.notOk(kept.includes(call.token(person.id)), 'the token is not kept')

  const answer = await nobody.ask('POST', '/guest', { token: call.token(person.id) })
  t.strictSame(answer.body, { kind: 'guest', name: 'Пётр', caller: 'Анна', channel: call.id })
  const guest = appPage(server, answer.cookie)
  t.strictSame(await guest.me(), answer.body, 'the session goes on')
  const again = await nobody.ask('POST', '/guest', { token: call.token(person.id) })
  t.equal(again.status, 200, 'the link opens it on another telephone too')
})

t.test('a guest has one channel and nothing of the caller', async (t) => {
  const caller = await newCaller()
  const person = await confirmed(caller)
  const call = await begun(caller)
  const { cookie } = await nobody.ask('POST', '/guest', { token: call.token(person.id) })
  const guest = appPage(server, cookie)
  for (const [method, path, body] of [
    ['GET', '/calls'],
    ['GET', '/people'],
    ['PATCH', '/me', { name: 'Х' }],
    ['POST', '/people', somebody()],
    ['DELETE', `/people/${person.id}`],
  ] as const)
    t.equal((await guest.ask(method, path, body)).status, 401, `${method} ${path}`)
  const socket = await openAppSocket(t, url, cookie)
  t.match(await socket.until('me'), { me: { kind: 'guest', channel: call.id } })
  t.same(
    socket.messages.map(({ type }) => type),
    ['me'],
  )
})

t.test('a link of another person, call or key lets nobody in', async (t) => {
  const caller = await newCaller()
  const person = await confirmed(caller)
  const silent = await confirmed(caller, somebody({ isToldOfCalls: false }))
  const call = await begun(caller)
  const other = crypto.randomUUID()
  for (const token of [
    secrets.guestToken(silent.id, call.id),
    secrets.guestToken(person.id, other),
    secrets.refusalToken(person.id),
    createSecrets('another key').guestToken(person.id, call.id),
    'A'.repeat(22),
  ])
    t.match(await nobody.ask('POST', '/guest', { token }), {
      status: 401,
      body: { error: { code: 'link-over' } },
      cookie: '',
    })
})

t.test('who is removed is out at once, from open pages too', async (t) => {
  const caller = await newCaller()
  const person = await confirmed(caller)
  const call = await begun(caller)
  const { cookie } = await nobody.ask('POST', '/guest', { token: call.token(person.id) })
  const socket = await openAppSocket(t, url, cookie)
  await socket.until('me')
  t.equal((await caller.ask('DELETE', `/people/${person.id}`)).status, 204)
  t.equal((await appPage(server, cookie).ask('GET', '/me')).status, 401)
  t.equal((await socket.closed).code, 4401)
  t.equal((await nobody.ask('POST', '/guest', { token: call.token(person.id) })).status, 401)
  const next = await begun(caller)
  t.equal((await told(person.phone)).length, 1, 'and is told of nothing more')
  t.same(await caller.people(), [])
  const back = await invited(caller, somebody({ phone: person.phone }))
  t.equal(back.state, 'invited')
  t.equal((await nobody.ask('POST', '/guest', { token: next.token(person.id) })).status, 401)
})

t.test('a link is over a day after the call', async (t) => {
  const caller = await newCaller()
  const person = await confirmed(caller)
  const call = await begun(caller)
  const { cookie } = await nobody.ask('POST', '/guest', { token: call.token(person.id) })
  const ended = (ago: string) =>
    database.pool.query(
      `update calls set ended_at = clock_timestamp() - $2::interval where call_sid = $1`,
      [call.callSid, ago],
    )
  await ended('23 hours 59 minutes')
  t.equal((await appPage(server, cookie).ask('GET', '/me')).status, 200)
  await ended('24 hours 1 minute')
  t.equal((await appPage(server, cookie).ask('GET', '/me')).status, 401)
  t.equal((await nobody.ask('POST', '/guest', { token: call.token(person.id) })).status, 401)
})

t.test('who does not want to be trusted says so once, by the link or as a guest', async (t) => {
  const caller = await newCaller()
  const unwilling = await invited(caller)
  const code = await codeFor(server, unwilling.phone)
  const refuse = (body: object, page = nobody) => page.ask('POST', '/refuse', body)
  t.equal((await refuse({ token: secrets.refusalToken(unwilling.id) })).status, 204)
  t.equal((await caller.ask('POST', `/people/${unwilling.id}/confirm`, { code })).status, 404)
  t.match(await caller.ask('POST', '/people', somebody({ phone: unwilling.phone })), {
    status: 409,
    body: { error: { code: 'refused' } },
  })

  const tired = await confirmed(caller)
  const call = await begun(caller)
  const { cookie } = await nobody.ask('POST', '/guest', { token: call.token(tired.id) })
  t.equal((await refuse({ isForAll: true }, appPage(server, cookie))).status, 204)
  t.equal((await appPage(server, cookie).ask('GET', '/me')).status, 401)
  const other = await newCaller()
  t.match(await other.ask('POST', '/people', somebody({ phone: tired.phone })), {
    status: 409,
    body: { error: { code: 'refused' } },
  })
  for (const body of [{}, { token: 'A'.repeat(22) }])
    t.match(await refuse(body), { status: 401, body: { error: { code: 'link-over' } } })
  t.equal((await refuse({}, caller)).status, 401, 'a caller has nothing to refuse')
})

t.test(
  'settings of a person count from the next moment on, and are told to other pages',
  async (t) => {
    const caller = await newCaller()
    const person = await confirmed(caller)
    const socket = await openAppSocket(t, url, caller.cookie)
    await socket.until('people')
    t.match(
      await caller.ask('PATCH', `/people/${person.id}`, { isToldOfCalls: false, mayWrite: true }),
      {
        status: 200,
        body: { isToldOfCalls: false, isToldPlace: false, mayRead: true, mayWrite: true },
      },
    )
    await socket.message((said) => said.type === 'people' && said.items[0]?.mayWrite === true)
    await begun(caller)
    t.same(await told(person.phone), [])
    t.equal((await caller.ask('PATCH', `/people/${person.id}`, { state: 'confirmed' })).status, 400)
  },
)
