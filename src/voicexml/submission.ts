import { isCallable, slotOf, type Value } from './expressions/value.ts'
import type { FormBody, FormEntry } from './fetch-request.ts'
import type { Run } from './flow.ts'
import { recordingOf } from './recording.ts'
import { raise, textOf } from './run.ts'

/** How values go out (VoiceXML 2.0 section 5.3.8). */
export type Sending = {
  readonly method: 'get' | 'post'
  readonly enctype: FormBody['enctype']
  readonly entries: readonly FormEntry[]
}

/** Values of one submission, those inside objects counted one by one. */
const MAX_ENTRIES = 500
const MAX_CHARACTERS = 262_144
const MAX_DEPTH = 8

/**
 * Values by name as entries of a form: each as the text that ECMAScript makes of it, under the name as the
 * document wrote it. The specification leaves open how objects go: each property goes on its own, as
 * `name.property`; functions do not go.
 */
export const entriesOf = (run: Run, values: ReadonlyMap<string, Value>): readonly FormEntry[] => {
  const entries: FormEntry[] = []
  let characters = 0
  const tooLarge = (name: string) => raise('error.semantic', `${name} is too large to be submitted`)
  const add = (name: string, value: Value, depth: number): void => {
    if (entries.length >= MAX_ENTRIES || depth > MAX_DEPTH) tooLarge(name)
    const recording = recordingOf(value)
    if (recording !== null) entries.push({ name, recording })
    else if (typeof value !== 'object' || value === null || isOneText(value)) {
      const text = textOf(run, value)
      characters += text.length
      if (characters > MAX_CHARACTERS) tooLarge(name)
      entries.push({ name, value: text })
    } else if (!isCallable(value)) {
      for (const [key, each] of Object.entries(value)) add(`${name}.${key}`, each, depth + 1)
    }
  }
  for (const [name, value] of values) add(name, value, 0)
  return entries
}

const isOneText = (value: Value): boolean => {
  const kind = slotOf(value)?.kind
  return kind === 'date' || kind === 'error' || kind === 'host'
}

/** The address and the body that values are sent by. */
export const sent = (
  url: string,
  { method, enctype, entries }: Sending,
): { readonly url: string; readonly body: FormBody | null } => {
  const isMultipart = method === 'post' && enctype === 'multipart/form-data'
  const recording = entries.find((entry) => 'recording' in entry)
  if (recording !== undefined && !isMultipart) {
    raise(
      'error.semantic',
      `the recording ${recording.name} needs method post and multipart/form-data`,
    )
  }
  if (method === 'post') return { url, body: { enctype, entries } }
  const values = entries.flatMap((entry) => ('value' in entry ? [[entry.name, entry.value]] : []))
  const query = new URLSearchParams(values as [string, string][]).toString()
  if (query === '') return { url, body: null }
  return { url: `${url}${url.includes('?') ? '&' : '?'}${query}`, body: null }
}
