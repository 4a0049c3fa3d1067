import t from 'tap'
import type { CallbackWish } from '../../../src/callbacks/ports.ts'
import { callbackRequests } from '../../../src/db/callbacks.ts'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
const { api, database } = server

/** Long before any of them is to be dialled. */
const start = Temporal.Instant.from('2126-11-20T09:00:00.5Z')

const request = (at: number, wish: Partial<CallbackWish> = {}) =>
  database.kysely.transaction().execute((transaction) =>
    callbackRequests(transaction).create({
      callSid: null,
      phone: `+7916123456${at}`,
      queue: 'general',
      topic: null,
      window: null,
      // Two at a time at the same instant.
      now: start.add({ minutes: Math.floor(at / 2) }),
      ...wish,
    }),
  )

for (let at = 0; at < 6; at++) await request(at)
const windowed = await request(6, {
  topic: 'services',
  window: { from: start.add({ hours: 1 }), to: start.add({ hours: 3 }) },
})
await database.kysely
  .updateTable('callbacks')
  .set({ state: 'done', attempts: 2 })
  .where('id', '=', windowed.id)
  .execute()

type Item = { id: string; phone: string; state: string }

const list = async (query: string) => {
  const answer = await api(`/callbacks${query}`)
  t.equal(answer.status, 200, query)
  return JSON.parse(answer.body) as { items: Item[]; nextCursor: string | null }
}

t.test('requests are listed newest first, to the letter', async (t) => {
  const { items, nextCursor } = await list('')
  t.equal(nextCursor, null)
  t.equal(items.length, 7)
  t.strictSame(items[0], {
    id: windowed.id,
    ticket: windowed.ticket,
    phone: '+79161234566',
    queue: 'general',
    topic: 'services',
    window: { from: '2126-11-20T13:00:00.500+03:00', to: '2126-11-20T15:00:00.500+03:00' },
    state: 'done',
    attempts: 2,
    requestedAt: '2126-11-20T12:03:00.500+03:00',
    startedAt: null,
    nextAttemptAt: '2126-11-20T13:00:00.500+03:00',
    promisedBy: '2126-11-20T15:00:00.500+03:00',
    endedReason: null,
  })
  t.match(items.at(-1), { window: null, topic: null, state: 'queued', attempts: 0 })
})

t.test('a state narrows the list', async (t) => {
  t.equal((await list('?state=queued')).items.length, 6)
  t.equal((await list('?state=done')).items.length, 1)
  t.strictSame(await list('?state=uncertain'), { items: [], nextCursor: null })
})

t.test('pages follow one another without gap or repeat, also within one instant', async (t) => {
  const all = (await list('')).items.map(({ id }) => id)
  for (const limit of [1, 2, 3, 7]) {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await list(`?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`)
      t.ok(page.items.length <= limit)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    t.strictSame(seen, all, `limit ${limit}`)
  }
})

t.test('bad parameters are refused', async (t) => {
  const cursorOf = (text: string) => Buffer.from(text).toString('base64url')
  const bad = [
    'state=nowhere',
    'state=',
    'state=queued&state=done',
    'state[]=queued',
    'limit=0',
    'limit=501',
    'limit=-1',
    'limit=1.5',
    'limit=many',
    'limit=1&limit=2',
    'cursor=',
    'cursor=nonsense',
    'cursor=%00',
    `cursor=${'x'.repeat(500)}`,
    `cursor=${cursorOf('2026-11-20T09:00:00Z not-an-id')}`,
    `cursor=${cursorOf(`2026-13-40T09:00:00Z ${windowed.id}`)}`,
    `cursor=${cursorOf(`-200000-01-01T00:00:00Z ${windowed.id}`)}`,
    `cursor=${cursorOf(`0000-01-01T00:00:00Z ${windowed.id}`)}`,
    `cursor=${cursorOf(`2026-11-20T09:00:00Z ${windowed.id} more`)}`,
    `cursor=${cursorOf(`2026-11-20T09:00:00Z ${windowed.id}`)}x`,
    'page=2',
    'State=queued',
    '__proto__=x',
    'constructor=x',
    'toString=x',
    'queue=general',
  ]
  for (const query of bad) {
    const answer = await api(`/callbacks?${query}`)
    t.equal(answer.status, 400, query)
    t.match(JSON.parse(answer.body), { error: { code: 'bad-request', message: String } }, query)
  }
})
