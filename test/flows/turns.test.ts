import { writeFileSync } from 'node:fs'
import t from 'tap'
import { purePhone } from '../support/pure-phone.ts'
import { readShippedFlows, transcriptFiles } from '../support/shipped-flows.ts'
import { parseTranscript, perform } from '../support/transcript.ts'

/** Golden conversations as pure turns. `UPDATE=1` writes down what is heard now. */
const { flowSet, findings } = await readShippedFlows()
const open = purePhone(flowSet)

t.test('the shipped flows compile without findings', async (t) => {
  t.strictSame(findings, [])
})

for (const { path, name, text } of transcriptFiles()) {
  const transcript = parseTranscript(text)
  t.test(`${transcript.title} (${name})`, async (t) => {
    const heard = await perform(transcript, open)
    if (process.env.UPDATE === '1') writeFileSync(path, heard)
    else t.equal(heard, text)
  })
}
