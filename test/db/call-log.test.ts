import t from 'tap'
import type { CallFilter, CallPosition } from '../../src/calls/call-log.ts'
import { createCallLog } from '../../src/db/call-log.ts'
import { createCallStore } from '../../src/db/call-store.ts'
import { laterTurn, openingTurn } from '../support/call-records.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const log = createCallLog(database.kysely)
const store = createCallStore(database, () => {
  throw new Error('No effects here')
})

const present = Temporal.Now.instant().round('second')
// Twelve calls over three months; three of them start at the same instant.
const starts = [0, 0, 0, 1, 2, 3, 24 * 25, 24 * 26, 24 * 27, 24 * 50, 24 * 51, 24 * 52]
const openings = starts.map((hours, at) =>
  openingTurn({
    startedAt: present.subtract({ hours }),
    from: at % 2 === 0 ? '+79161234567' : '+79031112233',
    line: at % 3 === 0 ? '+74950000000' : '+78005557373',
  }),
)
await Promise.all(openings.map((opening) => store.commit(opening)))
await store.commit(
  laterTurn(openings[4]?.callSid ?? '', 1, { changes: { outcome: 'closed-hours' } }),
)

const newestFirst = openings
  .map(({ callSid, startedAt }) => ({ callSid, startedAt }))
  .sort(
    (one, other) =>
      Temporal.Instant.compare(other.startedAt, one.startedAt) ||
      (one.callSid < other.callSid ? 1 : -1),
  )
  .map(({ callSid }) => callSid)

const listed = async (filter: CallFilter, limit = 100): Promise<readonly string[]> =>
  (await log.list(filter, { limit })).map(({ callSid }) => callSid)

t.test('pages of any size give every call once, newest first', async (t) => {
  for (const limit of [1, 2, 5, 12]) {
    const seen: string[] = []
    let after: CallPosition | undefined
    for (;;) {
      const page = await log.list({}, { limit, ...(after === undefined ? {} : { after }) })
      seen.push(...page.map(({ callSid }) => callSid))
      after = page.at(-1)
      if (page.length < limit) break
    }
    t.same(seen, newestFirst)
  }
})

t.test('filters narrow by time, line, caller and outcome', async (t) => {
  const from = present.subtract({ hours: 24 * 27 })
  const sids = (keep: (at: number) => boolean) =>
    newestFirst.filter((sid) => keep(openings.findIndex(({ callSid }) => callSid === sid)))
  t.same(
    await listed({ from }),
    sids((at) => at <= 8),
  )
  t.same(
    await listed({ to: from }),
    sids((at) => at > 8),
  )
  t.same(
    await listed({ line: '+74950000000' }),
    sids((at) => at % 3 === 0),
  )
  t.same(
    await listed({ caller: '+79031112233', from }),
    sids((at) => at % 2 === 1 && at <= 8),
  )
  t.same(
    await listed({ outcome: 'closed-hours' }),
    sids((at) => at === 4),
  )
})

t.test('the export streams every call of the filter', async (t) => {
  const seen: string[] = []
  for await (const { callSid } of log.stream({ line: '+78005557373' })) seen.push(callSid)
  t.same(seen, await listed({ line: '+78005557373' }))
})

t.test('the hot reads look neither at whole tables nor at other months', async (t) => {
  await database.pool.query('analyze')
  const client = await database.pool.connect()
  t.teardown(() => client.release())
  const plan = async (query: string) => {
    // Tables of a test are so small that reading them whole is cheapest.
    await client.query('set enable_seqscan = off')
    const { rows } = await client.query(`explain (format text) ${query}`)
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }
  const oneCall = `select * from calls where call_sid = 'x' and started_at = '${present}'`
  t.match(await plan(oneCall), /^Index Scan using calls_\d{4}_\d\d_pkey/)
  const page = `select * from calls where (started_at, call_sid) < ('${present}', 'x')
    and started_at <= '${present}' order by started_at desc, call_sid desc limit 50`
  t.notMatch(await plan(page), /Seq Scan|Sort/)
  const replay = `select twiml from turns where call_sid = 'x' and turn = 1
    and started_at = (select started_at from sessions where call_sid = 'x')`
  t.notMatch(await plan(replay), /Seq Scan/)
  t.match(await plan(replay), /sessions_pkey/)
})
