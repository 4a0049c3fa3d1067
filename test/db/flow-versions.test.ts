import t from 'tap'
import { createFlowVersions } from '../../src/db/flow-versions.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const versions = createFlowVersions(database)
const bytes = (text: string) => new TextEncoder().encode(text)

t.test('a version is read back byte for byte, and shared files are stored once', async (t) => {
  const first = new Map([
    ['lines.yaml', bytes('lines: []')],
    ['hotline/main.vxml', bytes('<vxml/> Привет')],
    ['empty', bytes('')],
  ])
  await versions.save('one', first)
  await Promise.all([
    versions.save('one', first),
    versions.save('two', new Map([...first, ['lines.yaml', bytes('lines: [1]')]])),
  ])
  await versions.activate('one', Temporal.Now.instant())
  const loaded = await versions.load('one')
  t.same(
    [...(loaded ?? [])].map(([path, content]) => [path, Buffer.from(content).toString()]).sort(),
    [
      ['empty', ''],
      ['hotline/main.vxml', '<vxml/> Привет'],
      ['lines.yaml', 'lines: []'],
    ],
  )
  const { rows } = await database.pool.query('select count(*) as files from flow_files')
  t.equal(rows[0].files, 4)
  t.equal(await versions.load('three'), null)
})
