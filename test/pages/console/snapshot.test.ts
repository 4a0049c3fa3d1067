import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { apply } from '../../../src/pages/console/snapshot.ts'
import { diff } from '../../../src/web/operator/diff.ts'
import type { ConsoleEvent, Snapshot } from '../../../src/web/operator/protocol.ts'
import * as scene from './scenes.ts'

const some = <Item>(items: readonly Item[]) => fc.constantFrom(...items)

const people = [...scene.colleagues, scene.anna, scene.vera]
const states = ['ringing', 'connecting', 'talking', 'held', 'wrap-up'] as const

const event: fc.Arbitrary<ConsoleEvent> = fc.oneof(
  some(people).map((me) => ({ type: 'me' as const, me })),
  fc.option(some(states)).map((state) => ({
    type: 'call' as const,
    call: state === null ? null : scene.call(state),
  })),
  fc.nat(99).map((answered) => ({
    type: 'day' as const,
    day: { ...scene.snapshot().day, answered },
  })),
  fc.tuple(some(scene.queues), fc.nat(9)).map(([queue, waiting]) => ({
    type: 'queue' as const,
    queue: { ...queue, waiting },
  })),
  some(scene.queues).map(({ name }) => ({ type: 'queue-gone' as const, name })),
  fc.tuple(some(people), some(['break', 'available'] as const)).map(([operator, presence]) => ({
    type: 'operator' as const,
    operator: { ...operator, presence },
  })),
  some(people).map(({ login }) => ({ type: 'operator-gone' as const, login })),
  some(scene.places).map((place) => ({ type: 'place' as const, place })),
  some(scene.places).map(({ id }) => ({ type: 'place-gone' as const, id })),
)

const beginning: Snapshot = scene.snapshot({ queues: [], operators: [], places: [] })

t.test('what the server finds different leads the page to the next snapshot', async () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 20 }),
      fc.array(event, { maxLength: 20 }),
      (before, after) => {
        const previous = apply(beginning, before)
        const next = apply(previous, after)
        const events = diff(previous, next)
        assert.notEqual(events, 'snapshot')
        assert.deepEqual(apply(previous, events as readonly ConsoleEvent[]), next)
      },
    ),
    { numRuns: 150 },
  )
})

t.test('a part that did not change stays the same object', async (t) => {
  const before = scene.snapshot()
  const after = apply(before, [{ type: 'call', call: null }])
  t.equal(after.queues, before.queues)
  t.equal(after.operators, before.operators)
})

t.test('an event of a newer server changes nothing', async (t) => {
  const unknown = { type: 'weather' } as unknown as ConsoleEvent
  t.same(apply(beginning, [unknown]), beginning)
})
