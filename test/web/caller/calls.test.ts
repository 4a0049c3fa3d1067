import t from 'tap'
import { createOwnCalls } from '../../../src/db/callers.ts'
import { noCarrier, openAppSocket, signInCaller } from '../../support/app-page.ts'
import { givenOperators } from '../../support/console.ts'
import { startTestServer } from '../../support/server.ts'
import { lineNumber, smallFlow } from '../../support/small-flow.ts'

const flow = smallFlow()
const server = await startTestServer(t, {
  flowsDir: t.testdir({
    ...flow,
    'lines.yaml': `lines:\n  - { number: "${lineNumber}", name: Советы, flow: main.vxml, integrated: true }\n`,
  }),
  env: noCarrier,
})
const { url, database } = server
await givenOperators(
  server,
  { login: 'anna', name: 'Анна Соколова' },
  { login: 'boris', name: 'Борис Гареев' },
)

let count = 0
/** A call as the log has it, so many minutes ago; `over` = it has ended. */
const givenCall = async (
  from: string,
  minutesAgo: number,
  over = true,
  line: string | null = lineNumber,
) => {
  count += 1
  const callSid = `CA${String(count).padStart(32, '0')}`
  await database.pool.query(
    `with s as (insert into sessions (call_sid, started_at, turn, flow_version)
                values ($1, clock_timestamp() - make_interval(mins => $3), 0, 'x') returning *)
     insert into calls (call_sid, started_at, ended_at, direction, from_number, to_number, line,
                        language, flow_version, outcome)
     select call_sid, started_at, case when $4 then started_at + interval '30 s' end, 'inbound', $2,
            '+74950000000', $5, 'ru-RU', 'x', case when $4 then 'self-served' else 'in-progress' end
       from s`,
    [callSid, from, minutesAgo, over, line],
  )
  return callSid
}
const talkOf = async (callSid: string, phone: string, login = 'anna') => {
  await database.pool.query(
    `with p as (insert into places (call_sid, phone, queue, language, skills, priority, since, rank_at, mode, state)
                values ($1, $2, 'general', 'ru-RU', '{}', 0, now(), now(), 'hold', 'talking') returning id),
          r as (insert into reservations (place_id, login, state, lease_until)
                select id, $3, 'bridged', now() from p returning id, place_id)
     insert into talks (place_id, reservation_id, call_sid, login, conference)
     select place_id, id, $1, $3, 'room' from r`,
    [callSid, phone, login],
  )
}
const channelOf = async (callSid: string, phone: string) => {
  const { rows } = await database.pool.query<{ id: string }>(
    `insert into channels (call_sid, phone, line, is_chat_open) values ($1, $2, $3, true) returning id`,
    [callSid, phone, lineNumber],
  )
  const id = rows[0]?.id ?? ''
  for (const author of ['operator:anna', 'operator:anna', 'caller'])
    await database.pool.query(
      `select add_channel_event($1, 'message', $2, gen_random_uuid()::text, '{}')`,
      [id, author],
    )
  return id
}

t.test('the call that goes on is on top, with who is on the line and what is unread', async (t) => {
  const phone = '+79164440001'
  const live = await givenCall(phone, 30, false)
  await givenCall(phone, 3)
  await givenCall(phone, 2, true, null)
  await givenCall('+79164440002', 1)
  await givenCall('anonymous', 1)
  await talkOf(live, phone)
  const channel = await channelOf(live, phone)
  const caller = await signInCaller(server, phone)
  const { items, nextCursor } = await caller.calls()
  t.equal(nextCursor, null)
  t.equal(items.length, 3)
  t.match(items[0], {
    channel,
    line: { number: lineNumber, name: 'Советы', isIntegrated: true },
    endedAt: null,
    outcome: 'in-progress',
    operator: 'Анна Соколова',
    isChatOpen: true,
    unread: 2,
  })
  t.match(items[0]?.startedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/)
  t.match(items[1], {
    channel: null,
    line: { number: '+74950000000', name: '+74950000000', isIntegrated: false },
    operator: null,
    isChatOpen: false,
    unread: 0,
  })
  // That the operator talks may stand before the first message.
  await database.pool.query(
    `insert into channel_marks (channel_id, person_key, delivered, seen)
     select $1, 'caller', min(sequence) + 1, min(sequence) from channel_events
      where channel_id = $1 and type = 'message'`,
    [channel],
  )
  t.match((await caller.calls()).items[0], { unread: 1 })
})

t.test('a page that is open is told when a call begins, is answered and ends', async (t) => {
  const phone = '+79164440003'
  const caller = await signInCaller(server, phone)
  const socket = await openAppSocket(t, url, caller.cookie)
  t.match(await socket.until('calls'), { items: [] })
  const is = (fits: (operator: string | null, endedAt: string | null) => boolean) =>
    socket.message(
      (said) =>
        said.type === 'calls' &&
        said.items[0] !== undefined &&
        fits(said.items[0].operator, said.items[0].endedAt),
    )
  const call = await givenCall(phone, 0, false)
  t.ok(await is((operator, endedAt) => operator === null && endedAt === null))
  await talkOf(call, phone, 'boris')
  t.ok(await is((operator) => operator === 'Борис Гареев'))
  await database.pool.query(
    `with over as (update talks set ended_at = clock_timestamp() where call_sid = $1)
     update calls set ended_at = clock_timestamp() where call_sid = $1`,
    [call],
  )
  t.ok(await is((operator, endedAt) => operator === null && endedAt !== null))
})

t.test('pages of the list meet without gap or repetition', async (t) => {
  const phone = '+79164440004'
  const made: string[] = []
  for (let index = 0; index < 45; index += 1) made.push(await givenCall(phone, 10 + index))
  const live = await givenCall(phone, 0, false)
  const list = createOwnCalls(database)
  const caller = await signInCaller(server, phone)
  const times: string[] = []
  let cursor: string | null = null
  const sizes: number[] = []
  do {
    const path: string = cursor === null ? '/calls' : `/calls?cursor=${encodeURIComponent(cursor)}`
    const { body } = await caller.ask('GET', path)
    const page = body as Awaited<ReturnType<typeof caller.calls>>
    sizes.push(page.items.length)
    times.push(...page.items.map(({ startedAt }) => startedAt))
    cursor = page.nextCursor
  } while (cursor !== null)
  t.same(sizes, [20, 20, 6])
  t.same(times, times.toSorted().toReversed())
  t.equal(new Set(times).size, 46)
  t.equal((await list.list(phone, 1))[0]?.callSid, live)
  for (const wrong of ['x', '....', Buffer.from('now key').toString('base64url')])
    t.equal((await caller.ask('GET', `/calls?cursor=${wrong}`)).status, 400, wrong)
})

t.test('nobody sees calls of another number, nor without signing in', async (t) => {
  const caller = await signInCaller(server, '+79164440005')
  t.same((await caller.calls()).items, [])
  const answer = await fetch(`${url}/caller/calls`)
  t.equal(answer.status, 401)
})

t.test('whoever asks is told the lines that have a chat', async (t) => {
  const answer = await fetch(`${url}/caller/lines`)
  t.equal(answer.status, 200)
  t.same(await answer.json(), { items: [{ number: lineNumber, name: 'Советы' }] })
})
