import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process, { argv, env, stderr, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { drawFlows } from './draw-flow.ts'

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  options: { line: { type: 'string' }, out: { type: 'string' } },
  allowPositionals: true,
})
const directory = positionals[0] ?? env['FLOWS_DIR'] ?? 'ivr-flows'
const pictures = await drawFlows(directory, values.line ?? null)
const [first] = pictures

if (first === undefined) {
  stderr.write(`no line ${values.line ?? ''} in ${directory}\n`)
  process.exitCode = 1
} else if (values.out === undefined) stdout.write(first.svg)
else if (values.out.endsWith('.svg')) await writeFile(values.out, first.svg)
else {
  await mkdir(values.out, { recursive: true })
  for (const { number, svg } of pictures) await writeFile(join(values.out, `${number}.svg`), svg)
}
