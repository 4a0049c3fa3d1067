import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { schema } from '../../../src/voicexml/check/schema.ts'
import { xsdOf } from '../../../src/voicexml/check/xsd.ts'
import { readXml } from '../../../src/voicexml/read-xml.ts'
import { codesOf, vxml } from './checked.ts'

const project = resolve(import.meta.dirname, '../../..')
const path = join(project, 'docs/voicexml-profile.xsd')

t.test('the schema in the documentation is that of the checker', async (t) => {
  t.ok(
    readFileSync(path, 'utf8') === xsdOf(schema),
    'write it anew: node test/support/generate-xsd.ts',
  )
  t.ok('root' in readXml(xsdOf(schema), 'voicexml-profile.xsd'), 'it is well-formed')
})

t.test('a document may say where its schema is', async (t) => {
  const located =
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.w3.org/2001/vxml ../../docs/voicexml-profile.xsd"'
  t.strictSame(
    codesOf({ files: { 'main.vxml': vxml('<form><block>Да</block></form>', located) } }),
    [],
  )
})

/** Of Debian's libxml2-utils. */
const validator = 'xmllint'
const hasValidator = spawnSync(validator, ['--version']).status === 0

t.test(
  'the shipped documents are valid, others are not',
  { skip: hasValidator ? false : 'xmllint is not installed' },
  async (t) => {
    const validate = (...files: string[]) =>
      spawnSync(validator, ['--nonet', '--noout', '--schema', path, ...files], { encoding: 'utf8' })
    const shipped = globSync('ivr-flows/**/*.vxml', { cwd: project }).map((file) =>
      join(project, file),
    )
    const valid = validate(...shipped)
    t.equal(valid.status, 0, valid.stderr)
    const bad = join(t.testdir(), 'bad.vxml')
    for (const content of [
      '<form><goto next="#x"/></form>',
      '<form><block><prompt timeout="5">Да</prompt></block></form>',
      '<form><block><log lable="x"/></block></form>',
    ]) {
      writeFileSync(bad, vxml(content))
      t.not(validate(bad).status, 0, content)
    }
  },
)
