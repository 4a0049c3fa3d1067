import type { PromptSegment, QueuedPrompt, SpeechPart } from '../../voicexml/prompt-queue.ts'
import type { FlowEvent, Wait } from '../../voicexml/turn.ts'
import type { QueueWait } from '../ports.ts'

/** What comes back after the caller did something, as golden conversations tell it. */
export type Heard = {
  readonly said: readonly Said[]
  /** Marks of the call log, and faults, which no conversation should hide. */
  readonly marks: readonly string[]
  readonly next:
    | {
        readonly kind: 'listen'
        readonly maxDigits: number | null
        readonly termChar: string | null
        readonly seconds: number
      }
    /** `keys` end it; times are whole seconds. */
    | { readonly kind: 'record'; readonly maxSeconds: number; readonly keys: string }
    | { readonly kind: 'transfer'; readonly manner: string; readonly to: string }
    /** The caller waits for a person. */
    | { readonly kind: 'queue'; readonly queue: string }
    | { readonly kind: 'end'; readonly how: string }
}

/** One prompt: a pause is `…`, a recorded file of unknown words its name in brackets. */
export type Said = {
  readonly language: string
  readonly text: string
  /** Keys do not cut it off. */
  readonly uninterrupted: boolean
}

/** Where only the caller, an operator or the end can follow. */
export type StoppedWait = Exclude<Wait, { kind: 'object' }> | QueueWait

/** What is heard of a turn that has stopped where only the caller or the end can follow. */
export const hearTurn = (turn: {
  readonly prompts: readonly QueuedPrompt[]
  readonly events: readonly FlowEvent[]
  readonly wait: StoppedWait
}): Heard => ({
  said: saidIn(turn.prompts),
  marks: marksIn(turn.events),
  next: nextAfter(turn.wait),
})

const nextAfter = (wait: StoppedWait): Heard['next'] => {
  if (wait.kind === 'queue') return { kind: 'queue', queue: wait.queue }
  if (wait.kind === 'end') return { kind: 'end', how: wait.how }
  if (wait.kind === 'record') {
    return { kind: 'record', maxSeconds: wait.maxSeconds, keys: wait.keys }
  }
  if (wait.kind === 'transfer') {
    const { manner, destination } = wait
    const to = destination.kind === 'tel' ? destination.number : destination.address
    return { kind: 'transfer', manner, to }
  }
  const { maxDigits, termChar, timeoutMs } = wait
  return { kind: 'listen', maxDigits, termChar, seconds: timeoutMs / 1000 }
}

const marksIn = (events: readonly FlowEvent[]): readonly string[] =>
  events.flatMap((event) => {
    if (event.type === 'log') return [`log ${event.label} ${event.text.trim()}`]
    if (event.type === 'event' && event.name.startsWith('error'))
      return [`fault ${event.name} ${event.message}`]
    return []
  })

const saidIn = (prompts: readonly QueuedPrompt[]): readonly Said[] =>
  prompts.flatMap(({ bargein, segments }) => {
    const said: Said[] = []
    for (const segment of segments) {
      const before = said.at(-1)
      const language = languageOf(segment) ?? before?.language ?? 'any'
      const text = textOf(segment)
      if (before?.language === language || before?.language === 'any')
        said[said.length - 1] = { ...before, language, text: tidy(`${before.text} ${text}`) }
      else said.push({ language, text: tidy(text), uninterrupted: !bargein })
    }
    return said
  })

const textOf = (segment: PromptSegment): string => {
  if (segment.kind === 'speech') return segment.parts.map(partText).join('')
  if (segment.kind === 'silence') return ' … '
  return segment.words?.text ?? ` [${segment.src}] `
}

const languageOf = (segment: PromptSegment): string | undefined => {
  if (segment.kind === 'silence') return undefined
  return segment.kind === 'speech' ? segment.language : segment.words?.language
}

const partText = (part: SpeechPart): string => {
  if (typeof part === 'string') return part
  return part.kind === 'break' ? ' … ' : part.parts.map(partText).join('')
}

const tidy = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;:!?])/g, '$1')
    .trim()

/** The lines of a golden conversation that say what was heard, without their indent. */
export const heardLines = ({ said, marks, next }: Heard): readonly string[] => [
  ...said.map(
    ({ language, text, uninterrupted }) =>
      `say ${language} ${uninterrupted ? 'uninterrupted ' : ''}"${text.replaceAll('"', "'")}"`,
  ),
  // A text of the flow may have line breaks in it; a mark is one line.
  ...marks.map((mark) => mark.replace(/\s+/g, ' ').trim()),
  nextLine(next),
]

const nextLine = (next: Heard['next']): string => {
  switch (next.kind) {
    case 'listen':
      return `listen ${listening(next.maxDigits, next.termChar)}, ${next.seconds} s`
    case 'record':
      return `record for up to ${next.maxSeconds} s${ending(next.keys)}`
    case 'transfer':
      return `transfer ${next.manner} to ${next.to}`
    case 'queue':
      return `waits in the queue ${next.queue}`
    case 'end':
      return `ends ${next.how}`
  }
}

/** There are twelve keys on a telephone. */
const ending = (keys: string): string =>
  keys === '' ? '' : `, ${keys.length === 12 ? 'any key' : keys} ends`

const listening = (maxDigits: number | null, termChar: string | null): string => {
  if (maxDigits === 1) return 'for 1 key'
  const many = maxDigits === null ? 'for keys' : `for up to ${maxDigits} keys`
  return termChar === null ? many : `${many}, ${termChar} ends`
}
