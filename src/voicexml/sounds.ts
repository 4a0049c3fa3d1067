import type { PromptSources, Sound } from './flow.ts'
import type { PromptSegment, SpeechPart } from './prompt-queue.ts'
import { withRecordings } from './recorded-speech.ts'

/**
 * Joins sounds into segments: one for each stretch of a language, one for each recording. Those of frozen
 * sounds, which are said again and again and belong to one set of sources, are remembered.
 */
export const joinSounds = (
  sounds: readonly Sound[],
  sources: PromptSources,
): readonly PromptSegment[] => {
  const known = joined.get(sounds)
  if (known !== undefined) return known
  const segments = join(withRecordings(sounds, sources))
  if (Object.isFrozen(sounds)) joined.set(sounds, Object.freeze(segments))
  return segments
}

const joined = new WeakMap<readonly Sound[], readonly PromptSegment[]>()

const join = (sounds: readonly Sound[]): readonly PromptSegment[] => {
  const segments: PromptSegment[] = []
  let language = ''
  let parts: SpeechPart[] = []
  const close = () => {
    const spoken = trim(tidy(parts))
    parts = []
    if (spoken.length === 0) return
    const pauses = spoken.flatMap((part) =>
      typeof part === 'object' && part.kind === 'break' ? [part.milliseconds] : [],
    )
    if (pauses.length === spoken.length) {
      segments.push({ kind: 'silence', milliseconds: pauses.reduce((sum, each) => sum + each, 0) })
    } else segments.push({ kind: 'speech', language, parts: spoken })
  }
  for (const sound of sounds) {
    if (sound.kind === 'audio') {
      close()
      segments.push(sound)
      continue
    }
    if (sound.language !== language) close()
    language = sound.language
    parts.push(sound.part)
  }
  close()
  return segments
}

/** Neighbouring texts become one, with single blanks. */
export const tidy = (parts: readonly SpeechPart[]): readonly SpeechPart[] => {
  const joined: SpeechPart[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (typeof part === 'string' && typeof last === 'string')
      joined[joined.length - 1] = last + part
    else joined.push(part)
  }
  return joined.map((part) => (typeof part === 'string' ? part.replace(/\s+/g, ' ') : part))
}

/** Without blanks at the ends. */
const trim = (parts: readonly SpeechPart[]): readonly SpeechPart[] =>
  parts
    .map((part, index) => {
      if (typeof part !== 'string') return part
      const start = index === 0 ? part.trimStart() : part
      return index === parts.length - 1 ? start.trimEnd() : start
    })
    .filter((part) => part !== '')
