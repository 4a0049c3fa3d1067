import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import t from 'tap'
import { proveFolder } from '../../src/flow-files/check-folder.ts'
import { fileCodes } from '../../src/flow-files/file-codes.ts'
import { rulesIn } from '../../src/flow-files/sarif.ts'
import { severities } from '../../src/voicexml/check/findings.ts'
import { readXml } from '../../src/voicexml/read-xml.ts'
import { wav } from './wav-file.ts'

type Folder = Readonly<Record<string, string | Buffer>>

const document = (content = 'Здравствуйте<exit/>'): string =>
  `<vxml version="2.1"><form><block>${content}</block></form></vxml>`

/** A line in flow style with more keys. */
const line = (more = '', number = '+78005557373', flow = 'main.vxml'): string =>
  `  - { number: "${number}", flow: ${flow}${more === '' ? '' : `, ${more}`} }\n`

const lines = (content: string, rest = ''): Folder => ({
  'lines.yaml': `lines:\n${content}${rest}`,
  'main.vxml': document(),
})
const main = (content: string | Buffer): Folder => ({
  'lines.yaml': `lines:\n${line()}`,
  'main.vxml': content,
})
const prompts = (content: string): Folder => ({
  ...lines(line('languages: [ru-RU]')),
  'main.vxml': document('<prompt><audio src="prompt:hello"/></prompt><exit/>'),
  'prompts/ru-RU.yaml': content,
})
const audio = (content: Buffer): Folder => ({
  ...main(document('<audio src="a.wav"/><exit/>')),
  'a.wav': content,
})
const schedule = (hours: string): Folder =>
  lines(line('schedule: day'), `schedules:\n  day: { weekly: { mon-fri: ["${hours}"] } }\n`)
const deep = (levels: number): string =>
  document(`${'<prompt>'.repeat(levels)}Да${'</prompt>'.repeat(levels)}<exit/>`)
const filler = (bytes: number): string => document(`Да<exit/><!--${' '.repeat(bytes)}-->`)
const nested = (levels: number): Folder => ({
  ...main(document()),
  [`${'a/'.repeat(levels)}b.grxml`]: '<grammar/>',
})

/** For each code of files, YAML and XML a folder that earns it and a near twin that does not. */
const planted: Readonly<Record<string, readonly [fault: Folder, twin: Folder]>> = {
  'bad-audio': [audio(wav({ channels: 2 })), audio(wav({ channels: 1 }))],
  'bad-number': [lines(line('', '88005557373')), lines(line())],
  'bad-prompt': [prompts('hello: { txet: Да }\n'), prompts('hello: { text: Да }\n')],
  'bad-schedule': [schedule('25:00-26:00'), schedule('08:00-20:00')],
  'duplicate-number': [lines(line() + line()), lines(line() + line('', '+78005557374'))],
  'file-too-large': [main(filler(600 * 1024)), main(filler(300 * 1024))],
  'folder-too-large': [nested(18), nested(10)],
  'missing-key': [lines('  - { flow: main.vxml }\n'), lines(line())],
  'no-catalogue': [lines(line('languages: [ru-RU]')), prompts('hello: { text: Да }\n')],
  'no-lines': [{ 'main.vxml': document() }, lines(line())],
  'not-utf-8': [main(Buffer.from(document('é<exit/>'), 'latin1')), main(document('é<exit/>'))],
  'unknown-flow': [lines(line('', '+78005557373', 'gone.vxml')), lines(line())],
  'unknown-key': [lines(line('colour: red')), lines(line('name: Линия'))],
  'unknown-language': [
    { ...lines(line('languages: [xx-XX]')), 'prompts/xx-XX.yaml': 'a: { text: b }\n' },
    prompts('hello: { text: Да }\n'),
  ],
  'unknown-queue': [lines(line('queue: nobody')), lines(line('queue: general'))],
  'unknown-schedule': [lines(line('schedule: never')), schedule('08:00-20:00')],
  'unknown-timezone': [
    lines(line(), 'timezone: Europe/Nowhere\n'),
    lines(line(), 'timezone: Europe/Moscow\n'),
  ],
  'wrong-value': [lines(line('integrated: perhaps')), lines(line('integrated: true'))],
  'yaml-syntax': [lines('  - { number: "+78005557373", flow: [\n'), lines(line())],
  'xml-not-well-formed': [main(document('Да<exit>')), main(document('Да<exit/>'))],
  'xml-doctype': [main(`<!DOCTYPE vxml>${document()}`), main(`<?app vxml?>${document()}`)],
  'xml-encoding': [
    main(`<?xml version="1.0" encoding="windows-1251"?>${document()}`),
    main(`<?xml version="1.0" encoding="UTF-8"?>${document()}`),
  ],
  'xml-character': [main(document('Да&#1;<exit/>')), main(document('Да&#9;<exit/>'))],
  'xml-too-deep': [main(deep(70)), main(deep(50))],
  'xml-too-many-nodes': [
    main(document(`Да${'<log/>'.repeat(20_001)}<exit/>`)),
    main(document(`Да${'<log/>'.repeat(10_000)}<exit/>`)),
  ],
}

const write = (directory: string, folder: Folder): string => {
  for (const [path, content] of Object.entries(folder)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
  return directory
}

const codesIn = async (directory: string): Promise<readonly string[]> =>
  (await proveFolder(directory)).findings.map(({ code }) => code)

for (const [code, [fault, twin]] of Object.entries(planted))
  t.test(`${code} is found where it was planted and not beside it`, async (t) => {
    const bad = await codesIn(write(t.testdir(), fault))
    t.ok(bad.includes(code), `${bad}`)
    const good = await codesIn(write(t.testdir(), twin))
    t.notOk(good.includes(code), `${good}`)
  })

t.test('link-outside is found where it was planted and not beside it', async (t) => {
  const directory = t.testdir({ flows: main(document()) as Record<string, string>, 'out.vxml': '' })
  const flows = join(directory, 'flows')
  symlinkSync('main.vxml', join(flows, 'inside.vxml'))
  t.notOk((await codesIn(flows)).includes('link-outside'))
  symlinkSync('../out.vxml', join(flows, 'outside.vxml'))
  t.ok((await codesIn(flows)).includes('link-outside'))
})

t.test('unreadable-file is found where it was planted and not beside it', async (t) => {
  const directory = t.testdir({})
  t.strictSame(await codesIn(join(directory, 'gone')), ['unreadable-file'])
  t.notOk((await codesIn(directory)).includes('unreadable-file'))
})

t.test('xml-too-large is found where it was planted and not beside it', async (t) => {
  const codes = (source: string) => {
    const read = readXml(source, 'main.vxml')
    return 'findings' in read ? read.findings.map(({ code }) => code) : []
  }
  t.strictSame(codes(filler(600 * 1024)), ['xml-too-large'])
  t.strictSame(codes(filler(300 * 1024)), [])
})

t.test('every documented code has been planted', async (t) => {
  const documentation = resolve(import.meta.dirname, '../../docs/findings.md')
  const documented = [...rulesIn(readFileSync(documentation, 'utf8')).keys()]
  const tested = new Set([
    ...Object.keys(planted),
    ...Object.keys(severities),
    'link-outside',
    'unreadable-file',
    'xml-too-large',
  ])
  t.strictSame(
    documented.filter((code) => !tested.has(code)),
    [],
  )
  t.strictSame(
    fileCodes.filter((code) => !tested.has(code)),
    [],
  )
})
