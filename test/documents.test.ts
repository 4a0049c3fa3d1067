import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import t from 'tap'
import { platformFunctions } from '../src/calls/platform.ts'
import { settingsTable } from '../src/config.ts'
import { schema } from '../src/voicexml/check/schema.ts'
import { propertyDefaults } from '../src/voicexml/properties.ts'
import { LIMITS } from '../src/voicexml/run.ts'

const project = resolve(import.meta.dirname, '..')
const read = (path: string) => readFile(resolve(project, path), 'utf8')

const envExample = () =>
  settingsTable()
    .map(({ name, default: value, meaning }) => `# ${meaning}\n#${name}=${value}\n`)
    .join('\n')

t.test('the README lists every setting as the code has it', async (t) => {
  const readme = await read('README.md')
  for (const { name, default: value, meaning } of settingsTable()) {
    const row = `| \`${name}\` | ${value === '' ? '' : `\`${value}\``} | ${meaning} |`
    t.ok(readme.includes(row), row)
  }
})

t.test('.env.example lists every setting as the code has it', async (t) => {
  t.equal(await read('.env.example'), envExample())
})

t.test('every npm script that a document names exists', async (t) => {
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> }
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/flows.md']) {
    for (const [, name = ''] of (await read(document)).matchAll(/npm run ([a-z:]+)/g)) {
      t.ok(name in scripts, `${document}: ${name}`)
    }
  }
})

t.test('every file that a document links to exists', async (t) => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    const links = (await read(document)).matchAll(/(?:\]\(|src=")([^)"#:]+)/g)
    for (const [, target = ''] of links) {
      const there = existsSync(resolve(project, target))
      t.ok(there, `${document}: ${target}`)
    }
  }
})

t.test('the import table of ARCHITECTURE.md names every folder of src', async (t) => {
  const architecture = await read('ARCHITECTURE.md')
  const folders = readdirSync(resolve(project, 'src'), { withFileTypes: true })
  for (const folder of folders.filter((entry) => entry.isDirectory())) {
    t.match(architecture, new RegExp(`\`${folder.name}[\`/]`), folder.name)
  }
})

/** Rows of the table under a heading, without those that name the columns; each a list of cells. */
const tableUnder = (text: string, heading: string): string[][] => {
  const [, section = ''] = text.split(`\n## ${heading}\n`)
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const named = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)

t.test('docs/voicexml.md says of every element of the profile what becomes of it', async (t) => {
  const rows = tableUnder(await read('docs/voicexml.md'), 'Elements')
  t.same(rows.map(([element]) => named(element)[0]).sort(), [...schema.keys()].sort())
  for (const [element, state] of rows) t.match(state, /^(full|part|refused)$/, element ?? '')
})

t.test('docs/voicexml.md has the properties, functions and limits of the code', async (t) => {
  const text = await read('docs/voicexml.md')
  const properties = tableUnder(text, 'Properties')
  for (const [name, value] of Object.entries(propertyDefaults)) {
    const row = properties.find(([cell]) => named(cell).includes(name))
    t.equal(named(row?.[1])[0], value, name)
  }
  const functions = tableUnder(text, 'Platform functions').map(([cell]) => named(cell)[0])
  t.same(functions.sort(), [...platformFunctions.keys()].sort())
  for (const limit of Object.values(LIMITS)) t.match(text, limit.toLocaleString('en-US'))
})
