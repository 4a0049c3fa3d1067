import { readFile } from 'node:fs/promises'
import process, { argv, env, stdout } from 'node:process'
import { checkFolder, isSound, proveFolder } from './check-folder.ts'
import { rulesIn, sarifLog } from './sarif.ts'

const words = argv.slice(2)
const directory = words.find((word) => !word.startsWith('--')) ?? env['FLOWS_DIR'] ?? 'ivr-flows'
const strict = words.includes('--strict')

if (words.includes('--sarif')) {
  const { findings } = await proveFolder(directory)
  const documentation = new URL('../../docs/findings.md', import.meta.url)
  const log = sarifLog(findings, rulesIn(await readFile(documentation, 'utf8')), directory)
  stdout.write(`${JSON.stringify(log, null, 2)}\n`)
  process.exitCode = isSound(findings, strict) ? 0 : 1
} else {
  const { lines, sound } = await checkFolder(directory, strict)
  stdout.write(`${lines.join('\n')}\n`)
  process.exitCode = sound ? 0 : 1
}
