import { createHash } from 'node:crypto'
import type { Catalogue } from '../../../src/prompts/catalogue.ts'
import { compileFlow } from '../../../src/voicexml/document.ts'
import type { Finding } from '../../../src/voicexml/element.ts'
import { resume, start } from '../../../src/voicexml/interpret.ts'
import type { QueuedPrompt, SpeechPart } from '../../../src/voicexml/prompt-queue.ts'
import type { Setting } from '../../../src/voicexml/setting.ts'
import type { FlowEvent, Input, Json, Turn, Wait } from '../../../src/voicexml/turn.ts'

/** A conversation with small documents; what was said and what happened is that of the last turn. */
export type Talk = {
  readonly said: readonly string[]
  readonly prompts: readonly QueuedPrompt[]
  readonly wait: Wait
  readonly events: readonly FlowEvent[]
  /** Names of the events thrown in the last turn. */
  readonly thrown: readonly string[]
  /** Texts of `<log>` in the last turn. */
  readonly logged: readonly string[]
  readonly language: string
  /** Characters of the session as JSON. */
  readonly size: number
  readonly turn: Turn
  readonly press: (digits: string) => Talk
  readonly silence: () => Talk
  readonly answer: (result: Json, language?: string) => Talk
  readonly fail: (event: string, message?: string) => Talk
  readonly hangup: () => Talk
  /** Any other answer to a wait. */
  readonly take: (input: Input) => Talk
}

export type Files = string | Readonly<Record<string, string>>

export type Circumstances = {
  readonly document?: string
  readonly language?: string
  readonly session?: { readonly [name: string]: Json }
  readonly catalogues?: Readonly<Record<string, Record<string, { text: string; audio?: string }>>>
  readonly audio?: readonly string[]
}

export const compile = (files: Files) => {
  const all = typeof files === 'string' ? { 'main.vxml': files } : files
  const sources = Object.entries(all).map(([path, source]): [string, string] => [
    path,
    path.endsWith('.vxml') && !source.trimStart().startsWith('<?xml') && !source.includes('<vxml')
      ? vxml(source)
      : source,
  ])
  return compileFlow(new Map(sources), (text) => createHash('sha256').update(text).digest('hex'))
}

/** Puts the root element around what stands in a document. */
export const vxml = (body: string, attributes = ''): string =>
  `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml" ${attributes}>${body}</vxml>`

export const findings = (files: Files): readonly string[] =>
  compile(files).findings.map(({ file, place, code }: Finding) => `${file}:${place.line} ${code}`)

/** Calls documents (`main.vxml` unless said otherwise); the session goes through JSON at each wait. */
export const talk = (files: Files, circumstances: Circumstances = {}): Talk => {
  const { flow } = compile(files)
  const { document = 'main.vxml', language = 'en-US', session = {} } = circumstances
  const catalogues = Object.entries(circumstances.catalogues ?? {}).map(
    ([name, prompts]): [string, Catalogue] => [name, new Map(Object.entries(prompts))],
  )
  const setting: Setting = {
    flow,
    catalogues: new Map(catalogues),
    hasAudio: (src) => circumstances.audio?.includes(src) ?? false,
  }
  return told(start(setting, { document, language, session }), setting)
}

const told = (turn: Turn, setting: Setting): Talk => {
  const session = turn.session === null ? null : JSON.stringify(turn.session)
  const go = (input: Input): Talk => {
    if (session === null) throw new Error('the call has ended')
    const before = JSON.parse(session)
    const next = resume(before, input, setting)
    if (JSON.stringify(before) !== session) throw new Error('the session was changed')
    return told(next, setting)
  }
  return {
    said: turn.prompts.map(said),
    prompts: turn.prompts,
    wait: turn.wait,
    events: turn.events,
    thrown: turn.events.flatMap((event) => (event.type === 'event' ? [event.name] : [])),
    logged: turn.events.flatMap((event) => (event.type === 'log' ? [event.text] : [])),
    language: turn.language,
    size: session?.length ?? 0,
    turn,
    press: (digits) => go({ kind: 'digits', digits }),
    silence: () => go({ kind: 'digits', digits: '' }),
    answer: (result, language) =>
      go({ kind: 'object-result', result, ...(language === undefined ? {} : { language }) }),
    fail: (event, message = '') => go({ kind: 'object-error', event, message }),
    hangup: () => go({ kind: 'hangup' }),
    take: go,
  }
}

const said = ({ segments }: QueuedPrompt): string =>
  segments
    .map((segment) => {
      if (segment.kind === 'audio') return `[${segment.src}]`
      if (segment.kind === 'silence') return `[${segment.milliseconds} ms]`
      return segment.parts.map(part).join('')
    })
    .join(' ')

const part = (each: SpeechPart): string => {
  if (typeof each === 'string') return each
  if (each.kind === 'break') return `(${each.milliseconds} ms)`
  return `<${each.kind}>${each.parts.map(part).join('')}</${each.kind}>`
}
