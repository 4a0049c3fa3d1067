import fc from 'fast-check'
import t from 'tap'
import { purePhone } from '../support/pure-phone.ts'
import { readShippedFlows } from '../support/shipped-flows.ts'
import { type Heard, parseTranscript } from '../support/transcript.ts'

const { flowSet } = await readShippedFlows()
const open = purePhone(flowSet)

/** A caller who stays silent is let go after so many prompts at the latest. */
const patience = 12

const keys = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'1234567890*') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '2026000001#', '4321', '1111', '89261112233#', '7707083893#'),
  },
)

const calls = fc.record({
  to: fc.constantFrom(...flowSet.lines.keys()),
  from: fc.constantFrom('+79161234567', '+14155550123', 'anonymous'),
  at: fc.constantFrom('2026-11-24 10:05', '2026-11-24 22:40', '2027-01-02 15:00'),
  pressed: fc.array(keys, { maxLength: 14 }),
})

t.test('whatever is pressed, nothing fails, and silence comes to an end', async (t) => {
  await fc.assert(
    fc.asyncProperty(calls, async ({ to, from, at, pressed }) => {
      const phone = await open(
        parseTranscript(
          `at ${at} Europe/Moscow\ngiven case 2026000001 code 4321\ncall ${from} -> ${to}`,
        ),
      )
      let heard = sound(await phone.dial())
      for (const next of pressed) {
        if (heard.next.kind === 'end') return
        if (next === '') heard = sound(await phone.silence())
        else if (heard.next.kind === 'record') heard = sound(await phone.speak(7, next.slice(0, 1)))
        else heard = sound(await phone.press(next))
      }
      for (let silences = 0; heard.next.kind !== 'end'; silences++) {
        if (silences === patience) throw new Error('silence is listened to without end')
        heard = sound(await phone.silence())
      }
    }),
    { numRuns: 150 },
  )
  t.pass()
})

/** Every turn says something, keeps listening or ends as it should, and hides no fault. */
const sound = (heard: Heard): Heard => {
  if (heard.said.length === 0) throw new Error('nothing was said')
  const fault = heard.marks.find((mark) => mark.startsWith('fault'))
  if (fault !== undefined) throw new Error(fault)
  if (heard.next.kind === 'end' && heard.next.how !== 'exit') throw new Error(heard.next.how)
  return heard
}
