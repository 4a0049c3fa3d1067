import fc from 'fast-check'
import t from 'tap'
import type { CarrierStatus } from '../../src/calls/ports.ts'
import { createCallLog } from '../../src/db/call-log.ts'
import { createCallStore } from '../../src/db/call-store.ts'
import { newCallSid, openingTurn } from '../support/call-records.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const store = createCallStore(database, () => {
  throw new Error('No effects here')
})
const log = createCallLog(database.kysely)
const start = Temporal.Now.instant().round('second')

const statuses = ['initiated', 'ringing', 'in-progress', 'completed', 'failed', 'brand-new-status']

const status = (callSid: string, at: number): CarrierStatus => ({
  callSid,
  status: statuses[at] ?? '',
  sequence: at,
  happenedAt: at === 3 ? null : start.add({ seconds: at * 10 }),
  receivedAt: start.add({ seconds: at * 10 + 1 }),
  durationSeconds: at === 3 ? 30 : null,
})

t.test(
  'status callbacks in any order, repeated, before or after the call, give one row',
  async (t) => {
    // The opening of the call stands among them as -1.
    const orders = fc
      .shuffledSubarray([-1, 0, 1, 2, 3, 4, 5], { minLength: 7 })
      .chain((order) => fc.tuple(fc.constant(order), fc.subarray(order.filter((at) => at >= 0))))
    await fc.assert(
      fc.asyncProperty(orders, async ([order, again]) => {
        const callSid = newCallSid()
        const opening = openingTurn({ callSid, startedAt: start, direction: 'outbound' })
        for (const at of [...order, ...again]) {
          if (at === -1) await store.commit(opening)
          else await store.recordStatus(status(callSid, at))
        }
        const row = await database.kysely
          .selectFrom('calls')
          .select(['carrier_status', 'answered_at', 'ended_at'])
          .where('call_sid', '=', callSid)
          .executeTakeFirstOrThrow()
        t.match(
          { ...row, answered_at: String(row.answered_at), ended_at: String(row.ended_at) },
          {
            carrier_status: 'completed',
            answered_at: start.add({ seconds: 20 }).toString(),
            ended_at: start.add({ seconds: 31 }).toString(),
          },
        )
      }),
      { numRuns: 60 },
    )
  },
)

t.test('callbacks that arrive at the same time as their call all count', async (t) => {
  const calls = Array.from({ length: 20 }, () => openingTurn({ startedAt: start }))
  await Promise.all(
    calls.flatMap((opening) => [
      store.commit(opening),
      ...[2, 3].map((at) => store.recordStatus(status(opening.callSid, at))),
    ]),
  )
  for (const { callSid } of calls) {
    t.equal((await store.find(callSid))?.ended, true)
  }
})

t.test('a call and its callbacks committed by two nodes at once meet', async (t) => {
  const other = createCallStore(database, () => {
    throw new Error('No effects here')
  })
  const calls = Array.from({ length: 40 }, () => openingTurn({ startedAt: start }))
  await Promise.all(
    calls.flatMap((opening) => [
      other.recordStatus(status(opening.callSid, 3)),
      store.commit(opening),
      other.recordStatus(status(opening.callSid, 2)),
    ]),
  )
  for (const { callSid } of calls) {
    t.equal((await store.find(callSid))?.ended, true)
  }
})

t.test('a call whose end came first is over as it opens, also in a transaction', async (t) => {
  const [first, second] = [openingTurn(), openingTurn()]
  await store.recordStatus(status(first.callSid, 3))
  await store.recordStatus(status(second.callSid, 3))
  t.equal(await store.commit(first), 'over')
  const outcome = await createCallStore(database, () => ({}) as never).inTransaction(
    async (transaction) =>
      (await transaction.claim(second.callSid, -1)) ? transaction.commit(second) : 'stale',
  )
  t.equal(outcome, 'over')
})

t.test(
  'a repeated callback is stored once; without a number it is known by its status',
  async (t) => {
    const first = { ...status(newCallSid(), 3), sequence: null }
    await store.recordStatus(first)
    await Promise.all([
      store.recordStatus(first),
      store.recordStatus({ ...first, status: 'ringing' }),
    ])
    const { rows } = await database.pool.query(
      'select call_status from status_callbacks where call_sid = $1 order by 1',
      [first.callSid],
    )
    t.strictSame(rows, [{ call_status: 'completed' }, { call_status: 'ringing' }])
  },
)

t.test('an end before the start, by the whole seconds of the carrier, is the start', async (t) => {
  const startedAt = start.add({ milliseconds: 700 })
  const opening = openingTurn({ startedAt })
  await store.commit(opening)
  await store.recordStatus({ ...status(opening.callSid, 4), happenedAt: start })
  t.equal(String((await log.find(opening.callSid))?.call.endedAt), startedAt.toString())
})
