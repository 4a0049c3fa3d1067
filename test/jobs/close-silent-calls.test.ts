import t from 'tap'
import { closingOfSilence } from '../../src/calls/close-silent.ts'
import { flowVersions } from '../../src/calls/flow-versions.ts'
import type { CallStore, Flows } from '../../src/calls/ports.ts'
import { createCallStore } from '../../src/db/call-store.ts'
import { createSilentCalls } from '../../src/db/silent-calls.ts'
import { buildFlowSet } from '../../src/flow-files/build-flow-set.ts'
import { contentHash } from '../../src/flow-files/content-hash.ts'
import { readFlowFolder } from '../../src/flow-files/read-flow-folder.ts'
import { closeSilentCallsJob } from '../../src/jobs/close-silent-calls.ts'
import { callPorts } from '../../src/live/calls.ts'
import { laterTurn, openingTurn } from '../support/call-records.ts'
import { startTestServer } from '../support/server.ts'
import { smallFlow } from '../support/small-flow.ts'
import { webhookCaller } from '../support/webhook-caller.ts'

const start = Temporal.Now.instant().round('second').subtract({ hours: 48 })
let now = start
const clock = { now: () => now }
const flowsDir = t.testdir(smallFlow())
const server = await startTestServer(t, { flowsDir, clock })
const { database } = server

const callStore: CallStore = createCallStore(database, () => {
  throw new Error('No effects here')
})
/** A process that has lost the flows of old calls. */
const noFlows: Flows = {
  current: () => {
    throw new Error('No flows here')
  },
  byVersion: async () => null,
}

const sweep = async (hours: number, flows = noFlows) => {
  now = start.add({ hours })
  const faults: string[] = []
  let closed = 0
  const notices = { board: { current: () => [] } }
  const ports = callPorts({ callStore, flows, clock, notices }, { publicUrl: () => '' })
  await closeSilentCallsJob(ports, createSilentCalls(database), {
    closed: (count) => {
      closed += count
    },
    fault: (callSid) => faults.push(callSid),
  }).run()
  return { closed, faults }
}

t.test('a call whose end was never told is closed, with its mark, at its last turn', async (t) => {
  now = start
  const caller = webhookCaller(server)
  const unmarked = webhookCaller(server)
  const over = webhookCaller(server)
  await Promise.all([caller.dial(), unmarked.dial(), over.dial()])
  now = start.add({ minutes: 3 })
  await caller.press(1, '3')
  await over.press(1, '1')

  t.strictSame(await sweep(4), { closed: 0, faults: [] }, 'it may still be going on')
  t.equal((await caller.row())?.ended_at, null)

  const { closed, faults } = await sweep(6)
  t.equal(closed, 3)
  t.strictSame(faults.sort(), [caller.callSid, unmarked.callSid].sort(), 'said, and closed anyway')
  const ended = String(start.add({ minutes: 3 }))
  t.match(await caller.row(), { outcome: 'closed-hours' })
  t.equal(String((await caller.row())?.ended_at), ended)
  t.match(await unmarked.row(), { outcome: 'abandoned-in-menu' })
  t.equal(String((await unmarked.row())?.ended_at), String(start))
  t.match(await over.row(), { outcome: 'self-served', topic: 'one' })
  t.equal(String((await over.row())?.ended_at), ended)

  t.strictSame(await sweep(7), { closed: 0, faults: [] }, 'once')
  now = start.add({ hours: 7 })
  t.match((await caller.press(2, '3')).body, '<Hangup/>', 'it does not come back')
  await caller.status('completed')
  t.equal(String((await caller.row())?.ended_at), ended, 'a late end changes nothing')
})

t.test('with its flow at hand a silent call handles the hang-up first', async (t) => {
  now = start
  const caller = webhookCaller(server)
  await caller.dial()
  await caller.press(1, '4')
  const { flowSet } = buildFlowSet(await readFlowFolder(flowsDir), contentHash)
  const flows = flowVersions(flowSet, async () => null)
  t.strictSame(await sweep(6, flows), { closed: 1, faults: [] })
  const row = await caller.row()
  t.match(row, { outcome: 'closed-hours' })
  t.equal(String(row?.ended_at), String(start), 'the end is that of the caller, not of the sweep')
  t.match((await caller.events()).at(-1)?.data, { label: 'hangup', text: 'handled' })
})

t.test('a call that ended while its process died is wound up', async (t) => {
  const opening = openingTurn({ startedAt: start })
  await callStore.commit({ ...opening, session: '{"flow":{},"marks":{"outcome":"operator"}}' })
  await callStore.recordStatus({
    callSid: opening.callSid,
    status: 'completed',
    sequence: 3,
    happenedAt: start.add({ minutes: 2 }),
    receivedAt: start.add({ minutes: 2 }),
    durationSeconds: 120,
  })
  t.equal((await sweep(0)).closed, 0)
  t.equal((await sweep(1)).closed, 1)
  const row = await database.kysely
    .selectFrom('calls')
    .select(['outcome', 'ended_at'])
    .where('call_sid', '=', opening.callSid)
    .executeTakeFirstOrThrow()
  t.equal(row.outcome, 'operator')
  t.equal(String(row.ended_at), String(start.add({ minutes: 2 })), 'the end that was told stands')
})

t.test('more calls than one batch are all closed', async (t) => {
  const openings = Array.from({ length: 230 }, () => openingTurn({ startedAt: start }))
  await Promise.all(openings.map((opening) => callStore.commit({ ...opening, session: null })))
  const first = openings[0]?.callSid ?? ''
  await callStore.commit({ ...laterTurn(first, 1), session: null })
  t.equal((await sweep(6)).closed, 230)
  t.equal((await sweep(6)).closed, 0)
})

t.test('the outcome of silence is the mark, when it is one', async (t) => {
  t.same(closingOfSilence('{"flow":{},"marks":{"outcome":"closed-hours","topic":"status"}}'), {
    outcome: 'closed-hours',
    topic: 'status',
  })
  t.same(closingOfSilence('{"flow":{},"marks":{"outcome":null,"topic":null}}'), {
    outcome: 'abandoned-in-menu',
  })
  t.same(closingOfSilence('{"marks":{"outcome":"toString"}}'), { outcome: 'abandoned-in-menu' })
  t.same(closingOfSilence(null), { outcome: 'abandoned-in-menu' })
})
