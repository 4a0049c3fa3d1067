/**
 * `npm run check`: the one gate. Every step is run even when an earlier one failed, so that one run
 * tells everything that is wrong.
 */
import { spawnSync } from 'node:child_process'

const steps: readonly (readonly [what: string, command: string, ...args: string[]])[] = [
  ['format and lint', 'biome', 'ci', '--colors=off', '--error-on-warnings', '.'],
  ['types', 'tsc', '--noEmit'],
  ['import rules', 'depcruise', '--config', '.dependency-cruiser.cjs', 'src'],
  ['unused code', 'knip'],
  ['flows', 'node', 'src/flow-files/check-command.ts', '--strict'],
  ['pages', 'node', 'src/pages/build.ts'],
  ['tests, generated files among them', 'node', 'test/run.ts'],
]

const outcomes = steps.map(([what, command, ...args]) => {
  process.stdout.write(`\n── ${what}: ${command} ${args.join(' ')}\n`)
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  return { what, ok: status === 0 }
})

process.stdout.write('\n')
for (const { what, ok } of outcomes) process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${what}\n`)
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1
