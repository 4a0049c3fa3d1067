import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import t from 'tap'
import { fileCodes } from '../../../src/flow-files/file-codes.ts'
import { severities } from '../../../src/voicexml/check/findings.ts'

const project = resolve(import.meta.dirname, '../../..')

const documented = new Map(
  [
    ...readFileSync(resolve(project, 'docs/findings.md'), 'utf8').matchAll(
      /^\| `([a-z\d-]+)` \| (error|warning) \|/gm,
    ),
  ].map(([, code = '', severity = '']) => [code, severity]),
)

/** Codes that the reader and the compiler of documents write out where they report. */
const written = new Set(
  globSync('src/voicexml/**/*.ts', { cwd: project, exclude: ['src/voicexml/check/**'] })
    .map((path) => readFileSync(resolve(project, path), 'utf8'))
    .flatMap((text) => [
      ...text.matchAll(/'(xml-[a-z-]+)'/g),
      ...text.matchAll(/\bcode: '([a-z-]+)'/g),
      ...text.matchAll(/\bfault\(\s*compiler,[^;]*?, '([a-z-]+)',/g),
    ])
    .map(([, code = '']) => code),
)

t.test('every code that can be reported is documented, and no other', async (t) => {
  const existing = new Set([...Object.keys(severities), ...fileCodes, ...written])
  t.ok(written.size >= 7, 'the codes of the reader are seen')
  t.strictSame([...documented.keys()].sort(), [...existing].sort())
})

t.test('the documented severities are the reported ones', async (t) => {
  for (const [code, severity] of Object.entries(severities))
    t.equal(documented.get(code), severity, code)
})
