import t from 'tap'
import type { Effects } from '../../src/calls/ports.ts'
import { createCallLog } from '../../src/db/call-log.ts'
import { createCallStore } from '../../src/db/call-store.ts'
import { laterTurn, newCallSid, openingTurn } from '../support/call-records.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const noEffects = (): Effects => ({
  applicationStatus: async () => ({ status: 'refused' }),
  requestCallback: async () => ({ status: 'refused', reason: 'too-many' }),
  openCallback: async () => null,
  cancelCallback: async () => ({ status: 'none' }),
  answerCallback: async () => false,
  takePlace: async () => ({ kind: 'nobody' }),
  keepScore: async () => {},
})
const store = createCallStore(database, noEffects)
const log = createCallLog(database.kysely)

t.test('turn 0 creates the call, and it is read back as it was stored', async (t) => {
  const opening = openingTurn({ from: 'anonymous', callerCountry: null })
  t.equal(await store.commit(opening), 'committed')
  const found = await store.find(opening.callSid)
  t.match(found, {
    callSid: opening.callSid,
    turn: 0,
    session: opening.session,
    language: 'ru-RU',
    from: 'anonymous',
    to: '+78005557373',
    ended: false,
  })
  t.equal(await store.replay(opening.callSid, 0), opening.twiml)
  t.equal(await store.replay(opening.callSid, 1), null)
})

t.test('an answer that callers share is stored once and replayed to each', async (t) => {
  const twiml = `<Response><Say>Меню</Say></Response>`
  const openings = Array.from({ length: 5 }, () => ({ ...openingTurn(), twiml, isShared: true }))
  await Promise.all(openings.map((opening) => store.commit(opening)))
  await createCallStore(database, noEffects).commit(
    laterTurn(openings[0]?.callSid ?? '', 1, { twiml, isShared: true }),
  )
  for (const { callSid } of openings) t.equal(await store.replay(callSid, 0), twiml)
  t.equal(await store.replay(openings[0]?.callSid ?? '', 1), twiml)
  const { rows } = await database.pool.query('select twiml from answers')
  t.strictSame(rows, [{ twiml }])
})

t.test('what stays the same in a session is stored once and read with every turn', async (t) => {
  const opening = { ...openingTurn(), constants: '{"format":1}' }
  await store.commit(opening)
  await store.commit(laterTurn(opening.callSid, 1, { session: '{"turn":1}' }))
  t.match(await store.find(opening.callSid), { constants: '{"format":1}', session: '{"turn":1}' })
})

t.test('an unknown call is not found, and its turn is stale', async (t) => {
  t.equal(await store.find(newCallSid()), null)
  t.equal(await store.commit(laterTurn(newCallSid(), 1)), 'stale')
})

t.test('of ten deliveries of one turn one is committed and nine are stale', async (t) => {
  const opening = openingTurn()
  const twice = await Promise.all([store.commit(opening), store.commit(opening)])
  t.same(twice.sort(), ['committed', 'stale'])
  const other = createCallStore(database, noEffects)
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      (at % 2 === 0 ? store : other).commit(
        laterTurn(opening.callSid, 1, { twiml: `<a n="${at}"/>` }),
      ),
    ),
  )
  const winner = outcomes.indexOf('committed')
  t.equal(outcomes.filter((outcome) => outcome === 'committed').length, 1)
  t.equal(await store.replay(opening.callSid, 1), `<a n="${winner}"/>`)
  t.equal((await log.find(opening.callSid))?.events.length, 2)
})

t.test('a turn that skips one or comes back is stale and leaves nothing behind', async (t) => {
  const opening = openingTurn()
  await store.commit(opening)
  t.equal(await store.commit(laterTurn(opening.callSid, 2)), 'stale')
  t.equal(await store.commit(laterTurn(opening.callSid, 1)), 'committed')
  t.equal(await store.commit(laterTurn(opening.callSid, 1, { changes: { topic: 'x' } })), 'stale')
  t.equal((await store.find(opening.callSid))?.turn, 1)
  t.equal((await log.find(opening.callSid))?.call.topic, null)
})

t.test('one bad row harms no other call of its batch', async (t) => {
  const openings = Array.from({ length: 20 }, () => openingTurn())
  await Promise.all(openings.map((opening) => store.commit(opening)))
  const settled = await Promise.allSettled(
    openings.map(({ callSid }, at) =>
      store.commit(laterTurn(callSid, 1, at === 7 ? { twiml: 'a\u0000b' } : {})),
    ),
  )
  t.same(
    settled.map(({ status }) => status),
    openings.map((_, at) => (at === 7 ? 'rejected' : 'fulfilled')),
  )
  t.equal((await store.find(openings[7]?.callSid ?? ''))?.turn, 0)
  t.equal((await store.find(openings[8]?.callSid ?? ''))?.turn, 1)
})

t.test('changes reach the log row, absent ones leave it alone', async (t) => {
  const opening = openingTurn()
  await store.commit({ ...opening, changes: { topic: 'services' } })
  await store.commit(laterTurn(opening.callSid, 1, { changes: { language: 'en-US' } }))
  await store.commit(
    laterTurn(opening.callSid, 2, { changes: { outcome: 'self-served' }, session: null }),
  )
  const found = await log.find(opening.callSid)
  t.match(found?.call, { topic: 'services', language: 'en-US', outcome: 'self-served' })
  t.same(
    found?.events.map(({ data }) => data['dialog']),
    ['d0', 'd1', 'd2'],
  )
  t.equal((await store.find(opening.callSid))?.session, null)
})

t.test('a call outside the months prepared makes its month', async (t) => {
  const startedAt = Temporal.Now.instant().subtract({ hours: 24 * 400 })
  const opening = openingTurn({ startedAt })
  t.equal(await store.commit(opening), 'committed')
  t.equal((await log.find(opening.callSid))?.events.length, 1)
})

t.test('a stale turn takes what its transaction did back with it', async (t) => {
  const opening = openingTurn()
  await store.commit(opening)
  const work = (turn: number, code: string) =>
    createCallStore(database, (transaction) => ({
      ...noEffects(),
      applicationStatus: async ({ callSid, now }) => {
        const row = { case_number: code, caller: null, call_sid: callSid, at: now }
        await transaction.insertInto('code_attempts').values(row).execute()
        return { status: 'refused' }
      },
    })).inTransaction(async (transaction) => {
      const claimed = await transaction.claim(opening.callSid, turn - 1)
      const now = Temporal.Now.instant()
      const request = { callSid: opening.callSid, caller: '', number: '', code: '', now }
      await transaction.effects.applicationStatus(request)
      return claimed ? transaction.commit(laterTurn(opening.callSid, turn)) : 'stale'
    })
  t.equal(await work(1, 'kept'), 'committed')
  t.equal(await work(1, 'undone'), 'stale')
  const attempts = await database.kysely.selectFrom('code_attempts').selectAll().execute()
  t.same(
    attempts.map((attempt) => attempt.case_number),
    ['kept'],
  )
})

t.test('a call opened by two transactions at once is opened once', async (t) => {
  const opening = openingTurn()
  const open = () =>
    store.inTransaction(async (transaction) =>
      (await transaction.claim(opening.callSid, -1)) ? transaction.commit(opening) : 'stale',
    )
  t.same((await Promise.all([open(), open(), open()])).sort(), ['committed', 'stale', 'stale'])
})
