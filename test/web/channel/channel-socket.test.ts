import t from 'tap'
import { WebSocket } from 'ws'
import { openChannelPage } from '../../support/channel-page.ts'
import {
  callerCookie,
  callerPhone,
  endTalks,
  givenCaller,
  givenLink,
  givenPerson,
  givenTalk,
  guestCookie,
  newChannel,
  newId,
  operatorCookie,
} from '../../support/channel-scene.ts'
import { testDatabase } from '../../support/database.ts'
import { openTestChannels } from '../../support/test-channels.ts'

const database = await testDatabase(t)
const node = await openTestChannels(t, database)
await givenCaller(database)
const caller = { who: 'caller', cookie: await callerCookie(database) } as const
const anna = { who: 'operator', cookie: await operatorCookie(database, 'anna') } as const

const scene = async (operator: string | null = 'anna') => {
  const channel = newChannel()
  if (operator !== null) await givenTalk(database, channel.callSid, operator)
  const opened = await node.channels.open(channel)
  if (opened.kind !== 'opened') throw new Error(opened.kind)
  return { ...channel, channelId: opened.channelId }
}

t.test(
  'messages reach everybody in one order, after the operator has opened the chat',
  async (t) => {
    const { channelId, callSid } = await scene()
    const own = await openChannelPage(t, node.url, caller, {
      of: { channel: channelId },
      after: null,
    })
    const desk = await openChannelPage(t, node.url, anna, { of: { call: callSid }, after: null })
    t.match(await own.message('channel'), {
      channel: { id: channelId, isChatOpen: false, operator: { kind: 'operator', name: 'anna' } },
      rights: { read: true, write: false, whyNot: 'chat-closed', lead: false },
      me: { kind: 'caller', name: 'Ольга' },
    })
    t.match(await own.say({ type: 'message', text: 'Рано' }), {
      type: 'refused',
      code: 'chat-closed',
    })
    t.match(await own.say({ type: 'chat', isOpen: true }), { type: 'refused', code: 'not-allowed' })
    t.match(await desk.say({ type: 'chat', isOpen: true }), { type: 'done' })
    await own.message('rights', ({ rights }) => rights.write)
    const id = newId()
    const first = await own.say({ type: 'message', text: 'Здравствуйте <b>', id })
    t.match(first, { type: 'done' })
    t.same(await own.say({ type: 'message', text: 'Другое', id }), first, 'the same again')
    const answer = await desk.say({ type: 'message', text: 'Добрый день' })
    const last = 'sequence' in answer ? (answer.sequence ?? 0) : 0
    const [here, there] = [await own.upTo(last), await desk.upTo(last)]
    t.same(
      here.map(({ sequence }) => sequence),
      Array.from({ length: last }, (_, index) => index + 1),
    )
    t.match(here.slice(-2), [
      { type: 'message', id, text: 'Здравствуйте <b>', author: { kind: 'caller' } },
      { type: 'message', text: 'Добрый день', author: { kind: 'operator', name: 'anna' } },
    ])
    t.same(
      there.map(({ type, sequence }) => [type, sequence]),
      here.map(({ type, sequence }) => [type, sequence]),
    )
    const missed = last - 1
    const again = await openChannelPage(t, node.url, caller, {
      of: { channel: channelId },
      after: missed,
    })
    t.match(await again.upTo(last), [{ sequence: last }])
    await endTalks(database, callSid)
    await node.channels.close(callSid)
    await own.event(({ type }) => type === 'over')
    t.equal((await desk.closed).code, 4403)
    t.match(await own.say({ type: 'message', text: 'Ещё' }), { type: 'refused', code: 'call-over' })
  },
)

const of = (channelId: string) => ({ of: { channel: channelId }, after: null })

t.test('a call without a channel yet is waited for, and the channel follows', async (t) => {
  const { callSid, phone, line } = newChannel()
  await givenTalk(database, callSid, 'anna')
  const desk = await openChannelPage(t, node.url, anna, { of: { call: callSid }, after: null })
  await desk.message('waiting')
  t.match(await desk.say({ type: 'chat', isOpen: true }), { code: 'not-allowed' })
  await node.channels.open({ callSid, phone, line })
  t.match(await desk.message('channel'), {
    channel: { operator: { id: 'anna' } },
    rights: { lead: true },
  })
})

t.test('a call is waited for by an operator who does not talk yet', async (t) => {
  const { callSid } = await scene(null)
  const desk = await openChannelPage(t, node.url, anna, { of: { call: callSid }, after: null })
  await desk.message('waiting')
  await givenTalk(database, callSid, 'anna')
  node.talkChanged()
  await desk.message('channel')
})

