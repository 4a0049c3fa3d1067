import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { buildFlowSet, compileFlowSet } from '../../src/flow-files/build-flow-set.ts'
import { contentHash } from '../../src/flow-files/content-hash.ts'
import { readFlowFolder } from '../../src/flow-files/read-flow-folder.ts'
import { filesOfContents, readContents } from '../../src/flow-files/stored-files.ts'
import { wav } from './wav-file.ts'

const refusals = async (directory: string) =>
  (await readFlowFolder(directory)).findings.map(({ file, code }) => `${file} ${code}`)

t.test('a folder is read into texts and recordings', async (t) => {
  const directory = t.testdir({
    'lines.yaml': 'lines: []',
    'readme.md': '# no part of a version',
    '.hidden.vxml': '<vxml/>',
    hotline: {
      'main.vxml': '\uFEFF<vxml/>',
      transcripts: { 'greeting.txt': 'x', 'old.vxml': '<vxml/>' },
      node_modules: { 'x.js': '' },
    },
    audio: {},
  })
  writeFileSync(join(directory, 'audio/hello.wav'), wav())
  writeFileSync(join(directory, 'audio/stereo.wav'), wav({ channels: 2 }))
  const { texts, audio, findings } = await readFlowFolder(directory)
  t.strictSame(
    [...texts],
    [
      ['hotline/main.vxml', '\uFEFF<vxml/>'],
      ['lines.yaml', 'lines: []'],
    ],
  )
  t.strictSame(findings, [])
  t.match(audio.get('audio/hello.wav'), { fault: null, hash: contentHash(wav()) })
  t.equal(audio.get('audio/stereo.wav')?.fault, 'has 2 channels, not one')
})

t.test('files that cannot be taken are findings, and the rest is read', async (t) => {
  const directory = t.testdir({ 'main.vxml': '<vxml/>', sub: { 'a.js': '' } })
  writeFileSync(join(directory, 'big.vxml'), '')
  truncateSync(join(directory, 'big.vxml'), 5 * 1024 * 1024)
  writeFileSync(join(directory, 'utf16.vxml'), Buffer.from('\uFEFF<vxml/>', 'utf16le'))
  writeFileSync(join(directory, 'cp1251.yaml'), Buffer.from([0xcf, 0xf0, 0xe8]))
  symlinkSync('/etc/hostname', join(directory, 'host.yaml'))
  symlinkSync('gone.vxml', join(directory, 'torn.vxml'))
  symlinkSync('main.vxml', join(directory, 'same.vxml'))
  symlinkSync('..', join(directory, 'sub/up'))
  mkdirSync(join(directory, 'folder.vxml'))
  t.strictSame(await refusals(directory), [
    'big.vxml file-too-large',
    'cp1251.yaml not-utf-8',
    'host.yaml link-outside',
    'torn.vxml unreadable-file',
    'utf16.vxml not-utf-8',
  ])
  const { texts } = await readFlowFolder(directory)
  t.strictSame([...texts.keys()], ['main.vxml', 'same.vxml', 'sub/a.js'])
})

t.test('a folder that is not there is a fault', async (t) => {
  await t.rejects(readFlowFolder(join(t.testdir({}), 'gone')), { code: 'ENOENT' })
})

t.test('the version is that of the content, not of the order or the place', async (t) => {
  const lines = 'lines:\n  - number: "+78005557373"\n    flow: a.vxml\n'
  const document = '<vxml version="2.1"><form><block><exit/></block></form></vxml>'
  const version = (texts: [string, string][]) =>
    buildFlowSet({ texts: new Map(texts), audio: new Map(), findings: [] }, contentHash).flowSet
      .version
  const one = version([
    ['lines.yaml', lines],
    ['a.vxml', document],
  ])
  t.match(one, /^[0-9a-f]{64}$/)
  t.equal(
    version([
      ['a.vxml', document],
      ['lines.yaml', lines],
    ]),
    one,
  )
  t.not(
    version([
      ['lines.yaml', lines],
      ['a.vxml', `${document}\n`],
    ]),
    one,
  )
  t.not(
    version([
      ['lines.yaml', lines],
      ['b.vxml', document],
    ]),
    one,
  )
})

t.test('a version that was stored and read back is the same version', async (t) => {
  const directory = t.testdir({
    'lines.yaml': '\uFEFFlines:\n  - number: "+78005557373"\n    flow: main.vxml\n',
    'main.vxml': '\uFEFF<vxml version="2.1"><form><block>Hello<exit/></block></form></vxml>\r\n',
    'note.yaml': 'a: 1',
  })
  writeFileSync(join(directory, 'hello.wav'), wav())
  const first = buildFlowSet(await readFlowFolder(directory), contentHash)
  t.strictSame(first.findings, [])
  const { manifest } = first.flowSet
  const read = await readContents(directory, manifest, new Set(manifest.values()))
  const contents = new Map(
    [...manifest].map(([path, hash]) => [path, read?.get(hash) ?? new Uint8Array()] as const),
  )
  const second = buildFlowSet(filesOfContents(contents), contentHash)
  t.same(compileFlowSet(filesOfContents(contents), contentHash).manifest, manifest)
  t.equal(second.flowSet.version, first.flowSet.version)
  t.equal(second.flowSet.setting.flow.hash, first.flowSet.setting.flow.hash)
  t.strictSame(second.flowSet.manifest, first.flowSet.manifest)
})
