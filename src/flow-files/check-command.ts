import process, { argv, env, stdout } from 'node:process'
import { checkFolder } from './check-folder.ts'

const { lines, sound } = await checkFolder(argv[2] ?? env['FLOWS_DIR'] ?? 'ivr-flows')
stdout.write(`${lines.join('\n')}\n`)
process.exitCode = sound ? 0 : 1
