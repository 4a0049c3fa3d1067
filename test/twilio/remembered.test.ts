import t from 'tap'
import type { Step } from '../../src/calls/ports.ts'
import { rememberSteps } from '../../src/twilio/remembered.ts'

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