t.test('an operator whom nobody has noted yet is let in', async (t) => {
  const { callSid, channelId } = await scene(null)
  await givenTalk(database, callSid, 'anna')
  const desk = await openChannelPage(t, node.url, anna, of(channelId))
  t.match(await desk.message('channel'), { rights: { lead: true } })
})

t.test('nobody gets into a channel of others, and cannot tell it from none', async (t) => {
  await operatorCookie(database, 'boris')
  const { channelId } = await scene('boris')
  await givenCaller(database, '+79165550000')
  const stranger = {
    who: 'caller',
    cookie: await callerCookie(database, '+79165550000'),
  } as const
  const other = await scene('anna')
  const person = await givenPerson(database, 'Пётр')
  await givenLink(database, person, other.channelId)
  const guest = {
    who: 'caller',
    cookie: await guestCookie(database, person, other.channelId),
  } as const
  for (const who of [stranger, anna, guest]) {
    for (const id of [channelId, newId()]) {
      const page = await openChannelPage(t, node.url, who, of(id))
      t.equal((await page.closed).code, 4403)
      t.notMatch(JSON.stringify(page.messages), 'channel')
    }
  }
  const letIn = await openChannelPage(t, node.url, guest, of(other.channelId))
  await letIn.message('channel')
  const byCall = await openChannelPage(t, node.url, guest, {
    of: { call: other.callSid },
    after: null,
  })
  t.equal((await byCall.closed).code, 4403)
})

t.test(
  'a trusted person is let in by rights, and out at once when they are taken away',
  async (t) => {
    const { channelId } = await scene()
    const person = await givenPerson(database, 'Пётр', { mayWrite: false, isToldPlace: false })
    await givenLink(database, person, channelId)
    const guest = { who: 'caller', cookie: await guestCookie(database, person, channelId) } as const
    const own = await openChannelPage(t, node.url, caller, of(channelId))
    const desk = await openChannelPage(t, node.url, anna, of(channelId))
    await desk.say({ type: 'chat', isOpen: true })
    const petr = await openChannelPage(t, node.url, guest, of(channelId))
    t.match(await petr.message('channel'), {
      rights: { read: true, write: false, location: false, whyNot: 'not-allowed' },
      me: { kind: 'trusted', id: person, name: 'Пётр' },
    })
    await own.event((event) => event.type === 'trusted' && event.is === 'joined')
    await own.message('online', ({ online }) => online.some(({ kind }) => kind === 'trusted'))
    t.match(await petr.say({ type: 'message', text: 'Я тут' }), { code: 'not-allowed' })
    await own.say({ type: 'location', location: { ...place, isFollowed: true } })
    const shared = await desk.event(({ type }) => type === 'location')
    t.match(shared, { location: { latitude: place.latitude, isFollowed: true } })
    t.match(await petr.event(({ sequence }) => sequence === shared.sequence), { type: 'hidden' })
    t.notMatch(JSON.stringify(petr.messages), String(place.latitude))

    await database.pool.query('update trusted_persons set is_told_place = true where id = $1', [
      person,
    ])
    node.trustChanged()
    await petr.message('resync')
    t.match(await petr.event(({ type }) => type === 'location'), { location: place })

    const listening = petr.closed
    await database.pool.query(`update trusted_persons set state = 'removed' where id = $1`, [
      person,
    ])
    node.trustChanged()
    t.equal((await listening).code, 4403)
    t.match(petr.messages.at(-1), { type: 'rights', rights: { read: false, location: false } })
    await own.event((event) => event.type === 'trusted' && event.is === 'removed')
  },
)

const place = { latitude: 55.751244, longitude: 37.618423, accuracyMetres: 12 }

t.test('a location that is no longer shared is nowhere any more', async (t) => {
  const { channelId, callSid } = await scene()
  const own = await openChannelPage(t, node.url, caller, of(channelId))
  await own.say({ type: 'location', location: { ...place, isFollowed: false } })
  await own.say({ type: 'location', location: { ...place, latitude: 56, isFollowed: true } })
  const desk = await openChannelPage(t, node.url, anna, of(channelId))
  t.match(await desk.message('channel'), { channel: { location: { latitude: 56 } } })
  await own.say({ type: 'location', location: null })
  await desk.event((event) => event.type === 'location' && event.location === null)
  const later = await openChannelPage(t, node.url, caller, of(channelId))
  await later.upTo(own.events().at(-1)?.sequence ?? 0)
  t.notMatch(JSON.stringify(later.messages), '55.75')
  const { rows } = await database.pool.query(
    `select string_agg(e.data::text, '') || coalesce(max(c.location::text), '') as all
       from channel_events e join channels c on c.id = e.channel_id where c.id = $1`,
    [channelId],
  )
  t.notMatch(rows[0]?.all, /55|56/)
  await own.say({ type: 'location', location: { ...place, isFollowed: true } })
  await node.channels.close(callSid)
  await own.event(({ type }) => type === 'over')
  t.match(own.events().slice(-2), [{ type: 'location', location: null }, { type: 'over' }])
})

