import t from 'tap'
import type { PlatformContext } from '../../src/calls/platform/platform-function.ts'
import { type SettledTurn, settle } from '../../src/calls/settle.ts'
import { buildFlowSet } from '../../src/flow-files/build-flow-set.ts'
import { contentHash } from '../../src/flow-files/content-hash.ts'
import { resume, start } from '../../src/voicexml/interpret.ts'

/** A call of a document, settled; and what comes of the next keys. */
const scene = (body: string) => {
  const source = `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">${body}</vxml>`
  const texts = new Map([['main.vxml', source]])
  const { flowSet } = buildFlowSet({ texts, audio: new Map(), findings: [] }, contentHash)
  const context: PlatformContext = {
    callSid: 'CA00000000000000000000000000000001',
    from: '+79161234567',
    language: 'en-US',
    line: null,
    flowSet,
    notices: [],
    now: Temporal.Instant.from('2026-11-25T10:00:00Z'),
  }
  const settled = async (turn: ReturnType<typeof start>): Promise<SettledTurn> => {
    const found = await settle(() => turn, context, { newPlaceId: () => 'next-place' })
    if (found === null) throw new Error('a transaction is asked for')
    return found
  }
  const { setting } = flowSet
  return {
    dial: () => settled(start(setting, { document: 'main.vxml', language: 'en-US', session: {} })),
    press: (digits: string, { session }: SettledTurn) => {
      if (session === null) throw new Error('the call has ended')
      return settled(resume(session, { kind: 'digits', digits }, setting))
    },
  }
}

t.test(
  'an input without time to wait is silence at once and never reaches the carrier',
  async (t) => {
    const { dial, press } = scene(`<form id="f">
    <field name="now" type="digits?length=1"><prompt timeout="0s">Early?</prompt>
      <catch event="noinput"><assign name="now" expr="'none'"/><reprompt/></catch></field>
    <field name="later" type="digits?length=1"><prompt>Keys, please.</prompt></field>
    <filled namelist="now later"><prompt><value expr="now + later"/></prompt><exit/></filled></form>`)
    const first = await dial()
    t.match(first.wait, { kind: 'input', timeoutMs: 5000, position: 'main.vxml#f/later' })
    t.equal(first.prompts.length, 2)
    t.match(first.events, [{ type: 'dialog' }, { type: 'input', item: 'now', outcome: 'noinput' }])
    const second = await press('7', first)
    t.same(second.wait, { kind: 'end', how: 'exit' })
    t.match(second.prompts, [{ segments: [{ parts: ['none7'] }] }])
  },
)

t.test('a flow that never waits for anybody fails instead of going round for ever', async (t) => {
  for (const item of [
    `<field name="f" type="digits"><property name="timeout" value="0s"/>
      <catch event="noinput"><reprompt/></catch></field>`,
    `<object name="o" classid="builtin:hotline/notice"><filled><clear/></filled></object>`,
  ]) {
    const { wait, session, events } = await scene(`<form id="round">${item}</form>`).dial()
    t.same(wait, { kind: 'end', how: 'failed' })
    t.equal(session, null)
    t.match(events.at(-1), { type: 'event', name: 'error.semantic', dialog: 'round' })
  }
})

t.test('a place in a queue is expected, and nothing else that is written', async (t) => {
  const { dial } = scene(`<form id="f">
    <object name="o" classid="builtin:hotline/enqueue">
      <param name="topic" value=" pensions "/><param name="priority" value="5"/></object></form>`)
  const settled = await dial()
  t.match(settled.wait, { kind: 'queue', queue: 'general', place: 'next-place' })
  t.match(settled.place, { id: 'next-place', limit: 1000 })
  t.match(settled.place?.wish, { topic: 'pensions', language: 'en-US', phone: '+79161234567' })
  t.match(settled.changes, { queue: 'general' })
  const survey = scene(`<form id="f"><object name="o" classid="builtin:hotline/survey"/></form>`)
  await t.rejects(survey.dial(), { message: 'a transaction is asked for' })
})
