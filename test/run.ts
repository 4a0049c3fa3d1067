/**
 * `npm test`: every test file under tap, on one PostgreSQL of their own, closing with the line
 * `N passed, N failed`. Arguments name files or folders; without them everything is run.
 *
 * With `TRY_AGAIN=1` files that failed are run once more by themselves: a race that only a crowded machine
 * shows is told as `unsteady` and mended later, and does not stop everybody today.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { buildPages } from '../src/pages/build.ts'
import { startTestPostgres } from './support/database.ts'

const wanted = process.argv.slice(2)
const files = (wanted.length === 0 ? ['test'] : wanted)
  .flatMap((path) => (path.endsWith('.ts') ? [path] : globSync(`${path}/**/*.test.ts`)))
  .sort()

const write = (text: string) => process.stdout.write(text)

if (files.length === 0) {
  write('0 passed, 1 failed\n')
  process.exit(1)
}

// What the browser is shown, and the server of the demo serves.
await buildPages()
const postgres = await startTestPostgres()
const fixedSeed = new URL('support/fixed-seed.ts', import.meta.url).href

// Each file is a process of Node alone. What the `tap` command would load into it for mocks and coverage,
// which no test has, costs as much as a small file itself, and again in every server that one starts.
const bare = ['-u', 'NODE_OPTIONS', process.execPath, '--no-warnings', `--import=${fixedSeed}`]
const env = {
  ...process.env,
  TAP_TIMEOUT: '240',
  HOTLINE_TEST_DATABASE_URL: postgres.url,
  // What one file has compiled, another need not.
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/tests', import.meta.url)),
}
const output = new PassThrough()
t.pipe(output)
// Many wait for a telephone, a browser or a disk, so four keep two cores busy.
t.jobs = 4
t.setTimeout(0)
for (const name of files) {
  void t.spawn('env', [...bare, name], { name, buffered: true, timeout: 250_000, env })
}
t.end()

const times: { readonly name: string; readonly seconds: number }[] = []
const broken: string[] = []
let passed = 0
let failed = 0
let block: string[] = []
for await (const line of createInterface({ input: output })) {
  block.push(line)
  const file = /^(not ok|ok) \d+ - (.*)$/.exec(line)
  const timed = /^(?:not ok|ok) \d+ - (\S+) # time=([\d.]+)ms/.exec(line)
  if (timed) times.push({ name: timed[1] ?? '', seconds: Number(timed[2]) / 1000 })
  if (timed && line.startsWith('not')) broken.push(timed[1] ?? '')
  const total = /^# \{ (?:total: \d+)?(.*)\}/.exec(line)
  if (file) {
    write(file[1] === 'ok' ? `${line.slice(3)}\n` : `${block.join('\n')}\n`)
    block = []
  }
  if (total) {
    passed = Number(/pass: (\d+)/.exec(total[1] ?? '')?.[1] ?? 0)
    failed = Number(/fail: (\d+)/.exec(total[1] ?? '')?.[1] ?? 0)
  }
}
await postgres.stop()

const slowest = times.toSorted((one, other) => other.seconds - one.seconds).slice(0, 8)
if (files.length > slowest.length)
  write(
    `slowest: ${slowest.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s`).join(', ')}\n`,
  )

// A file that died without a failing assertion is a failure too, and so is a run of nothing.
if (failed === 0 && (!t.passing() || passed === 0)) failed = 1

/** More than these are no accident. */
const mostUnsteady = 3
if (process.env['TRY_AGAIN'] === '1' && broken.length > 0 && broken.length <= mostUnsteady) {
  write(`${passed} passed, ${failed} failed; the files that failed once more, by themselves:\n`)
  const again = spawnSync(process.execPath, [import.meta.filename, ...broken], {
    stdio: 'inherit',
    env: { ...process.env, TRY_AGAIN: '' },
  })
  if (again.status === 0) {
    write(`unsteady, failed beside others and passed alone: ${broken.join(', ')}\n`)
    failed = 0
  }
}
write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
