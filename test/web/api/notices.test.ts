import t from 'tap'
import { testDatabase } from '../../support/database.ts'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

const database = await testDatabase(t)
const one = await startTestServer(t, { database })
const other = await startTestServer(t, { database })

const russian = 'Портал работает с перебоями.'
const english = 'The portal works with interruptions.'
const texts = { 'ru-RU': russian, 'en-US': english }

type Json = Readonly<Record<string, unknown>>

const ask = async (method: string, path = '', body?: unknown, server: TestServer = one) => {
  const answer = await server.api(`/notices${path}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: JSON.parse(answer.body) as Json & { items: Json[] } }
}

const start = async (draft: Json = {}) => {
  const { body } = await ask('POST', '', { kind: 'incident', texts, ...draft })
  return String(body['id'])
}

const end = (id: string) => ask('POST', `/${id}/end`)

const heard = async (server: TestServer, line = '+78005557373') =>
  (await webhookCaller(server, line).dial()).body

/** Dials until a call hears what it should: another node hears of it a moment later. */
const heardSoon = async (server: TestServer, isRight: (body: string) => boolean) => {
  for (;;) {
    if (isRight(await heard(server))) return true
    await new Promise((done) => setTimeout(done, 5))
  }
}

t.test(
  'a notice is heard by the next call before the menu, and not once it is ended',
  async (t) => {
    t.notMatch(await heard(one), russian)
    const made = await ask('POST', '', { kind: 'incident', texts })
    t.match(made, {
      status: 201,
      body: {
        id: /^[0-9a-f-]{36}$/,
        state: 'in-force',
        kind: 'incident',
        texts,
        recordings: {},
        lines: null,
        from: /\+03:00$/,
        until: null,
        endedAt: null,
        createdBy: 'administrator',
      },
    })
    const body = await heard(one)
    t.ok(body.indexOf(russian) > 0 && body.indexOf(russian) < body.indexOf('Узнать об услуге'))
    t.match(await heard(one, '+74958000000'), english, 'in the language of the line')
    t.match(await heard(one, '+78005550303'), russian, 'on the integrated number too')
    t.ok(await heardSoon(other, (said) => said.includes(russian)), 'on every node')
    t.match(await (await fetch(`${one.url}/metrics`)).text(), 'hotline_notices_in_force 1')

    const id = String(made.body['id'])
    const ended = await end(id)
    t.match(ended, { status: 200, body: { id, state: 'ended', endedAt: /\+03:00$/ } })
    t.strictSame(await end(id), ended, 'again is nothing new')
    t.notMatch(await heard(one), russian)
    t.ok(await heardSoon(other, (said) => !said.includes(russian)))
  },
)

t.test('it is heard on the chosen lines only, and within its time', async (t) => {
  const id = await start({ lines: ['+78005557373'] })
  t.match(await heard(one), russian)
  t.notMatch(await heard(one, '+74957770000'), russian)
  await end(id)

  const at = (minutes: number) => Temporal.Now.instant().add({ minutes }).toString()
  const planned = await start({ kind: 'planned-work', from: at(60), until: at(120) })
  t.notMatch(await heard(one), russian)
  t.match((await ask('GET', '?state=planned')).body.items, [{ id: planned, state: 'planned' }])
  const moved = await ask('PATCH', `/${planned}`, {
    from: at(-1),
    texts: { ...texts, 'ru-RU': 'Работы.' },
  })
  t.match(moved, { status: 200, body: { state: 'in-force', kind: 'planned-work' } })
  t.match(await heard(one), 'Работы.')
  await end(planned)
  t.match(await ask('PATCH', `/${planned}`, { until: null }), {
    status: 409,
    body: { error: { code: 'conflict' } },
  })
})

t.test(
  'where no voice reads a language, a recording is heard, or that it is in Russian',
  async (t) => {
    const tatar = '+78435550000'
    const plays = async () => (await heard(one, tatar)).match(/<Play>[^<]*/g) ?? []
    const without = await plays()
    const id = await start()
    const told = await plays()
    t.equal(told.length, without.length + 1)
    t.notMatch(await heard(one, tatar), '<Say', 'in no voice of another language')
    await end(id)
    const recordings = { 'tt-RU': 'recordings/tt-RU/silence.person.wav' }
    const recorded = await start({ recordings })
    const played = await plays()
    t.equal(played.length, without.length + 1)
    t.notSame(played, told)
    t.match(await heard(one), russian)
    await end(recorded)
  },
)

t.test('the list is in pages, newest first, and by state', async (t) => {
  const ids = [await start(), await start()]
  const first = await ask('GET', '?limit=1')
  t.match(first.body.items, [{ id: ids[1] }])
  const second = await ask('GET', `?limit=1&cursor=${String(first.body['nextCursor'])}`)
  t.match(second.body.items, [{ id: ids[0] }])
  t.strictSame(
    (await ask('GET', '?state=in-force')).body.items.map(({ id }) => id),
    ids.toReversed(),
  )
  await Promise.all(ids.map(end))
  t.strictSame((await ask('GET', '?state=in-force')).body.items, [])
  t.ok((await ask('GET', '?state=ended')).body.items.length > 2)
})

t.test('what cannot be a notice is refused with a reason', async (t) => {
  const refused = async (body: unknown, message: RegExp | string) =>
    t.match(await ask('POST', '', body), {
      status: 400,
      body: { error: { code: 'bad-request', message } },
    })
  const incident = { kind: 'incident', texts }
  await refused({ kind: 'incident', texts: { 'ru-RU': russian } }, 'speaks en-US')
  await refused({ kind: 'incident' }, 'speaks ru-RU')
  await refused({ ...incident, texts: { ...texts, 'tt-RU': 'Өзеклек' } }, 'no voice reads tt-RU')
  await refused({ ...incident, recordings: { 'tt-RU': '../x.wav' } }, 'no recording ../x.wav')
  await refused({ ...incident, lines: ['+74950000000'] }, 'there is no line +74950000000')
  await refused({ ...incident, lines: [] }, /lines/)
  await refused({ ...incident, until: '2020-01-01' }, 'later than from')
  await refused({ ...incident, from: '2020-01-01', until: '2020-01-02' }, 'in the future')
  await refused({ ...incident, from: 'tomorrow' }, 'from must be')
  await refused({ ...incident, kind: 'gossip' }, /kind/)
  await refused({ ...incident, texts: { ...texts, 'ru-RU': ' ' } }, /ru-RU/)
  await refused({ ...incident, texts: { ...texts, 'ru-RU': 'a'.repeat(501) } }, /ru-RU/)
  await refused({ ...incident, texts: JSON.parse('{"__proto__":"a","ru-RU":"b"}') }, /JSON/)
  await refused({ ...incident, more: 1 }, /additional/)
  await refused(undefined, /body/)
  for (const path of ['/x/end', `/${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}/end`])
    t.match(await ask('POST', path), { status: 404, body: { error: { code: 'not-found' } } })
  t.match(await ask('PATCH', '/x', { until: null }), { status: 404 })
  t.match(await ask('GET', '?state=past'), { status: 400 })
  t.strictSame((await ask('GET', '?state=in-force')).body.items, [])
})
