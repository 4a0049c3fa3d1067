import t from 'tap'
import { createChannelReads } from '../../src/db/channel-reads.ts'
import { createStaffReads } from '../../src/db/channel-staff-reads.ts'
import { createChannelWatchers } from '../../src/db/channel-watchers.ts'
import { createChannelWrites } from '../../src/db/channel-writes.ts'
import { createChannelLife } from '../../src/db/channels.ts'
import {
  callerPhone,
  endTalks,
  givenCaller,
  givenTalk,
  newChannel,
  newId,
  operatorCookie,
} from '../support/channel-scene.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const told: string[] = []
const life = createChannelLife(database, async (_transaction, { callSid }) => {
  told.push(callSid)
})
const reads = createChannelReads(database)
const writes = createChannelWrites(database)
for (const login of ['anna', 'vera']) await operatorCookie(database, login)
await givenCaller(database)

const given = async () => {
  const channel = newChannel()
  const opened = await life.open(channel)
  if (opened.kind !== 'opened') throw new Error(opened.kind)
  return { ...channel, channelId: opened.channelId }
}

const eventsOf = async (channelId: string) =>
  (await reads.read([{ channelId, after: 0 }])).get(channelId)?.events ?? []

/** As the call log has it, ended so long ago. */
const givenCall = (callSid: string, endedAgo: string | null) =>
  database.pool.query(
    `with s as (
       insert into sessions (call_sid, started_at, turn, flow_version)
       values ($1, now(), 0, 'x') returning call_sid, started_at)
     insert into calls (call_sid, started_at, direction, from_number, to_number, language, flow_version,
                        ended_at)
     select call_sid, started_at, 'inbound', $2, '+78005557373', 'ru-RU', 'x',
            now() - $3::interval from s`,
    [callSid, callerPhone, endedAgo],
  )

t.test(
  'however often a stream starts, a call has one channel, and others are told once',
  async (t) => {
    const channel = newChannel()
    const opened = await Promise.all(Array.from({ length: 8 }, () => life.open(channel)))
    t.same(opened.map(({ kind }) => kind).sort(), [...Array(7).fill('known'), 'opened'])
    t.equal(new Set(opened.map((each) => 'channelId' in each && each.channelId)).size, 1)
    t.same(
      told.filter((callSid) => callSid === channel.callSid),
      [channel.callSid],
    )
    t.same([...(await life.ofCalls([channel.callSid, 'CA0'])).keys()], [channel.callSid])
  },
)

t.test('a channel that could not be told of is not open', async (t) => {
  const failing = createChannelLife(database, async () => {
    throw new Error('no outbox')
  })
  const channel = newChannel()
  await t.rejects(failing.open(channel), /no outbox/)
  t.match(await life.open(channel), { kind: 'opened' })
})

t.test('a call that is over gets no channel', async (t) => {
  const channel = newChannel()
  await givenCall(channel.callSid, '1 s')
  t.same(await life.open(channel), { kind: 'over' })
})

t.test('a channel is closed once, with the talk it had', async (t) => {
  const { channelId, callSid } = await given()
  await givenTalk(database, callSid, 'anna')
  const closed = await Promise.all([1, 2, 3].map(() => life.close(callSid)))
  t.same(
    closed.filter((id) => id !== null),
    [channelId],
  )
  t.same(
    (await eventsOf(channelId)).map((event) =>
      event.type === 'operator' ? event.operator : event.type,
    ),
    ['anna', null, 'over'],
  )
  t.match(await life.open({ ...newChannel(), callSid }), { kind: 'known', isOpen: false })
  await endTalks(database, callSid)
  t.same(await life.catchUp(), [])
})

t.test('what nobody closed is closed when its call is over', async (t) => {
  const [ended, going] = [await given(), await given()]
  await givenCall(ended.callSid, '1 minute')
  await givenCall(going.callSid, null)
  t.same(await life.closeEnded(), [ended.channelId])
  t.same(await life.closeEnded(), [])
})

t.test('numbers have no gaps, whoever writes at once', async (t) => {
  const { channelId, callSid } = await given()
  await givenTalk(database, callSid, 'anna')
  const author = { kind: 'operator', login: 'anna' } as const
  const facts = await reads.facts(channelId, author)
  t.match(facts, { operator: 'anna' }, 'who talks counts before the channel is told')
  const first = await writes.write(
    { channelId, author, clientId: newId(), content: { type: 'chat', isOpen: true } },
    facts && { ...facts, operator: null },
  )
  t.match(
    first,
    { kind: 'other-facts', facts: { operator: 'anna' } },
    'who talks was not known yet',
  )
  const known = first.kind === 'other-facts' ? first.facts : null
  const ids = Array.from({ length: 30 }, newId)
  const written = await Promise.all(
    [...ids, ...ids].map((clientId) =>
      writes.write({ channelId, author, clientId, content: { type: 'photo-asked' } }, known),
    ),
  )
  t.same(
    (await eventsOf(channelId)).map(({ sequence }) => sequence),
    Array.from({ length: 31 }, (_, index) => index + 1),
  )
  t.equal(written.filter(({ kind }) => kind === 'written').length, 30)
  t.equal(written.filter(({ kind }) => kind === 'again').length, 30)
  const unknown = { channelId: newId(), author, clientId: newId() }
  t.same(await writes.write({ ...unknown, content: { type: 'photo-asked' } }, known), {
    kind: 'unknown',
  })
})

t.test('who is there is known on all nodes, and forgotten with the node', async (t) => {
  const { channelId } = await given()
  const [one, two] = [newId(), newId()].map((node) => createChannelWatchers(database, node))
  const online = async () =>
    (await reads.read([{ channelId, after: 0 }])).get(channelId)?.state.online
  await one?.add(channelId, 'caller')
  await two?.add(channelId, 'caller')
  await two?.add(channelId, 'operator:anna')
  t.same(await online(), ['caller', 'operator:anna'])
  await one?.remove(channelId, 'caller')
  t.same(await online(), ['caller', 'operator:anna'])
  await two?.keep([{ channelId, person: 'operator:anna' }])
  t.same(await online(), ['operator:anna'])
  await database.pool.query(`update channel_watchers set until = now()`)
  t.same(await online(), [])
})

t.test('staff reads a channel only together with an entry in the journal', async (t) => {
  const { channelId, callSid } = await given()
  const staff = createStaffReads(database)
  const request = { callSid, reader: 'vera', reason: 'Жалоба', after: 0 }
  t.match(await staff.read(request), { state: { id: channelId }, events: [] })
  t.equal(await staff.read({ ...request, callSid: 'CA0' }), null)
  const entries = () =>
    database.pool.query(`select login, action, details from journal where subject = $1`, [callSid])
  t.match((await entries()).rows, [
    { login: 'vera', action: 'channel-read', details: { reason: 'Жалоба', phone: callerPhone } },
  ])
  await database.pool.query('alter table journal add constraint full_up check (false) not valid')
  await t.rejects(staff.read(request))
  await database.pool.query('alter table journal drop constraint full_up')
  t.equal((await entries()).rows.length, 1)
})
