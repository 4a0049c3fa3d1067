import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

const run = promisify(execFile)
const project = resolve(import.meta.dirname, '../..')
const depcruise = join(project, 'node_modules/.bin/depcruise')

type Report = {
  summary: { violations: { rule: { name: string }; from: string }[]; totalCruised: number }
}

const cruise = async (folder: string): Promise<Report['summary']> => {
  const { stdout } = await run(
    process.execPath,
    [depcruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'],
    { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
  ).catch((error: { stdout: string }) => error)
  return (JSON.parse(stdout) as Report).summary
}

t.test('the tool sees the sources and finds no forbidden import', async (t) => {
  const { violations, totalCruised } = await cruise(project)
  t.ok(totalCruised > 100, `${totalCruised} modules seen`)
  t.same(violations, [])
})

/** One forbidden import for every rule: file, what it imports, the rule that must find it. */
const planted: readonly (readonly [file: string, imports: string, rule: string])[] = [
  ['src/numbers/a.ts', '../prompts/b.ts', 'numbers'],
  ['src/prompts/a.ts', '../numbers/b.ts', 'prompts'],
  ['src/schedules/a.ts', '../prompts/b.ts', 'schedules'],
  ['src/voicexml/a.ts', '../calls/b.ts', 'voicexml'],
  ['src/routing/a.ts', '../db/b.ts', 'routing'],
  ['src/voicexml/a.ts', 'node:fs', 'pure-core'],
  ['src/numbers/a.ts', 'node:crypto', 'pure-core'],
  ['src/calls/a.ts', '../db/b.ts', 'calls'],
  ['src/cases/a.ts', '../twilio/b.ts', 'cases'],
  ['src/callbacks/a.ts', '../web/api/b.ts', 'callbacks'],
  ['src/db/a.ts', '../twilio/b.ts', 'db'],
  ['src/twilio/a.ts', '../web/voice/b.ts', 'twilio'],
  ['src/flow-files/a.ts', '../db/b.ts', 'flow-files'],
  ['src/jobs/a.ts', '../db/b.ts', 'jobs'],
  ['src/simulator/a.ts', '../calls/b.ts', 'simulator'],
  ['src/pages/phone/a.ts', '../../calls/b.ts', 'pages'],
  ['src/web/voice/a.ts', '../api/b.ts', 'web-voice'],
  ['src/web/api/a.ts', '../../twilio/b.ts', 'web-api'],
  ['src/web/health/a.ts', '../../db/b.ts', 'web-health'],
  ['src/web/http/a.ts', '../../calls/b.ts', 'web-http'],
  ['src/calls/utils/a.ts', './b.ts', 'no-drawers'],
  ['src/calls/a.ts', './b.ts', 'no-cycles'],
]

t.test('a planted violation of every rule is found', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hotline-imports-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'))
  for (const file of ['package.json', '.dependency-cruiser.cjs']) {
    await copyFile(join(project, file), join(folder, file))
  }
  for (const [index, [file, imports, rule]] of planted.entries()) {
    const path = join(folder, file.replace('/a.ts', `/a${index}.ts`))
    await mkdir(dirname(path), { recursive: true })
    const target = imports.startsWith('node:') ? imports : imports.replace('/b.ts', `/b${index}.ts`)
    await writeFile(path, `import '${target}'\n`)
    if (imports.startsWith('node:')) continue
    const imported = resolve(dirname(path), target)
    await mkdir(dirname(imported), { recursive: true })
    await writeFile(imported, rule === 'no-cycles' ? `import './a${index}.ts'\n` : 'export {}\n')
  }
  const { violations } = await cruise(folder)
  for (const [index, [file, , rule]] of planted.entries()) {
    const from = file.replace('/a.ts', `/a${index}.ts`)
    t.ok(
      violations.some(
        (violation) =>
          violation.rule.name === rule &&
          violation.from.startsWith(from.slice(0, from.lastIndexOf('/'))),
      ),
      `${rule}: ${from}`,
    )
  }
})
