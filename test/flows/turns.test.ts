import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import t from 'tap'
import { purePhone } from '../support/pure-phone.ts'
import { flowFolder, readShippedFlows, transcriptFiles } from '../support/shipped-flows.ts'
import { parseTranscript, perform } from '../support/transcript.ts'

/**
 * Golden conversations as pure turns. `UPDATE=1` writes down what is heard now; `FLOWS_DIR` names another
 * folder than the flows that are shipped.
 */
const folder = resolve(process.env.FLOWS_DIR ?? flowFolder)
const { flowSet, findings } = await readShippedFlows(folder)
const open = purePhone(flowSet)

t.test('the flows compile without findings', async (t) => {
  t.strictSame(findings, [])
})

for (const { path, name, text } of transcriptFiles(folder)) {
  const transcript = parseTranscript(text)
  t.test(`${transcript.title} (${name})`, async (t) => {
    const heard = await perform(transcript, open)
    if (process.env.UPDATE === '1') writeFileSync(path, heard)
    else t.equal(heard, text)
  })
}