t.test('what an operator is shown stands in the journal once', async (t) => {
  const { channelId, callSid } = await scene()
  const own = await openChannelPage(t, node.url, caller, of(channelId))
  for (let times = 0; times < 2; times++) {
    const desk = await openChannelPage(t, node.url, anna, { of: { call: callSid }, after: null })
    await desk.message('channel')
    if (times === 0) {
      await own.say({ type: 'location', location: { ...place, isFollowed: false } })
      await desk.event(({ type }) => type === 'location')
    }
  }
  const { rows } = await database.pool.query(
    'select login, action, details from journal where subject = $1 order by action',
    [callSid],
  )
  t.match(rows, [
    { login: 'anna', action: 'channel-location', details: { channel: channelId } },
    { login: 'anna', action: 'channel-messages' },
    { login: 'anna', action: 'channel-profile' },
  ])
  t.equal(rows.length, 3)
})

t.test('without an entry in the journal an operator is shown nothing', async (t) => {
  const { channelId } = await scene()
  await database.pool.query('alter table journal add constraint full_up check (false) not valid')
  t.teardown(() => database.pool.query('alter table journal drop constraint if exists full_up'))
  const desk = await openChannelPage(t, node.url, anna, of(channelId))
  const own = await openChannelPage(t, node.url, caller, of(channelId))
  await own.message('channel')
  await own.say({ type: 'location', location: { ...place, isFollowed: false } })
  t.same(desk.messages, [])
  await database.pool.query('alter table journal drop constraint full_up')
  node.channels.hints.hint(channelId)
  await desk.message('channel')
})

t.test('another operator takes the channel over as it is', async (t) => {
  const { channelId, callSid } = await scene()
  const boris = { who: 'operator', cookie: await operatorCookie(database, 'boris') } as const
  const own = await openChannelPage(t, node.url, caller, of(channelId))
  const desk = await openChannelPage(t, node.url, anna, of(channelId))
  await desk.say({ type: 'chat', isOpen: true })
  const next = await openChannelPage(t, node.url, boris, { of: { call: callSid }, after: null })
  await next.message('waiting')
  await endTalks(database, callSid)
  await givenTalk(database, callSid, 'boris')
  node.talkChanged()
  t.equal((await desk.closed).code, 4403)
  t.match(await next.message('channel'), { channel: { isChatOpen: true }, rights: { write: true } })
  const told = await own.event(
    (event) => event.type === 'operator' && event.operator?.name === 'boris',
  )
  t.same(told.type === 'operator' && Object.keys(told.operator ?? {}), ['kind', 'name'])
})

t.test('marks are told when they say something new', async (t) => {
  const { channelId } = await scene()
  const own = await openChannelPage(t, node.url, caller, of(channelId))
  const desk = await openChannelPage(t, node.url, anna, of(channelId))
  await desk.say({ type: 'chat', isOpen: true })
  const said = await own.say({ type: 'message', text: 'Вижу сыпь' })
  const sequence = said.type === 'done' ? (said.sequence ?? 0) : 0
  for (let seen = 0; seen <= sequence; seen++)
    desk.send({ type: 'mark', delivered: sequence, seen })
  t.match(await own.event(({ type }) => type === 'mark'), {
    by: { kind: 'operator' },
    delivered: sequence,
    seen: sequence,
  })
  own.send({ type: 'mark', delivered: sequence + 1, seen: sequence + 1 })
  await desk.say({ type: 'ask-photo' })
  await own.event(({ type }) => type === 'photo-asked')
  t.equal(own.events().filter(({ type }) => type === 'mark').length, 1)
})

