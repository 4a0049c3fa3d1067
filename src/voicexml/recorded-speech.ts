import { inPieces, type Pieces } from '../numbers/spoken/pieces.ts'
import { piecesOf } from '../numbers/spoken/spoken.ts'
import { pieceRecording } from '../prompts/recordings.ts'
import type { PromptSources, Sound } from './flow.ts'
import type { SpeechPart } from './prompt-queue.ts'

/**
 * Sounds with speech replaced by recordings of its pieces, in languages that no voice speaks. What has no
 * recording stays speech: the carrier then does the best it can.
 */
export const withRecordings = (
  sounds: readonly Sound[],
  sources: PromptSources,
): readonly Sound[] =>
  sounds.some((sound) => sound.kind === 'part' && piecesOf(sound.language) !== null)
    ? sounds.flatMap((sound) => recorded(sound, sources) ?? [sound])
    : sounds

const recorded = (sound: Sound, sources: PromptSources): readonly Sound[] | null => {
  if (sound.kind === 'audio') return null
  const pieces = piecesOf(sound.language)
  return pieces === null ? null : recordedPart(sound.part, sound.language, pieces, sources)
}

const recordedPart = (
  part: SpeechPart,
  language: string,
  pieces: Pieces,
  sources: PromptSources,
): readonly Sound[] | null => {
  if (typeof part === 'string') {
    if (part.trim() === '') return null
    const said = inPieces(part, pieces)
    if (said === null) return null
    const sounds = said.map((text): Sound => {
      const src = pieceRecording(catalogueLanguage(language, sources), text)
      return { kind: 'audio', src, words: { language, text } }
    })
    return sounds.every((one) => one.kind === 'audio' && sources.hasAudio(one.src)) ? sounds : null
  }
  if (part.kind === 'break') return null
  // A recording has the manner it was spoken in.
  const inner = part.parts.map(
    (one) => recordedPart(one, language, pieces, sources) ?? asItIs(one, language),
  )
  return inner.every((one) => one !== null) ? inner.flat() : null
}

const asItIs = (part: SpeechPart, language: string): readonly Sound[] | null =>
  (typeof part === 'string' && part.trim() === '') ||
  (typeof part === 'object' && part.kind === 'break')
    ? [{ kind: 'part', language, part }]
    : null

/** Recordings lie under the name of the catalogue that serves the language: `tt` is served by `tt-RU`. */
const catalogueLanguage = (language: string, { catalogues }: PromptSources): string => {
  if (catalogues.has(language)) return language
  const [primary] = language.split('-')
  return [...catalogues.keys()].find((name) => name.split('-')[0] === primary) ?? language
}
