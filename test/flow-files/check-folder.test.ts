import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { checkFolder, formatFinding } from '../../src/flow-files/check-folder.ts'

const lines = 'lines:\n  - number: "+78005557373"\n    flow: main.vxml\n'
const sound = '<vxml version="2.1"><form><block>Здравствуйте<exit/></block></form></vxml>'

t.test('two lines and one document are a sound folder', async (t) => {
  const directory = t.testdir({ 'lines.yaml': lines, 'main.vxml': sound })
  t.strictSame(await checkFolder(directory), {
    lines: ['1 line, 1 document: 0 errors, 0 warnings'],
    sound: true,
  })
})

t.test('the shipped flows have no errors and no warnings', async (t) => {
  const { lines, sound } = await checkFolder(resolve(import.meta.dirname, '../../ivr-flows'), true)
  t.ok(sound, lines.join('\n'))
})

t.test('each fault of a document is one line', async (t) => {
  const directory = t.testdir({
    'lines.yaml': lines,
    'main.vxml':
      '<vxml version="2.1">\n<form><block><log expr="1 +"/><goto next="#gone"/></block></form></vxml>',
  })
  const checked = await checkFolder(directory)
  t.notOk(checked.sound)
  t.strictSame(
    checked.lines.map((line) => line.split(' ').slice(0, 3).join(' ')),
    ['main.vxml:2:19 error bad-expression', 'main.vxml:2:37 error dead-target', '1 line, 1'],
  )
})

t.test('a warning leaves the folder sound, unless it is held to warnings', async (t) => {
  const directory = t.testdir({ 'lines.yaml': lines, 'main.vxml': sound, 'more.vxml': sound })
  const checked = await checkFolder(directory)
  t.ok(checked.sound)
  t.equal(checked.lines.at(-1), '1 line, 2 documents: 0 errors, 1 warning')
  t.notOk((await checkFolder(directory, true)).sound)
  t.match(checked.lines, ['more.vxml:1:1 warning unreachable-document no line leads to more.vxml'])
})

t.test('a small flow with a menu and no operator, or with a mute end, is sound', async (t) => {
  for (const content of [
    '<menu><prompt>Раз</prompt><choice dtmf="1" next="#end">Раз</choice></menu><form id="end"><block>Да<exit/></block></form>',
    '<form><block><exit/></block></form>',
  ]) {
    const document = `<vxml version="2.1">${content}</vxml>`
    const directory = t.testdir({ 'lines.yaml': lines, 'main.vxml': document })
    const checked = await checkFolder(directory)
    t.ok(checked.sound, checked.lines.join('\n'))
    t.match(checked.lines[0], / warning (no-way-out|silent-end) /)
  }
})

t.test('a folder that is not there is a finding', async (t) => {
  const { lines, sound } = await checkFolder(join(t.testdir({}), 'gone'))
  t.notOk(sound)
  t.match(lines[0], /gone:1:1 error unreadable-file/)
})

t.test('a finding stays on its line whatever the file is called', async (t) => {
  const finding = {
    file: 'a\nb\u2028.vxml',
    place: { line: 1, column: 1 },
    severity: 'error',
    code: 'x',
    message: 'y\0',
  } as const
  t.equal(formatFinding(finding), 'a\\u{a}b\\u{2028}.vxml:1:1 error x y\\u{0}')
})

const named = (name: string) =>
  `<vxml version="2.1"><form id="${name}"><var name="${name}" expr="1"/><block><log expr="${name}"/><goto next="#${name}"/></block></form></vxml>`