t.test('a page that comes back gets what it missed, or all anew', async (t) => {
  const { channelId } = await scene()
  const own = await openChannelPage(t, node.url, caller, of(channelId))
  const desk = await openChannelPage(t, node.url, anna, of(channelId))
  await desk.say({ type: 'chat', isOpen: true })
  const said = await Promise.all(
    Array.from({ length: 5 }, (_, number) => desk.say({ type: 'message', text: `${number}` })),
  )
  const last = Math.max(...said.map((each) => (each.type === 'done' ? (each.sequence ?? 0) : 0)))
  const all = await own.upTo(last)
  for (let after = 0; after <= last; after++) {
    const again = await openChannelPage(t, node.url, caller, { of: { channel: channelId }, after })
    await again.message('channel')
    if (after < last) t.same(await again.upTo(last), all.slice(after))
    t.notOk(again.messages.some(({ type }) => type === 'resync'))
    again.socket.terminate()
  }
  for (const after of [last + 1, -1, 0.5, 'x', {}, 2 ** 53]) {
    const lost = await openChannelPage(t, node.url, caller, {
      of: { channel: channelId },
      after: after as number,
    })
    t.same(await lost.upTo(last), all)
    t.same(
      lost.messages.slice(0, 2).map(({ type }) => type),
      ['resync', 'channel'],
    )
    lost.socket.terminate()
  }
  await database.pool.query(
    `with grown as (update channels set last_sequence = last_sequence + 600 where id = $1 returning *)
     insert into channel_events (channel_id, sequence, at, type, author_key, client_id, data)
     select id, last_sequence - 600 + n, now(), 'message', 'caller', gen_random_uuid(), '{"text": "."}'
       from grown, generate_series(1, 600) n`,
    [channelId],
  )
  const old = await openChannelPage(t, node.url, caller, {
    of: { channel: channelId },
    after: last,
  })
  await old.message('resync')
  t.equal((await old.upTo(last + 600)).length, last + 600)
  const recent = await openChannelPage(t, node.url, caller, {
    of: { channel: channelId },
    after: last + 100,
  })
  t.equal((await recent.upTo(last + 600)).length, 500)
  t.notOk(recent.messages.some(({ type }) => type === 'resync'))
})

t.test('words are told as they were written, but for what no text has', async (t) => {
  const { channelId } = await scene()
  const own = await openChannelPage(t, node.url, caller, of(channelId))
  const desk = await openChannelPage(t, node.url, anna, of(channelId))
  await desk.say({ type: 'chat', isOpen: true })
  const texts: readonly (readonly [string, string])[] = [
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
    ['"}],"type":"rights"', '"}],"type":"rights"'],
    ['a\u0000b\u0007\u001Fc\u007Fd\u0085', 'abcd'],
    ['one\r\ntwo\tthree', 'one\ntwo three'],
    ['gpj.\u202Eexe \u2066x\u2069', 'gpj.\u202Eexe \u2066x\u2069'],
    ['half \uD800 a character', 'half \uFFFD a character'],
    ['я'.repeat(4000), 'я'.repeat(4000)],
    ['😀'.repeat(4000), '😀'.repeat(4000)],
  ]
  for (const [text, told] of texts) {
    const id = newId()
    t.match(await own.say({ type: 'message', text, id }), { type: 'done' })
    const event = await desk.event((each) => each.type === 'message' && each.id === id)
    t.equal(event.type === 'message' && event.text, told)
  }
  for (const text of ['', ' \n\t', '\u0000', 'я'.repeat(4001)])
    t.match(await own.say({ type: 'message', text }), { type: 'refused', code: 'invalid' })
  for (const latitude of [91, Number.NaN, '55', null])
    t.match(
      await own.say({
        type: 'location',
        location: { ...place, latitude: latitude as number, isFollowed: false },
      }),
      { type: 'refused', code: 'invalid' },
    )
})

t.test('what is not of the protocol ends the socket', async (t) => {
  const { channelId } = await scene()
  const id = newId()
  const faults = node.faults.length
  const cases: readonly (readonly [number, string | Buffer])[] = [
    [1008, 'nonsense'],
    [1008, '[]'],
    [1008, 'null'],
    [1008, JSON.stringify({ type: 'hello', ...of(channelId) })],
    [1008, `{"type":"message","id":"${id}","text":"x","author":"operator:anna"}`],
    [1008, `{"type":"message","id":"1","text":"x"}`],
    [1008, `{"type":"message","id":"${id}","text":["x"]}`],
    [1008, `{"type":"mark","delivered":-1,"seen":0}`],
    [1008, `{"type":"mark","delivered":1e9,"seen":99999999999}`],
    [1008, `{"type":"operator","id":"${id}"}`],
    [1008, `{"__proto__":{"type":"chat"},"id":"${id}","isOpen":true}`],
    [1008, `${'['.repeat(5000)}${']'.repeat(5000)}`],
    [1008, Buffer.from(JSON.stringify({ type: 'chat', id, isOpen: true }))],
    [1009, JSON.stringify({ type: 'message', id, text: 'x'.repeat(17_000) })],
  ]
  for (const [code, message] of cases) {
    const page = await openChannelPage(t, node.url, caller, of(channelId))
    await page.message('channel')
    page.sendRaw(message)
    t.equal((await page.closed).code, code, String(message).slice(0, 60))
  }
  const before = await openChannelPage(t, node.url, caller, null)
  before.send({ type: 'message', id, text: 'x' })
  t.equal((await before.closed).code, 1008)
  t.equal(node.faults.length, faults)
})

