import type { Readable } from 'node:stream'
import type { DialLines } from './dial-lines.ts'
import { type DialCommand, lineReader, readDialCommand } from './dial-script.ts'
import type { DialTexts } from './dial-texts.ts'
import { traceLines } from './dial-trace.ts'
import type { PhoneCommand, PhoneReport } from './phone-protocol.ts'

/** How one call is made and shown. */
export type DialCallOptions = {
  /** Of a running server. */
  readonly url: string
  /** The caller's number; default: the telephone's own. */
  readonly from?: string
  /**
   * A terminal is read key by key. Anything else is read line by line as a script, one line a menu, when
   * its prompts are over; the end of the input hangs up.
   */
  readonly input: Readable & {
    readonly isTTY?: boolean
    readonly setRawMode?: (raw: boolean) => unknown
  }
  /** Whether to print what the flow does, and whether the terminal knows colours. */
  readonly trace?: { readonly colour: boolean }
  /** Hangs up, as Ctrl-C does where keys are not read one by one. */
  readonly signal?: AbortSignal
}

const failed = 1

/** What the key for speaking stands for. */
const speechSeconds = 5

/** `h`, on a Russian keyboard too, Ctrl-C and Ctrl-D. */
const hangUpKeys = 'hHрР\u0003\u0004'

/** One call from dialling to its end, and the exit code. `watch` sees all that is reported. */
export const dialCall = async (
  options: DialCallOptions,
  number: string,
  texts: DialTexts,
  { print, printRecorded }: DialLines,
  watch?: (report: PhoneReport) => void,
): Promise<number> => {
  const { input, trace, signal, from } = options
  const socket = new WebSocket(new URL('/phone/socket', options.url.replace(/^http/, 'ws')))
  const send = (command: PhoneCommand): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command))
  }
  const terminal = input.isTTY === true
  const nextLine = terminal ? null : lineReader(input)
  const { promise: over, resolve: end } = Promise.withResolvers<number>()
  // What the flow does when its caller has gone is told after the end of the call.
  const staysForTheEnd = trace !== undefined || watch !== undefined
  let inCall = false
  let code = 0
  const hangUp = (): void => {
    if (inCall) send({ type: 'hang-up' })
    else end(code || failed)
  }

  const obey = (command: DialCommand): void => {
    if (command.kind === 'keys') send({ type: 'keys', keys: command.keys })
    else if (command.kind === 'hang-up') hangUp()
    else if (command.kind === 'speak') {
      const { seconds } = command
      send({ type: 'speak', seconds })
      const after = readDialCommand(command.ending)
      if (after !== null) setTimeout(() => obey(after), seconds * 1000).unref()
    }
  }
  const typedKeys = (chunk: Buffer): void => {
    const typed = chunk.toString('utf8')
    const keys = typed.replace(/[^0-9*#]/g, '')
    if ([...typed].some((key) => hangUpKeys.includes(key))) hangUp()
    else if (keys !== '') obey({ kind: 'keys', keys })
    else if (/[sSыЫ]/.test(typed)) obey({ kind: 'speak', seconds: speechSeconds, ending: '' })
  }
  const followScript = async (): Promise<void> => {
    const line = await nextLine?.()
    if (typeof line !== 'string') return hangUp()
    const command = readDialCommand(line)
    if (command !== null) return obey(command)
    print(`! ${texts.unknownCommand(line)}`)
    code = failed
    hangUp()
  }
  const follow = (report: Extract<PhoneReport, { type: 'call' }>): void => {
    inCall = report.state !== 'ended'
    if (report.state === 'dialling') print(texts.calling(report.to))
    else if (report.state === 'in-progress') print(texts.answered)
    else {
      print(texts.ended(report.reason ?? ''))
      if (report.reason === 'failed') code = failed
      if (!staysForTheEnd) end(code)
    }
  }
  const tell = (report: PhoneReport): void => {
    watch?.(report)
    if (report.type === 'utterance') {
      if (report.audioUrl === undefined) print(`> ${report.text}`)
      else if (report.text === '') print(texts.sound(report.audioUrl))
      else printRecorded(report.text)
      // Whoever pipes keys in does not listen, so nothing need be waited out for them.
      if (!terminal) send({ type: 'spoken', utterance: report.utterance })
    } else if (report.type === 'prompted' && !terminal) void followScript()
    else if (report.type === 'recording') {
      print(texts.recording(report.maxSeconds))
      if (!terminal) void followScript()
    } else if (report.type === 'transfer') print(texts.transfer(report.state, report.to))
    else if (report.type === 'queue' || report.type === 'conference') {
      const said = texts.person(report.state)
      if (said !== null) print(said)
    } else if (report.type === 'heard' && report.digits !== '') print(`< ${report.digits}`)
    else if (report.type === 'trace' && trace !== undefined) {
      for (const line of traceLines(report, texts, trace.colour)) print(line)
    } else if (report.type === 'debugger') print(`! ${report.code} ${report.message}`)
    else if (report.type === 'refused') {
      print(`! ${report.message}`)
      end(failed)
    } else if (report.type === 'call') follow(report)
    else if (report.type === 'settled') end(code)
  }

  socket.addEventListener('open', () => {
    if (signal?.aborted) end(failed)
    else send({ type: 'dial', to: number, ...(from !== undefined && { from }) })
  })
  socket.addEventListener('message', (event) => tell(JSON.parse(String(event.data))))
  const lost = (): void => {
    print(texts.lost)
    end(failed)
  }
  socket.addEventListener('close', lost)
  signal?.addEventListener('abort', hangUp)
  if (terminal) {
    input.setRawMode?.(true)
    input.on('data', typedKeys)
  }
  try {
    return await over
  } finally {
    signal?.removeEventListener('abort', hangUp)
    if (terminal) {
      input.off('data', typedKeys)
      input.setRawMode?.(false)
    }
    input.pause()
    socket.removeEventListener('close', lost)
    socket.close()
  }
}
