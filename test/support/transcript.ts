import { type Heard, heardLines } from '../../src/calls/trace/heard.ts'
import type { WaitStatus } from '../../src/queues/wait-end.ts'
import type { Json, TransferResult } from '../../src/voicexml/turn.ts'
import type { SpeechEnd } from './recorded.ts'

export type { Heard, Said } from '../../src/calls/trace/heard.ts'

/**
 * Golden conversations: what a caller does and what is heard, as plain text beside the flows
 * (`ivr-flows/README.md` explains them to flow editors). Lines that begin with two spaces say what is
 * heard; all others are the script, which is kept as it stands when the file is written anew.
 *
 *     A caller asks for the status of an application
 *     at 2026-11-24 10:05 Europe/Moscow
 *     given case 2026000001 code 4321 state approved
 *     call +79161234567 -> +78005557373
 *       say ru-RU "…"
 *       listen for 1 key, 5 s
 *     keys 3
 *       …
 *     silence
 *     speaks 7 s then #
 *     transfer ends busy
 *     queue ends bridged after 40 s
 *     hang-up
 *       ends hangup
 */

export type Transcript = {
  readonly title: string
  readonly at: Temporal.Instant
  readonly from: string
  readonly to: string
  readonly givens: readonly Given[]
  readonly script: readonly string[]
}

/** `given case 2026000001 code 4321 state approved`: subject, value, then details in pairs. */
export type Given = {
  readonly subject: string
  readonly value: string
  readonly details: ReadonlyMap<string, string>
  /** Of `given answer FUNCTION {…}` and `given fetch ADDRESS {…}`: the whole answer. */
  readonly result?: Json
}

/** A telephone in the hand of a caller, whatever is behind it: pure turns, TwiML, signed HTTP. */
export type Phone = {
  dial(): Promise<Heard>
  press(keys: string): Promise<Heard>
  silence(): Promise<Heard>
  hangUp(): Promise<Heard>
  /** Speaks into a recording for so long. */
  speak(seconds: number, then: SpeechEnd): Promise<Heard>
  /** The call to someone else is over. */
  transferEnds(result: TransferResult, seconds: number): Promise<Heard>
  /** The wait for an operator is over, with or without one. */
  queueEnds(status: WaitStatus, seconds: number): Promise<Heard>
}

export type OpenPhone = (transcript: Transcript) => Phone | Promise<Phone>

const isHeard = (line: string) => line.startsWith('  ')

export const parseTranscript = (text: string): Transcript => {
  const script = text
    .trimEnd()
    .split('\n')
    .filter((line) => !isHeard(line))
  const after = (word: string) =>
    script.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))
  const [at] = after('at')
  const [call] = after('call')
  const [from, to] = call?.split(' -> ') ?? []
  if (at === undefined || from === undefined || to === undefined)
    throw new Error('a transcript needs the lines "at DATE TIME ZONE" and "call FROM -> TO"')
  return {
    title: script[0] ?? '',
    at: instantOf(at),
    from,
    to,
    givens: after('given').map(parseGiven),
    script,
  }
}

const instantOf = (text: string): Temporal.Instant => {
  const [date, time, zone] = text.split(' ')
  return Temporal.ZonedDateTime.from(`${date}T${time}[${zone}]`).toInstant()
}

const parseGiven = (text: string): Given => {
  const [, giver, name, json] = /^(answer|fetch) (\S+) (\{.*\})$/.exec(text) ?? []
  if (giver !== undefined && name !== undefined && json !== undefined) {
    return { subject: giver, value: name, details: new Map(), result: JSON.parse(json) }
  }
  const words = (text.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"|"$/g, ''))
  const [subject = '', value = '', ...pairs] = words
  const details = new Map<string, string>()
  for (let i = 0; i < pairs.length; i += 2) details.set(pairs[i] ?? '', pairs[i + 1] ?? '')
  return { subject, value, details }
}

/** Plays the caller's part on a telephone and writes the whole file as it came out. */
export const perform = async (transcript: Transcript, open: OpenPhone): Promise<string> => {
  const phone = await open(transcript)
  const lines: string[] = []
  for (const line of transcript.script) {
    lines.push(line)
    const heard = await act(phone, line)
    if (heard !== null) lines.push(...heardLines(heard).map((text) => `  ${text}`))
  }
  return `${lines.join('\n')}\n`
}

const act = async (phone: Phone, line: string): Promise<Heard | null> => {
  if (line.startsWith('call ')) return phone.dial()
  if (line.startsWith('keys ')) return phone.press(line.slice('keys '.length).trim())
  if (line === 'silence') return phone.silence()
  if (line === 'hang-up') return phone.hangUp()
  const spoken = /^speaks (\d+) s(?: then (\S+))?$/.exec(line)
  if (spoken !== null) return phone.speak(Number(spoken[1]), spoken[2] ?? 'silence')
  const ended = /^transfer ends (\w+)(?: after (\d+) s)?$/.exec(line)
  if (ended !== null) return phone.transferEnds(ended[1] as TransferResult, Number(ended[2] ?? 0))
  const waited = /^queue ends (\w+)(?: after (\d+) s)?$/.exec(line)
  if (waited !== null) return phone.queueEnds(waited[1] as WaitStatus, Number(waited[2] ?? 0))
  return null
}

/**
 * The part of a transcript that reaches the ear: script lines, all that is said between two of them as
 * one text a language, without pauses, and whether the line listens or ends. Depths that cannot
 * see marks and the borders of prompts are compared by it.
 */
export const audible = (text: string): string => {
  const lines: string[] = []
  for (const line of text.trimEnd().split('\n')) {
    const said = /^ {2}say (\S+) (?:uninterrupted )?"(.*)"$/.exec(line)
    if (said === null) {
      if (!isHeard(line) || /^ {2}(listen|record|waits) /.test(line)) lines.push(line)
      else if (line.startsWith('  transfer '))
        lines.push(line.replace(/transfer \S+ to/, 'transfer to'))
      else if (line.startsWith('  ends')) lines.push('  ends')
      continue
    }
    const [, language, words = ''] = said
    const spoken = words
      .replace(/…/g, ' ')
      .replace(/\s+([.,;:!?])/g, '$1')
      .replace(/\s+/g, ' ')
      .trim()
    if (spoken === '') continue
    const before = lines.at(-1) ?? ''
    if (before.startsWith(`  ${language}: `))
      lines[lines.length - 1] = `${before} ${spoken}`.replace(/\s+([.,;:!?])/g, '$1')
    else lines.push(`  ${language}: ${spoken}`)
  }
  return `${lines.join('\n')}\n`
}
