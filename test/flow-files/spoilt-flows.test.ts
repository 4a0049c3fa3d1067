import { resolve } from 'node:path'
import t from 'tap'
import { buildFlowSet } from '../../src/flow-files/build-flow-set.ts'
import { contentHash } from '../../src/flow-files/content-hash.ts'
import { readFlowFolder } from '../../src/flow-files/read-flow-folder.ts'

const files = await readFlowFolder(resolve(import.meta.dirname, '../../ivr-flows'))

/** The codes found when one document of the shipped flows is changed. */
const codesAfter = (path: string, change: (text: string) => string): readonly string[] | null => {
  const before = files.texts.get(path) ?? ''
  const after = change(before)
  if (after === before) return null
  const texts = new Map(files.texts).set(path, after)
  return buildFlowSet({ ...files, texts }, contentHash).findings.map(({ code }) => code)
}

const spoilt: readonly [what: string, path: string, code: string, (text: string) => string][] = [
  [
    'no key leads to a person, and silence does not either',
    'root.vxml',
    'no-way-out',
    (text) =>
      text
        .replace(/<link dtmf="[04]".*\n/g, '')
        .replace(/<goto next="(operator|callback).vxml"\/>/g, '<exit/>'),
  ],
  [
    'silence is not counted out',
    'root.vxml',
    'endless-noinput',
    (text) => text.replace(/<noinput count="3">[\s\S]*?<\/noinput>/, ''),
  ],
  [
    'wrong keys are not counted out',
    'root.vxml',
    'endless-nomatch',
    (text) => text.replace(/<nomatch count="3">[\s\S]*?<\/nomatch>/, ''),
  ],
  [
    'the event of a link is not caught',
    'root.vxml',
    'uncaught-event',
    (text) => text.replace(/<catch event="hotline.home">[\s\S]*?<\/catch>/, ''),
  ],
  [
    'a fault leads to where it came from',
    'root.vxml',
    'possible-loop',
    (text) => text.replace('cond="application.troubles == 1"', 'cond="application.queue"'),
  ],
  [
    'the end is mute',
    'goodbye.vxml',
    'silent-end',
    (text) => text.replace(/<prompt>[\s\S]*?<\/prompt>/g, ''),
  ],
  [
    'whoever did not reach anybody is hung up on',
    'operator.vxml',
    'silent-end',
    (text) => text.replace('<prompt><audio src="prompt:operator.busy"/></prompt>', '<exit/>'),
  ],
  [
    'the last offer begins anew for ever',
    'operator.vxml',
    'endless-noinput',
    (text) => text.replace('<goto next="goodbye.vxml"/>', '<goto next="#offer"/>'),
  ],
  [
    'an announcement leads to itself',
    'main.vxml',
    'possible-loop',
    (text) => text.replace('<goto next="#menu"/>', '<goto next="#news"/>'),
  ],
  [
    'after a wrong number nothing is asked again',
    'status.vxml',
    'runs-out',
    (text) => text.replace('<clear namelist="number code answer"/>', ''),
  ],
  [
    'a field shuts out the keys of the line',
    'status.vxml',
    'modal-hides-links',
    (text) => text.replace('<field name="number"', '<field modal="true" name="number"'),
  ],
]

for (const [what, path, code, change] of spoilt)
  t.test(`the shipped flows spoilt: ${what}`, async (t) => {
    const codes = codesAfter(`hotline/${path}`, change)
    t.ok(
      codes?.includes(code),
      `${codes ?? 'the flow has nothing to be spoilt like this any more'}`,
    )
  })
