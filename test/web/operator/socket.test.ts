import t from 'tap'
import { WebSocket } from 'ws'
import { givenOperators, openConsole, signIn } from '../../support/console.ts'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

t.test('a console', async (t) => {
  const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
  const { url } = server
  await givenOperators(
    server,
    { login: 'anna', name: 'Анна' },
    { login: 'boris' },
    { login: 'vera', role: 'supervisor' },
  )
  const anna = await signIn(url, 'anna')
  const vera = await signIn(url, 'vera')

  t.test('gets a snapshot first', async (t) => {
    const console = await openConsole(t, url, anna)
    const { me, queues, places, call } = await console.until(() => true)
    t.match(me, { login: 'anna', name: 'Анна', presence: 'offline' })
    t.ok(queues.some(({ name }) => name === 'general'))
    t.strictSame([places, call], [[], null])
  })

  t.test('sees what another one does', async (t) => {
    const own = await openConsole(t, url, anna)
    const board = await openConsole(t, url, vera)
    await own.until(() => true)
    await board.until(() => true)
    t.match(await own.command({ type: 'presence', state: 'available' }), { outcome: 'done' })
    await own.until(({ me }) => me.presence === 'available')
    await board.until(({ operators }) =>
      operators.some(({ login, presence }) => login === 'anna' && presence === 'available'),
    )
    t.match(await board.command({ type: 'set-presence', login: 'anna', state: 'break' }), {
      outcome: 'done',
    })
    const { me } = await own.until((snapshot) => snapshot.me.presence === 'break')
    t.equal(me.reason, 'supervisor')
    t.match(await own.command({ type: 'set-presence', login: 'vera', state: 'break' }), {
      outcome: 'refused',
      code: 'forbidden',
    })
  })

  t.test('is closed by signing out', async (t) => {
    const cookie = await signIn(url, 'boris')
    const console = await openConsole(t, url, cookie)
    await console.until(() => true)
    const response = await fetch(`${url}/operator/sign-out`, {
      method: 'POST',
      headers: { origin: url, 'x-hotline': '1', cookie },
    })
    t.equal(response.status, 204)
    t.equal((await console.closed).code, 4401)
    t.equal((await fetch(`${url}/operator/me`, { headers: { cookie } })).status, 401)
  })

  t.test('is one of ten at most: the oldest gives way, and others are not touched', async (t) => {
    const stranger = await openConsole(t, url, anna)
    const cookie = await signIn(url, 'vera')
    const tabs = []
    for (let tab = 0; tab < 12; tab++) tabs.push(await openConsole(t, url, cookie))
    const [first, second, third] = tabs
    t.equal((await first?.closed)?.code, 4409)
    t.equal((await second?.closed)?.code, 4409)
    await third?.command({ type: 'presence', state: 'break' })
    await tabs.at(-1)?.until(({ me }) => me.presence === 'break')
    await stranger.until(() => true)
    t.equal(stranger.socket.readyState, stranger.socket.OPEN)
    for (const { socket } of tabs) socket.close()
  })

  t.test('that comes back gets what it missed, from another node a new snapshot', async (t) => {
    const cookie = await signIn(url, 'vera')
    const first = await openConsole(t, url, cookie)
    await first.until(() => true)
    const start = first.sequence()
    for (const state of ['available', 'break', 'available'] as const) {
      await first.command({ type: 'presence', state })
      await first.until(({ me }) => me.presence === state)
    }
    const end = first.sequence()
    const told = first.messages.filter(({ type }) => type === 'events')
    t.equal(told.length, end - start)
    for (const after of [start, start + 1, end - 1]) {
      const again = await openConsole(t, url, cookie, after)
      await again.message((message) => 'sequence' in message && message.sequence === end)
      t.strictSame(again.messages.slice(0, end - after), told.slice(after - start))
      again.socket.close()
    }
    const later = await openConsole(t, url, cookie, end)
    await later.command({ type: 'presence', state: 'break' })
    // Being in step may be told before, by a message without events.
    const event = await later.message((said) => said.type === 'events' && said.events.length > 0)
    t.match(event, { sequence: end + 1 })
    for (const after of [start - 1000, end + 100, 0, 'x' as unknown as number, -1, 1.5]) {
      const lost = await openConsole(t, url, cookie, after)
      await lost.until(() => true)
      t.strictSame(
        lost.messages.slice(0, 2).map(({ type }) => type),
        ['resync', 'snapshot'],
        String(after),
      )
      lost.socket.close()
    }
    const other = await startTestServer(t, {
      flowsDir: t.testdir(smallFlow()),
      database: server.database,
    })
    const there = await openConsole(t, other.url, cookie, end)
    t.match(await there.message(({ type }) => type === 'resync'), {})
    t.match(await there.until(() => true), { me: { login: 'vera', presence: 'break' } })
    await there.command({ type: 'presence', state: 'offline' })
    await first.until(({ me }) => me.presence === 'offline')
  })

  t.test(
    'shows the card of a call to whose it is alone, and takes what is written of it',
    async (t) => {
      const { pool } = server.database
      const tell = () => pool.query(`select pg_notify('hotline_changes', 'queues')`)
      const own = await openConsole(t, url, anna)
      const board = await openConsole(t, url, vera)
      await pool.query(
        `with p as (
         insert into places (call_sid, phone, queue, language, skills, priority, since, rank_at,
                             mode, state)
         values ('CA1', '+79161112233', 'general', 'ru-RU', '{}', 0, now(), now(), 'hold', 'talking')
         returning id
       ), r as (
         insert into reservations (place_id, login, state, lease_until, answered_at, bridged_at)
         select id, 'anna', 'bridged', now(), now(), now() from p returning id, place_id
       ), t as (
         insert into talks (place_id, reservation_id, call_sid, login, conference)
         select place_id, id, 'CA1', 'anna', 'CA1' from r
       )
       update presence set state = 'talking' where login = 'anna'`,
      )
      await tell()
      const { call } = await own.until((snapshot) => snapshot.call !== null)
      t.match(call, {
        state: 'talking',
        card: { phone: '+79161112233', callSid: 'CA1', case: null, path: [], earlierCalls: [] },
      })
      await board.until(({ places }) => places.some(({ login }) => login === 'anna'))
      t.notMatch(JSON.stringify(board.messages), /79161112233/)
      const journal = await pool.query(`select login, subject from journal where action = 'card'`)
      t.strictSame(journal.rows, [{ login: 'anna', subject: 'CA1' }])
      const again = await openConsole(t, url, anna)
      t.match(await again.until(() => true), { call: { card: { phone: '+79161112233' } } })
      t.match(await own.command({ type: 'presence', state: 'break' }), {
        outcome: 'refused',
        code: 'busy',
      })

      await pool.query(
        `update presence set state = 'wrap-up', wrap_up_until = now() + interval '30 s'
        where login = 'anna'`,
      )
      await pool.query(
        `update reservations set state = 'ended', outcome = 'served', ended_at = now()`,
      )
      await pool.query(`update places set state = 'ended', result = 'served', ended_at = now()`)
      await pool.query(`update talks set ended_at = now()`)
      await tell()
      await again.until((snapshot) => snapshot.call?.state === 'wrap-up')
      const written = { topic: 'services', result: 'решено', note: 'Всё хорошо' }
      t.match(await again.command({ type: 'wrap-up', ...written }), { outcome: 'done' })
      const { me } = await own.until((snapshot) => snapshot.call === null)
      t.equal(me.presence, 'break', 'the wish of before')
      await own.until(({ day }) => day.answered === 1 && day.calls[0]?.result === 'решено')
      t.match(await own.command({ type: 'wrap-up', ...written }), {
        outcome: 'refused',
        code: 'no-call',
      })
    },
  )

  t.test('has each command carried out once, on whatever node it comes', async (t) => {
    const other = await startTestServer(t, {
      flowsDir: t.testdir(smallFlow()),
      database: server.database,
    })
    const here = await openConsole(t, url, vera)
    const there = await openConsole(t, other.url, vera)
    const break_ = { type: 'set-presence', login: 'boris', state: 'break' } as const
    t.match(await here.command(break_, 'the-same-id'), { outcome: 'done' })
    await here.command({ ...break_, state: 'available' }, 'another-id')
    for (const each of [here, there])
      t.match(await each.command(break_, 'the-same-id'), { id: 'the-same-id', outcome: 'done' })
    const { rows } = await server.database.pool.query(
      `select state from presence where login = 'boris'`,
    )
    t.strictSame(rows, [{ state: 'available' }])
    t.match(await here.command({ ...break_, login: 'nobody' }, 'unknown-one'), {
      outcome: 'refused',
      code: 'unknown',
    })
    t.match(await there.command({ ...break_, login: 'nobody' }, 'unknown-one'), {
      outcome: 'refused',
      code: 'unknown',
    })
  })

  t.test('is opened only from a page of the server by who is signed in', async (t) => {
    const dial = (headers: Record<string, string>) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/operator/socket`, { headers })
        socket.on('open', () => resolve('open'))
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
        socket.on('error', reject)
        t.teardown(() => socket.terminate())
      })
    t.equal(await dial({ cookie: vera, origin: 'https://evil.example' }), 403)
    t.equal(await dial({ cookie: vera, origin: 'null' }), 403)
    t.equal(await dial({ cookie: vera }), 403)
    t.equal(await dial({ origin: url }), 401)
    t.equal(await dial({ origin: url, cookie: 'hotline=x' }), 401)
    t.equal(await dial({ origin: url, cookie: vera }), 'open')
    t.equal((await fetch(`${url}/operator/socket`, { headers: { cookie: vera } })).status, 403)
    t.equal(
      (await fetch(`${url}/operator/socket`, { headers: { cookie: vera, origin: url } })).status,
      426,
    )
  })

  t.test('that does not keep to the protocol is closed', async (t) => {
    const cases: readonly (readonly [number, string | Buffer])[] = [
      [1008, 'nonsense'],
      [1008, '[]'],
      [1008, '{"type":"hello","after":null}'],
      [1008, '{"type":"command","id":"12345678","command":{"type":"fly"}}'],
      [1008, '{"type":"command","id":"12345678","command":{"type":"hang-up","login":"anna"}}'],
      [1008, '{"type":"command","id":"short","command":{"type":"hang-up"}}'],
      [1008, '{"type":"command","id":"12345678","command":{"type":"accept","reservationId":"1"}}'],
      [1008, JSON.stringify({ type: 'hello', after: null, __proto__: null, more: '\u0000' })],
      [1008, Buffer.from('{"type":"hello","after":null}')],
      [1009, ' '.repeat(17 * 1024)],
    ]
    for (const [code, message] of cases) {
      const console = await openConsole(t, url, vera)
      await console.until(() => true)
      console.socket.send(message)
      t.equal((await console.closed).code, code, String(message).slice(0, 60))
    }
    const flood = await openConsole(t, url, vera)
    await flood.until(() => true)
    for (let count = 0; count < 100; count++)
      flood.send({ type: 'command', id: `flood-${count}-`, command: { type: 'hang-up' } })
    t.equal((await flood.closed).code, 1008)
  })
})
