import type { PromptSegment, QueuedPrompt, SpeechPart } from '../../src/voicexml/prompt-queue.ts'
import type { Said } from './transcript.ts'

/** Prompts as a reader of transcripts sees them: a pause is `…`, a recorded file its name. */
export const saidIn = (prompts: readonly QueuedPrompt[]): readonly Said[] =>
  prompts.flatMap(({ bargein, segments }) => {
    const said: Said[] = []
    for (const segment of segments) {
      const before = said.at(-1)
      const language = segment.kind === 'speech' ? segment.language : (before?.language ?? 'any')
      const text = textOf(segment)
      if (before?.language === language)
        said[said.length - 1] = { ...before, text: tidy(`${before.text} ${text}`) }
      else said.push({ language, text: tidy(text), uninterrupted: !bargein })
    }
    return said
  })

const textOf = (segment: PromptSegment): string => {
  if (segment.kind === 'speech') return segment.parts.map(partText).join('')
  return segment.kind === 'silence' ? ' … ' : ` [${segment.src}] `
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