const hostile: Readonly<Record<string, string | Buffer>> = {
  doctype: `<!DOCTYPE vxml [<!ENTITY a "x">]>${sound}`,
  entity: '<!DOCTYPE v [<!ENTITY x SYSTEM "file:///etc/passwd">]><vxml version="2.1">&x;</vxml>',
  large: `<vxml version="2.1">${' '.repeat(5 * 1024 * 1024)}</vxml>`,
  deep: '<a>'.repeat(200_000) + '</a>'.repeat(200_000),
  deepish: `<vxml version="2.1">${'<a>'.repeat(60_000)}${'</a>'.repeat(60_000)}</vxml>`,
  nul: sound.replace('Здравствуйте', '\0'),
  reference: sound.replace('Здравствуйте', '&#0;'),
  utf16: Buffer.from(`\uFEFF${sound}`, 'utf16le'),
  cp1251: Buffer.from(`<?xml version="1.0" encoding="windows-1251"?>${sound}`),
  utf7: `<?xml version="1.0" encoding="UTF-7"?>${sound}`,
  latin: Buffer.from(sound.replace('Здравствуйте', 'é'), 'latin1'),
  torn: sound.slice(0, 40),
  empty: '',
  html: '<html><body/></html>',
  prototype: named('__proto__').replace('<form', '<constructor/><form'),
  expression: sound.replace('Здравствуйте', `<log expr="${'('.repeat(50_000)}"/>`),
  attributes: `<vxml version="2.1" ${Array.from({ length: 5000 }, (_, index) => `a${index}=""`).join(' ')}/>`,
  dialogs: `<vxml version="2.1">${'<form><block><goto expr="x()"/></block></form>'.repeat(4000)}</vxml>`,
  calls: `<vxml version="2.1">${'<form><subdialog srcexpr="x()"/><block><return/></block></form>'.repeat(3000)}</vxml>`,
  chain: `<vxml version="2.1">${Array.from({ length: 4000 }, (_, index) => `<form id="f${index}"><block><goto next="#f${index + 1}"/></block></form>`).join('')}</vxml>`,
}

for (const [name, content] of Object.entries(hostile))
  t.test(`a hostile document is a finding (${name})`, async (t) => {
    const directory = t.testdir({ 'lines.yaml': lines })
    writeFileSync(join(directory, 'main.vxml'), content)
    const { lines: told, sound } = await checkFolder(directory, true)
    t.notOk(sound)
    t.match(told[0], /^main\.vxml:\d+:\d+ (error|warning) [a-z\d-]+ ./)
  })

t.test('documents that lead in circles are findings', async (t) => {
  const document = (content: string, attributes = '') =>
    `<vxml version="2.1"${attributes}>${content}</vxml>`
  const rows: [name: string, code: string, files: Readonly<Record<string, string>>][] = [
    [
      'roots of one another',
      'bad-root-document',
      {
        'main.vxml': document('<form><block>Да<exit/></block></form>', ' application="root.vxml"'),
        'root.vxml': document('', ' application="main.vxml"'),
      },
    ],
    [
      'subdialogs of one another',
      'subdialog-recursion',
      {
        'main.vxml': document('<form><subdialog src="sub.vxml"/></form>'),
        'sub.vxml': document('<form><subdialog src="main.vxml"/></form>'),
      },
    ],
    [
      'documents that follow one another',
      'endless-loop',
      {
        'main.vxml': document('<form><block><goto next="next.vxml"/></block></form>'),
        'next.vxml': document('<form><block><goto next="main.vxml"/></block></form>'),
      },
    ],
  ]
  for (const [name, code, files] of rows) {
    const { lines: told, sound } = await checkFolder(t.testdir({ 'lines.yaml': lines, ...files }))
    t.notOk(sound, name)
    t.match(told.join('\n'), ` error ${code} `, name)
  }
})

t.test('keys and files named like parts of the prototype are ordinary', async (t) => {
  const says = (key: string) =>
    `<vxml version="2.1"><form><block><prompt><audio src="prompt:${key}"/></prompt><exit/></block></form></vxml>`
  for (const name of ['constructor', 'toString', '__proto__']) {
    const { lines: missing } = await checkFolder(
      t.testdir({
        'lines.yaml': `${lines}    languages: [ru-RU]\n`,
        'main.vxml': says(name),
        prompts: { 'ru-RU.yaml': 'hello: { text: Да }\n' },
      }),
    )
    t.match(missing.join('\n'), `missing-prompt ru-RU has no prompt ${name}`)
    const { lines: dead } = await checkFolder(
      t.testdir({
        'lines.yaml': lines,
        'main.vxml': `<vxml version="2.1"><form><block><goto next="${name}"/></block></form></vxml>`,
      }),
    )
    t.match(dead.join('\n'), `dead-target "${name}": there is no document ${name}`)
  }
})

t.test('names out of the prototype of objects are names like others', async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const directory = t.testdir({ 'lines.yaml': lines, 'main.vxml': named(name) })
    const { lines: told } = await checkFolder(directory)
    t.notMatch(told.join('\n'), /undeclared-name|dead-target|unknown-attribute/, name)
  }
})
