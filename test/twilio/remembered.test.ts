import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import type { FlowSet } from '../../src/calls/flow-set.ts'
import type { Step } from '../../src/calls/ports.ts'
import { rememberSteps } from '../../src/twilio/remembered.ts'
import { rememberRooms, renderRoom } from '../../src/twilio/rooms.ts'
import { rememberWaits, renderWait } from '../../src/twilio/waiting.ts'
import type { QueuedPrompt } from '../../src/voicexml/prompt-queue.ts'

const step = (nextTurn: number): Step => ({
  prompts: [],
  language: 'ru-RU',
  next: { kind: 'hang-up' },
  nextTurn,
})

t.test('the same step of the same flow set is built once', async (t) => {
  let built = 0
  const render = rememberSteps(({ nextTurn }) => `${nextTurn} ${++built}`)
  const audio = new Map()
  t.equal(render(step(1), audio).twiml, '1 1')
  t.equal(render(step(1), audio).twiml, '1 1')
  t.equal(render(step(2), audio).twiml, '2 2')
  t.equal(render(step(1), new Map()).twiml, '1 3', 'another flow set has recordings of its own')
})

t.test('what was built first is built again where there is too much', async (t) => {
  let built = 0
  const render = rememberSteps(() => String(++built))
  const audio = new Map()
  for (let turn = 0; turn <= 2000; turn++) render(step(turn), audio)
  t.equal(render(step(2000), audio).twiml, '2001')
  t.equal(render(step(0), audio).twiml, '2002')
})

t.test('words computed for one caller are not shared with others', async (t) => {
  const render = rememberSteps(() => 'answer')
  const audio = new Map()
  const saying = (segments: Step['prompts'][number]['segments']): Step => ({
    ...step(1),
    prompts: [{ bargein: true, segments }],
  })
  const words = [{ kind: 'text', text: 'Menu' }] as unknown as Step['prompts'][number]['segments']
  t.equal(render(saying(Object.freeze([...words])), audio).isShared, true)
  t.equal(render(saying([...words]), audio).isShared, false)
})

t.test(
  'what differs in the place of the caller alone is built once, and is each one’s own',
  async (t) => {
    let built = 0
    const render = rememberSteps(({ next }) => {
      built += 1
      return next.kind === 'queue' ? `<a>${next.wait.queue} ${next.wait.place}</a>` : ''
    })
    const audio = new Map()
    const waiting = (queue: string, place: string): Step => ({
      ...step(1),
      next: { kind: 'queue', wait: { kind: 'queue', queue, place } },
    })
    const [one, other] = [randomUUID(), randomUUID()]
    for (const place of [one, other, one]) {
      t.strictSame(render(waiting('general', place), audio), {
        twiml: `<a>general ${place}</a>`,
        isShared: false,
      })
    }
    t.equal(built, 1)
    t.equal(render(waiting('status', one), audio).twiml, `<a>status ${one}</a>`)
    t.equal(render(waiting('general', 'no-id'), audio).twiml, '<a>general no-id</a>')
    t.equal(built, 3)
  },
)

t.test('rooms are remembered to the letter', async (t) => {
  const remembered = rememberRooms()
  const id = fc.constantFrom(...Array.from({ length: 6 }, () => randomUUID()))
  const text = fc.oneof(
    id,
    fc.string(),
    fc.tuple(id, fc.string(), id).map((all) => all.join('/')),
  )
  const part = fc.record(
    { conference: text, label: text, waitUrl: text, endsIt: fc.boolean(), isMuted: fc.boolean() },
    { requiredKeys: ['conference', 'label', 'waitUrl', 'endsIt'] },
  )
  fc.assert(
    fc.property(part, fc.option(text), (part, action) => {
      for (let time = 0; time < 2; time++)
        t.equal(remembered(part, action), renderRoom(part, action))
    }),
  )
})

t.test('words and music of those who wait are remembered to the letter', async (t) => {
  const addresses = {
    audioUrl: (hash: string) => `/audio/${hash}`,
    waitUrl: (place: string, round: number) => `/voice/wait/${place}/${round}`,
    musicUrl: () => '/music',
  }
  const remembered = rememberWaits(addresses)
  const own = new Map([['music/hold.wav', { hash: 'abc' }]]) as unknown as FlowSet['audio']
  const words = (text: string): QueuedPrompt => ({
    bargein: true,
    segments: [{ kind: 'speech', language: 'ru-RU', parts: [text] }],
  })
  const prompts = fc.array(fc.string().map(words), { maxLength: 2 })
  const audio = fc.constantFrom(own, new Map() as FlowSet['audio'])
  fc.assert(
    fc.property(prompts, audio, fc.uuid(), fc.nat(3), (prompts, audio, placeId, nextRound) => {
      const wait = { prompts, audio, placeId, nextRound }
      t.equal(remembered(wait), renderWait(addresses, wait))
    }),
  )
})
