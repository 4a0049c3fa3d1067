import t from 'tap'
import { purePhone } from '../support/pure-phone.ts'
import { readShippedFlows, transcriptFiles } from '../support/shipped-flows.ts'
import { audible, parseTranscript, perform } from '../support/transcript.ts'
import { hearTwiml } from '../support/twiml-ear.ts'

/** Golden conversations as TwiML: what the carrier reads out is what the transcript says. */
const { flowSet } = await readShippedFlows()
const open = purePhone(flowSet, hearTwiml(flowSet.audio))

for (const { name, text } of transcriptFiles()) {
  const transcript = parseTranscript(text)
  t.test(`${transcript.title} (${name})`, async (t) => {
    t.equal(audible(await perform(transcript, open)), audible(text))
  })
}
