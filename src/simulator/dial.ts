import type { Readable, Writable } from 'node:stream'
import { dialTexts } from './dial-texts.ts'
import type { PhoneCommand, PhoneLine, PhoneReport } from './phone-protocol.ts'

export type DialOptions = {
  /** Of a running server. */
  readonly url: string
  /** Default: the server's first line. */
  readonly number?: string
  /** The caller's number; default: the telephone's own. */
  readonly from?: string
  /**
   * A terminal is read key by key. Anything else is read line by line, one a menu, when its prompts are
   * over; an empty line is silence, and the end of the input hangs up.
   */
  readonly input: Readable & {
    readonly isTTY?: boolean
    readonly setRawMode?: (raw: boolean) => unknown
  }
  readonly output: Writable
  /** A POSIX locale name; Russian for `ru…`, else English. */
  readonly locale?: string
}

const failed = 1

/** `h`, on a Russian keyboard too, Ctrl-C and Ctrl-D. */
const hangUpKeys = 'hHрР\u0003\u0004'

const linesOf = async (url: string): Promise<readonly PhoneLine[] | null> => {
  try {
    const answer = await fetch(new URL('/phone/lines', url))
    return answer.ok ? ((await answer.json()) as readonly PhoneLine[]) : null
  } catch {
    return null
  }
}

/** Hands out piped lines one at a time; null at the end. */
const lineReader = (input: Readable): (() => Promise<string | null>) => {
  const lines = (async function* () {
    let rest = ''
    for await (const chunk of input) {
      const parts = (rest + String(chunk)).split('\n')
      rest = parts.pop() ?? ''
      yield* parts
    }
    if (rest !== '') yield rest
  })()
  return async () => {
    const { value, done } = await lines.next()
    return done ? null : value
  }
}

/**
 * A telephone in the terminal: prints what the line says as text and sends the keys typed. `h` hangs up,
 * and so does the end of piped input.
 *
 * @returns the exit code: 0 after a call, 1 if there was none or it failed
 */
export const runDial = async (options: DialOptions): Promise<number> => {
  const { input, output, url } = options
  const texts = dialTexts(options.locale ?? '')
  const print = (line: string): void => void output.write(`${line}\n`)

  const lines = await linesOf(url)
  if (lines === null) {
    print(texts.noServer(url))
    return failed
  }
  const number = options.number ?? lines[0]?.number
  if (number === undefined) {
    print(texts.noLines)
    return failed
  }
  for (const line of lines) print(`  ${line.number}  ${line.name}`)
  if (lines.length > 1 && options.number === undefined) print(texts.chooseLine)
  print(texts.help)

  const socket = new WebSocket(new URL('/phone/socket', url.replace(/^http/, 'ws')))
  const send = (command: PhoneCommand): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command))
  }
  const terminal = input.isTTY === true
  const nextLine = terminal ? null : lineReader(input)
  const { promise: over, resolve: end } = Promise.withResolvers<number>()
  let inCall = false
  const hangUp = (): void => {
    if (inCall) send({ type: 'hang-up' })
    else end(failed)
  }

  const obey = (typed: string): void => {
    const keys = typed.replace(/[^0-9*#]/g, '')
    if ([...typed].some((key) => hangUpKeys.includes(key))) hangUp()
    else if (keys !== '') send({ type: 'keys', keys })
  }
  const typedKeys = (chunk: Buffer): void => obey(chunk.toString('utf8'))
  const pipedKeys = async (): Promise<void> => {
    const line = await nextLine?.()
    if (typeof line === 'string') obey(line)
    else hangUp()
  }
  const tell = (report: PhoneReport): void => {
    if (report.type === 'utterance') {
      print(report.audioUrl === undefined ? `> ${report.text}` : texts.sound(report.audioUrl))
      // Whoever pipes keys in does not listen, so nothing need be waited out for them.
      if (!terminal) send({ type: 'spoken', utterance: report.utterance })
    } else if (report.type === 'prompted' && !terminal) void pipedKeys()
    else if (report.type === 'heard' && report.digits !== '') print(`< ${report.digits}`)
    else if (report.type === 'debugger') print(`! ${report.code} ${report.message}`)
    else if (report.type === 'refused') {
      print(`! ${report.message}`)
      end(failed)
    } else if (report.type === 'call') {
      inCall = report.state !== 'ended'
      if (report.state === 'dialling') print(texts.calling(report.to))
      else if (report.state === 'in-progress') print(texts.answered)
      else {
        print(texts.ended(report.reason ?? ''))
        end(report.reason === 'failed' ? failed : 0)
      }
    }
  }

  socket.addEventListener('open', () => {
    const { from } = options
    send({ type: 'dial', to: number, ...(from !== undefined && { from }) })
  })
  socket.addEventListener('message', (event) => tell(JSON.parse(String(event.data))))
  const lost = (): void => {
    print(texts.lost)
    end(failed)
  }
  socket.addEventListener('close', lost)
  if (terminal) {
    input.setRawMode?.(true)
    input.on('data', typedKeys)
  }
  try {
    return await over
  } finally {
    if (terminal) {
      input.off('data', typedKeys)
      input.setRawMode?.(false)
    }
    input.pause()
    socket.removeEventListener('close', lost)
    socket.close()
  }
}
