import fc from 'fast-check'
import t from 'tap'
import {
  type Channel,
  isPhotoAsked,
  marksOf,
  nothingKnown,
  receive,
} from '../../../src/pages/channel/known-channel.ts'
import type { ChannelEvent, ServerMessage } from '../../../src/web/channel/protocol.ts'
import * as scene from './scenes.ts'

const channel = (sequence: number): ServerMessage => ({
  type: 'channel',
  channel: scene.view(),
  sequence,
  rights: scene.rights(),
  online: [],
  me: scene.caller,
})

const event = (sequence: number): ChannelEvent => ({
  ...scene.message(sequence, scene.anna, `${sequence}`),
  sequence,
  at: scene.at(0),
})

const all = (messages: readonly ServerMessage[], from: Channel = nothingKnown): Channel => {
  let known = from
  for (const message of messages) {
    const next = receive(known, message)
    if (next === 'gap') throw new Error(`a gap at ${JSON.stringify(message)}`)
    known = next
  }
  return known
}

t.test('events come to the same however often and in whatever portions they are told', async () => {
  const cuts = fc.array(fc.tuple(fc.nat(20), fc.nat(5)), { maxLength: 20 })
  fc.assert(
    fc.property(cuts, (portions) => {
      let known = all([channel(20)])
      for (const [start, length] of portions) {
        const events = Array.from({ length }, (_, index) => event(start + index + 1))
        const next = receive(known, { type: 'events', events })
        if (next === 'gap') continue
        known = next
        const numbers = known.events.map(({ sequence }) => sequence)
        if (numbers.some((sequence, index) => sequence !== index + 1)) return false
      }
      return true
    }),
  )
})

t.test('a number that is left out is a gap, one that came before is passed over', async (t) => {
  const known = all([channel(2), { type: 'events', events: [event(1), event(2)] }])
  t.ok(known.isCurrent)
  t.equal(receive(known, { type: 'events', events: [event(4)] }), 'gap')
  t.equal(all([{ type: 'events', events: [event(2), event(3)] }], known).events.length, 3)
})

t.test('the channel is current when all is there that the server told of', async (t) => {
  t.notOk(all([channel(2)]).isCurrent)
  t.notOk(all([channel(2), { type: 'events', events: [event(1)] }]).isCurrent)
  t.ok(all([channel(0)]).isCurrent)
  const known = all([channel(1), { type: 'events', events: [event(1)] }, { type: 'resync' }])
  t.match(known, { events: [], isCurrent: false })
})

t.test('events change the channel as it stands', async (t) => {
  const told = (...happenings: Parameters<typeof record>[0][]) =>
    all([channel(0), { type: 'events', events: happenings.map(record) }]).view
  const record = (happening: (typeof scene.talk)[number], index: number): ChannelEvent => ({
    ...happening,
    sequence: index + 1,
    at: scene.at(0),
  })
  t.match(told({ type: 'chat', isOpen: false }), { isChatOpen: false })
  t.match(told({ type: 'operator', operator: null }), { operator: null })
  t.match(told({ type: 'over' }), { isChatOpen: false, endedAt: /^\d{4}/ })
})

t.test('marks of operators alone tell how far a message has got', async (t) => {
  const mark = (sequence: number, by: typeof scene.anna, delivered: number, seen: number) =>
    ({ type: 'mark', by, delivered, seen, sequence, at: scene.at(0) }) as const
  const marks = [mark(1, scene.peter, 9, 9), mark(2, scene.anna, 5, 3), mark(3, scene.anna, 4, 4)]
  t.same(marksOf(marks, 'operator'), { delivered: 5, seen: 4 })
})

t.test('a photo is asked for until one has come', async (t) => {
  const asked: ChannelEvent = { type: 'photo-asked', sequence: 1, at: scene.at(0) }
  const came: ChannelEvent = { ...scene.photo(2, scene.caller), sequence: 2, at: scene.at(0) }
  t.ok(isPhotoAsked({ events: [asked] }))
  t.notOk(isPhotoAsked({ events: [asked, came] }))
  t.notOk(isPhotoAsked({ events: [] }))
})
