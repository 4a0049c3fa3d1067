import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import t from 'tap'
import { settingsTable } from '../src/config.ts'

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
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    for (const [, name = ''] of (await read(document)).matchAll(/npm run ([a-z:]+)/g)) {
      t.ok(name in scripts, `${document}: ${name}`)
    }
  }
})

t.test('every file that a document links to exists', async (t) => {
  for (const document of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    for (const [, target = ''] of (await read(document)).matchAll(/\]\(([^)#:]+)\)/g)) {
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