t.test(
  'who talks too fast is told so, who goes on is cut off, and nobody else notices',
  async (t) => {
    const { channelId } = await scene()
    const own = await openChannelPage(t, node.url, caller, of(channelId))
    const desk = await openChannelPage(t, node.url, anna, of(channelId))
    await desk.say({ type: 'chat', isOpen: true })
    for (let count = 0; count < 70; count++)
      own.send({ type: 'message', id: newId(), text: String(count) })
    t.match(await own.message('refused'), { code: 'too-fast' })
    await desk.event((event) => event.type === 'message' && event.text === '50')
    const texts = desk.events().flatMap((event) => (event.type === 'message' ? [event.text] : []))
    t.same(
      texts.slice(0, 50),
      Array.from({ length: 50 }, (_, count) => String(count)),
      'in the order they were said',
    )
    for (let count = 0; count < 300; count++)
      own.send({ type: 'message', id: newId(), text: String(count) })
    t.equal((await own.closed).code, 1008)
    t.match(await desk.say({ type: 'message', text: 'Я здесь' }), { type: 'done' })
  },
)

t.test(
  'the socket opens only from our own page, for who is signed in, as long as that lasts',
  async (t) => {
    const dial = (headers: Record<string, string>, who = 'caller') =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`${node.url.replace('http', 'ws')}/${who}/channel/socket`, {
          headers,
        })
        socket.on('open', () => resolve('open'))
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
        socket.on('error', reject)
        t.teardown(() => socket.terminate())
      })
    const { cookie } = caller
    t.equal(await dial({ cookie, origin: 'https://evil.example' }), 403)
    t.equal(await dial({ cookie, origin: 'null' }), 403)
    t.equal(await dial({ cookie }), 403)
    t.equal(await dial({ origin: node.url }), 401)
    t.equal(await dial({ cookie, origin: node.url }, 'operator'), 401)
    t.equal(await dial({ cookie: anna.cookie, origin: node.url }), 401)
    t.equal(await dial({ cookie, origin: node.url }), 'open')

    const { channelId } = await scene()
    const leaving = { who: 'caller', cookie: await callerCookie(database) } as const
    const page = await openChannelPage(t, node.url, leaving, of(channelId))
    await page.message('channel')
    await database.pool.query(
      `update caller_sessions set ended_at = clock_timestamp()
      where id = (select id from caller_sessions where phone = $1 order by id desc limit 1)`,
      [callerPhone],
    )
    t.equal((await page.closed).code, 4401)
  },
)

t.test('on two nodes everybody is told the same, and who is there', async (t) => {
  const other = await openTestChannels(t, database)
  const { channelId } = await scene()
  const own = await openChannelPage(t, node.url, caller, of(channelId))
  const desk = await openChannelPage(t, other.url, anna, of(channelId))
  await own.message('online', ({ online }) => online.some(({ kind }) => kind === 'operator'))
  await desk.say({ type: 'chat', isOpen: true })
  await own.message('rights', ({ rights }) => rights.write)
  const id = newId()
  const [one, two] = await Promise.all([
    own.say({ type: 'message', text: 'с одного', id }),
    openChannelPage(t, other.url, caller, of(channelId)).then((page) =>
      page.say({ type: 'message', text: 'с другого', id }),
    ),
  ])
  t.same(one, two, 'the same identifier on two nodes is one message')
  const last = one.type === 'done' ? (one.sequence ?? 0) : 0
  t.same(
    (await own.upTo(last)).map(({ sequence, type }) => [sequence, type]),
    (await desk.upTo(last)).map(({ sequence, type }) => [sequence, type]),
  )
  await other.close()
  t.equal((await desk.closed).code, 1012)
  await own.message('online', ({ online }) => !online.some(({ kind }) => kind === 'operator'))
})
