import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { buildFlowSet } from '../../src/flow-files/build-flow-set.ts'
import { contentHash } from '../../src/flow-files/content-hash.ts'
import { readFlowFolder } from '../../src/flow-files/read-flow-folder.ts'
import { createLogger } from '../../src/logging.ts'
import { type Server, startServer } from '../../src/server.ts'
import { testDatabase } from '../support/database.ts'
import { flowFolder } from '../support/shipped-flows.ts'

/** Everything that `docs/flows.md` tells a reader to write, change and run is written, changed and run here. */
const project = resolve(import.meta.dirname, '../..')
const folder = t.testdir()
const at = (path: string) => join(folder, path)
const read = (path: string) => readFileSync(at(path), 'utf8')
const write = (path: string, content: string) => {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), content)
}

type Block = { readonly kind: string; readonly about: string; readonly content: string }

/** The fenced blocks of one section of the document, without the indent of a list. */
const blocksOf = (section: string): readonly Block[] => {
  const document = readFileSync(join(project, 'docs/flows.md'), 'utf8')
  const [, part] = document.split(`\n## ${section}\n`)
  if (part === undefined) throw new Error(`docs/flows.md has no section "${section}"`)
  const fenced = /^( *)```(\w+) ?(.*)\n([\s\S]*?)^ *```$/gm
  return [...(part.split('\n## ')[0] ?? '').matchAll(fenced)].map(
    ([, indent = '', kind = '', about = '', content = '']) => ({
      kind,
      about,
      content: content.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  )
}

const { url: databaseUrl } = await testDatabase(t)
let server: Server | null = null
t.teardown(() => server?.close())

/** `npm start`, on the folder that `FLOWS_DIR` names. */
const serve = async (flows: string): Promise<void> => {
  await server?.close()
  const settings = {
    PORT: '0',
    DATABASE_URL: databaseUrl,
    DATA_DIR: at('.data'),
    FLOWS_DIR: at(flows),
    LOG_LEVEL: 'silent',
  }
  const config = readConfig(settings)
  if ('faults' in config) throw new Error(config.faults.join('\n'))
  const started = await startServer(config.config, createLogger('silent'))
  if (started.kind === 'refused') throw new Error(started.reasons.join('\n'))
  server = started.server
}

/** npm without its seconds of starting: what the scripts of package.json run. */
const npm = (): string => {
  const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>
  }
  const cases = Object.entries(scripts).map(
    ([name, script]) => `${name}) exec ${script.replace(/^node /, `"$NODE" ${project}/`)} "$@";;`,
  )
  return `#!/bin/sh
verb=$1; shift
if [ "$verb" = run ]; then name=$1; shift; fi
if [ "$1" = -- ]; then shift; fi
if [ "$verb" = test ]; then exec "$NODE" "${project}/$1"; fi
case "$name" in
${cases.join('\n')}
esac
exit 1
`
}

/** Enough of curl, for machines without it. */
const curl = `#!/bin/sh
exec "$NODE" --input-type=module -e '
  import { parseArgs } from "node:util"
  const short = (s) => ({ type: "string", short: s })
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      s: { type: "boolean", short: "s" },
      method: short("X"), data: short("d"), header: { ...short("H"), multiple: true },
    },
  })
  const headers = values.header.map((line) => line.split(": "))
  const { method, data: body } = values
  process.stdout.write(await (await fetch(positionals[0], { method, headers, body })).text())
' -- "$@"
`

for (const [name, script] of Object.entries({ npm: npm(), curl })) {
  write(`bin/${name}`, script)
  chmodSync(at(`bin/${name}`), 0o755)
}

/** Runs commands as a reader would; what they printed. Nothing comes from standard input. */
const run = async (commands: string): Promise<string> => {
  // A reader's machine has a PostgreSQL of the tests and their compiled modules, too.
  const { PATH, NODE_COMPILE_CACHE = '', HOTLINE_TEST_DATABASE_URL, TAP_TIMEOUT } = process.env
  const port = new URL(server?.url ?? 'http://127.0.0.1:1').port
  const shell = spawn('sh', ['-e', '-c', commands.replaceAll(':3000', `:${port}`)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: `${at('bin')}:${PATH}`,
      NODE: process.execPath,
      NODE_COMPILE_CACHE,
      ...(HOTLINE_TEST_DATABASE_URL && { HOTLINE_TEST_DATABASE_URL }),
      ...(TAP_TIMEOUT && { TAP_TIMEOUT }),
      PORT: port,
      FLOWS_DIR: at('ivr-flows'),
    },
  })
  const [printed, code] = await Promise.all([
    text(shell.stdout),
    new Promise((exit) => shell.once('exit', exit)),
  ])
  if (code !== 0) throw new Error(`exit ${code} of ${commands}\n${printed}`)
  return printed
}

