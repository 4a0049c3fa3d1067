import type { Writable } from 'node:stream'
import { type DialCallOptions, dialCall } from './dial-call.ts'
import { createDialLines } from './dial-lines.ts'
import { createRecorder, type RecorderOptions, recordingObstacle } from './dial-record.ts'
import { dialTexts } from './dial-texts.ts'
import type { PhoneLine } from './phone-protocol.ts'

export type DialOptions = DialCallOptions & {
  /** Default: the server's first line. */
  readonly number?: string
  readonly output: Writable
  /** A POSIX locale name; Russian for `ru…`, else English. */
  readonly locale?: string
  /** Where to keep the call as a golden conversation. */
  readonly record?: RecorderOptions
}

const failed = 1

const linesOf = async (url: string): Promise<readonly PhoneLine[] | null> => {
  try {
    const answer = await fetch(new URL('/phone/lines', url))
    return answer.ok ? ((await answer.json()) as readonly PhoneLine[]) : null
  } catch {
    return null
  }
}

/**
 * A telephone in the terminal: prints what the line says as text and sends the keys typed. `h` hangs up,
 * and so does the end of piped input.
 *
 * @returns the exit code: 0 after a call, 1 if there was none or it failed
 */
export const runDial = async (options: DialOptions): Promise<number> => {
  const { output, url, record } = options
  const texts = dialTexts(options.locale ?? '')
  const shown = createDialLines(output)
  const { print } = shown
  const refuse = (why: string): number => {
    print(why)
    return failed
  }

  const obstacle = record === undefined ? null : recordingObstacle(record)
  if (record !== undefined && obstacle !== null) {
    return refuse(texts[obstacle === 'exists' ? 'fileExists' : 'noFolder'](record.file))
  }
  const lines = await linesOf(url)
  if (lines === null) return refuse(texts.noServer(url))
  const number = options.number ?? lines[0]?.number
  if (number === undefined) return refuse(texts.noLines)
  for (const line of lines) print(`  ${line.number}  ${line.name}`)
  if (lines.length > 1 && options.number === undefined) print(texts.chooseLine)
  print(texts.help)

  if (record === undefined) return dialCall(options, number, texts, shown)
  const recorder = createRecorder(record)
  const code = await dialCall(options, number, texts, shown, (report) => {
    if (report.type === 'trace') recorder.add(report)
  })
  const turns = await recorder.save()
  if (turns === 0) return refuse(texts.notRecorded(record.file))
  print(texts.recorded(record.file, turns))
  return code
}
