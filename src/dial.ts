import { parseArgs } from 'node:util'
import { runDial } from './simulator/dial.ts'

/** `npm run dial [-- [OPTIONS] [NUMBER]]`: a phone in the terminal, against a running demo. */
const help = `A phone in the terminal, against a running demo (npm start without Twilio's settings).

  npm run dial -- [OPTIONS] [NUMBER]

NUMBER is one of the lines that are printed first; without it the first line is called.

  --from NUMBER   call from this number, or "anonymous"; otherwise from a Russian mobile
  --trace         print what the flow does: what was keyed and whether it matched, dialogs entered,
                  events thrown, logs, what was asked of the platform, what was fetched, variables that
                  changed, and where the call waits. Input that a document declares secret (property
                  hotline.secret) is shown as dots; shadow variables are left out
  --record FILE   keep the call as a golden conversation. In ivr-flows/**/transcripts/ it is a test at
                  once: npm test -- test/flows/turns.test.ts. Secrets are replaced by other digits
  --force         let --record write over a file
  --help          print this

In a terminal every key goes out as it is typed; s speaks for five seconds into a recording, h or
Ctrl-C hangs up. Otherwise standard input is a script, one line each time the line has finished speaking
and waits; its end hangs up:

  1, keys 1, 2026000001#       these keys
  wait, silence, or empty      nothing, until the line stops waiting
  speak 7 s, speak 7 s then #  so long into a recording; then silence, these keys, or hang up
  hang up, hang-up, h          the receiver down

  printf '3\\n2026000001#\\n' | npm run dial -- --trace

The server is http://127.0.0.1:3000, or PORT there, or HOTLINE_URL. Trace and recording come from the
server and only for calls of its simulated carrier: with a real one there is no phone to attach to.
The exit code is 0 after a call, 1 if there was none or it failed, 2 for wrong arguments.
`

const readArguments = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        trace: { type: 'boolean', default: false },
        record: { type: 'string' },
        force: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`)
    return process.exit(2)
  }
}

const { values, positionals } = readArguments()
const [number] = positionals
const { from, trace, record, force } = values
if (values.help) {
  process.stdout.write(help)
} else {
  const stop = new AbortController()
  const { stdin: input, stdout: output, env } = process
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  process.exitCode = await runDial({
    url: env['HOTLINE_URL'] ?? `http://127.0.0.1:${env['PORT'] ?? '3000'}`,
    input,
    output,
    locale: env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '',
    signal: stop.signal,
    ...(number === undefined ? {} : { number }),
    ...(from === undefined ? {} : { from }),
    ...(trace ? { trace: { colour: output.isTTY && output.hasColors() } } : {}),
    ...(record === undefined ? {} : { record: { file: record, force } }),
  })
}
