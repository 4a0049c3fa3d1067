import { runDial } from './simulator/dial.ts'

/** `npm run dial [-- NUMBER]`: a phone in the terminal, against a running demo. */
const number = process.argv[2]
process.exitCode = await runDial({
  url: process.env['HOTLINE_URL'] ?? `http://127.0.0.1:${process.env['PORT'] ?? '3000'}`,
  input: process.stdin,
  output: process.stdout,
  locale: process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || '',
  ...(number === undefined ? {} : { number }),
})
