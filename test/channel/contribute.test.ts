import t from 'tap'
import { contribute } from '../../src/channel/contribute.ts'
import type { Content } from '../../src/channel/event.ts'
import type { Facts } from '../../src/channel/facts.ts'
import type { Participant } from '../../src/channel/participant.ts'
import type { ChannelWrites } from '../../src/channel/ports.ts'

const phone = '+79161234567'
const now: Facts = { isLive: true, isChatOpen: true, phone, operator: 'anna', trust: null }

/** A channel that is as it is, whatever a node believes. */
const writesTo = (facts: Facts, asked: (Facts | null)[] = []): Pick<ChannelWrites, 'write'> => ({
  write: async (_entry, expected) => {
    asked.push(expected)
    return JSON.stringify(expected) === JSON.stringify(facts)
      ? { kind: 'written', sequence: 7 }
      : { kind: 'other-facts', facts }
  },
})

const entry = (author: Participant, content: Content) => ({
  ...{ channelId: 'c', clientId: 'i' },
  author,
  content,
})
const caller: Participant = { kind: 'caller', phone }
const anna: Participant = { kind: 'operator', login: 'anna' }
const petr: Participant = { kind: 'trusted', id: 'p' }
const text: Content = { type: 'message', text: 'x' }
const location = { latitude: 1, longitude: 2, accuracyMetres: 3, isFollowed: false }

t.test('facts that are known and still true cost one statement', async (t) => {
  const asked: (Facts | null)[] = []
  t.same(await contribute(writesTo(now, asked), entry(caller, text), now), {
    ...{ kind: 'done', sequence: 7, isNew: true },
  })
  t.same(asked, [now])
})

t.test('what is no longer true is decided anew, and never refused unasked', async (t) => {
  const asked: (Facts | null)[] = []
  const closed = { ...now, isChatOpen: false }
  t.match(await contribute(writesTo(now, asked), entry(caller, text), closed), { kind: 'done' })
  t.same(asked, [null, now])
  t.same(await contribute(writesTo(closed), entry(caller, text), now), {
    ...{ kind: 'refused', code: 'chat-closed' },
  })
})

t.test('each may what is theirs to do', async (t) => {
  const trust = { isToldPlace: true, mayRead: true, mayWrite: true, isChatShared: true }
  const closed = { ...now, isChatOpen: false }
  const over = { ...now, isLive: false }
  const open: Content = { type: 'chat', isOpen: true }
  const cases: readonly (readonly [Participant, Content, Facts, string | null])[] = [
    [caller, text, now, null],
    [caller, text, closed, 'chat-closed'],
    [caller, text, over, 'call-over'],
    [caller, open, closed, 'not-allowed'],
    [caller, { type: 'photo-asked' }, now, 'not-allowed'],
    [caller, { type: 'location', location }, closed, null],
    [caller, { type: 'location', location: null }, closed, null],
    [caller, { type: 'location', location: null }, over, 'call-over'],
    [{ kind: 'caller', phone: '+79990000000' }, text, now, 'not-allowed'],
    [anna, open, closed, null],
    [anna, open, over, 'call-over'],
    [anna, text, closed, 'chat-closed'],
    [anna, { type: 'photo-asked' }, now, null],
    [anna, { type: 'photo-asked' }, closed, 'chat-closed'],
    [anna, { type: 'location', location }, now, 'not-allowed'],
    [anna, open, { ...now, operator: 'boris' }, 'not-allowed'],
    [anna, text, { ...now, operator: null }, 'not-allowed'],
    [petr, text, { ...now, trust }, null],
    [petr, text, { ...closed, trust }, 'chat-closed'],
    [petr, text, now, 'not-allowed'],
    [petr, text, { ...now, trust: { ...trust, isChatShared: false } }, 'not-allowed'],
    [petr, text, { ...now, trust: { ...trust, mayWrite: false } }, 'not-allowed'],
    [petr, text, { ...now, trust: { ...trust, mayRead: false } }, 'not-allowed'],
    [petr, open, { ...now, trust }, 'not-allowed'],
    [petr, { type: 'location', location }, { ...now, trust }, 'not-allowed'],
  ]
  for (const [author, content, facts, code] of cases)
    t.match(
      await contribute(writesTo(facts), entry(author, content)),
      code === null ? { kind: 'done' } : { kind: 'refused', code },
      `${author.kind} ${content.type} ${code}`,
    )
})

t.test('what stands already is acknowledged, to those who may know of it', async (t) => {
  const again = (facts: Facts): Pick<ChannelWrites, 'write'> => ({
    write: async () => ({ kind: 'again', sequence: 3, facts }),
  })
  const closed = { ...now, isLive: false, isChatOpen: false }
  t.same(await contribute(again(closed), entry(caller, text), now), {
    ...{ kind: 'done', sequence: 3, isNew: false },
  })
  t.match(await contribute(again(now), entry(petr, text), now), { code: 'not-allowed' })
})

t.test('facts that never stand still are a fault', async (t) => {
  let calls = 0
  const restless: Pick<ChannelWrites, 'write'> = {
    write: async () => ({ kind: 'other-facts', facts: { ...now, operator: `op${calls++}` } }),
  }
  await t.rejects(contribute(restless, entry(caller, text)), /do not stand still/)
})