/** Replaces the lines of a file that begin with `-` by those that begin with `+`. */
const change = ({ about, content }: Block): void => {
  const lines = (sign: string) =>
    content.match(new RegExp(`(?<=^\\${sign}).*\n`, 'gm'))?.join('') ?? ''
  const before = read(about)
  if (!before.includes(lines('-'))) throw new Error(`${about} has no line\n${lines('-')}`)
  write(about, before.replace(lines('-'), lines('+')))
}

const transcripts = (): ReadonlyMap<string, string> =>
  new Map(
    globSync('ivr-flows/**/transcripts/*.txt', { cwd: folder }).map((path) => [path, read(path)]),
  )

t.test('an employee changes a sentence, and the next caller hears it', async (t) => {
  cpSync(flowFolder, at('ivr-flows'), { recursive: true })
  const [edit, check, activate, dial, update, ...others] = blocksOf(
    'A changed sentence: two minutes, no programming',
  )
  if (!edit || !check || !activate || !dial || !update) throw new Error('a step is missing')
  t.same(others, [])
  await serve('ivr-flows')
  const [sentence = ''] = edit.content.match(/(?<=^\+.*text: ").*(?=")/m) ?? []
  change(edit)
  t.match(await run(check.content), ' 0 errors')
  t.match(JSON.parse(await run(activate.content)), { result: 'activated' })
  t.match(await run(dial.content), `> ${sentence}`)

  const before = transcripts()
  await run(update.content)
  for (const [path, after] of transcripts()) {
    const known = new Set(before.get(path)?.split('\n'))
    for (const line of after.split('\n')) {
      if (!known.has(line)) t.equal(line, `  say ru-RU "${sentence}"`, path)
    }
  }
})

t.test('hours and holidays are changed in one place', async (t) => {
  const blocks = blocksOf('Hours and holidays')
  for (const block of blocks) change(block)
  t.equal(blocks.length, 1)
  t.same(buildFlowSet(await readFlowFolder(at('ivr-flows')), contentHash).findings, [])
})

t.test('a notice is heard by the next caller', async (t) => {
  const [notice, ...others] = blocksOf('A notice before the menu')
  t.same(others, [])
  const posted = JSON.parse(await run(notice?.content ?? '')) as {
    id: string
    texts: Record<string, string>
  }
  t.match(await run('npm run dial'), `> ${posted.texts['ru-RU']}`)
  const ended = await run(
    `curl -s -X POST http://127.0.0.1:3000/api/notices/${posted.id}/end -H "Authorization: Bearer $(cat .data/admin-token)"`,
  )
  t.match(JSON.parse(ended), { id: posted.id, state: 'ended' })
})

t.test('an engineer comes from an empty folder to a checked and recorded flow', async (t) => {
  let printed = ''
  for (const block of blocksOf('From an empty folder to a checked flow: ten minutes')) {
    const { kind, about, content } = block
    const started = /^FLOWS_DIR=(\S+) npm start$/m.exec(content)
    if (kind === 'yaml' || kind === 'xml') write(about, content)
    else if (kind === 'diff') change(block)
    else if (kind === 'sh' && started !== null) await serve(started[1] ?? '')
    else if (kind === 'sh') printed = await run(content)
    else if (kind === 'text' && about === '') t.ok(printed.includes(content), content)
    else if (kind === 'text') t.equal(await findingsWithout(about.replace('without ', '')), content)
    else t.fail(`nothing is done about a block of ${kind}`)
  }
  t.same(readdirSync(at('my-flows/transcripts')), ['northern-branch.txt'])
  t.match(JSON.parse(read('my-flows.sarif')), { version: '2.1.0', runs: [{ results: [] }] })
  t.match(read('my-flows.svg'), '<svg')
})

/** The first finding that comes of taking a key out of the catalogue; it is put back. */
const findingsWithout = async (key: string): Promise<string> => {
  const path = 'my-flows/prompts/en-US.yaml'
  const whole = read(path)
  write(path, whole.replace(new RegExp(`^${key}:.*\n`, 'm'), ''))
  const printed = await run('npm run flows:check -- my-flows || true')
  write(path, whole)
  return printed.replace(/[^\n]*\n$/, '')
}
