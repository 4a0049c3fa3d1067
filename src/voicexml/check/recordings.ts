import { inPieces } from '../../numbers/spoken/pieces.ts'
import { piecesOf } from '../../numbers/spoken/spoken.ts'
import { pieceRecording } from '../../prompts/recordings.ts'
import type { XmlElement } from '../element.ts'
import { ANYTHING, exactly } from './abstract-values.ts'
import { conditionOf } from './condition.ts'
import type { Report } from './findings.ts'
import type { Subject } from './subject.ts'
import { elementsOf } from './walk.ts'

/** Languages among these that no voice speaks: whatever is said in them must have been recorded. */
export const recordedAmong = (languages: Iterable<string>): readonly string[] =>
  [...languages].filter((language) => piecesOf(language) !== null)

/**
 * Texts and values that would need a voice in a language that has none. What stands inside `<audio>` is said
 * only where a recording is not there; what `<say-as>` makes of a value consists of pieces.
 */
export const checkSpeech = (
  speech: XmlElement,
  languages: readonly string[],
  subject: Subject,
  report: Report,
): void => {
  const own = speech.attributes['xml:lang']
  const heard = own === undefined ? languages : recordedAmong([own])
  if (heard.length === 0 || speech.name === 'audio') return
  const needsVoice = (words: string) =>
    report(speech.place, 'unrecorded-speech', `no voice speaks ${heard.join(', ')}, and ${words}`)
  if (speech.name === 'value') needsVoice('a value has no recording unless <say-as> reads it out')
  if (speech.name === 'enumerate') needsVoice('<enumerate> has no recording')
  if (speech.name === 'sub') checkText(speech.attributes['alias'] ?? '', heard, needsVoice)
  if (/^(value|enumerate|sub|say-as)$/.test(speech.name)) return
  for (const child of speech.children) {
    if (child.kind === 'text') checkText(child.text, heard, needsVoice)
    else checkSpeech(child, heard, subject, report)
  }
}

const checkText = (
  text: string,
  languages: readonly string[],
  needsVoice: (words: string) => void,
): void => {
  const said = text.trim().replace(/\s+/g, ' ')
  const isRecorded = languages.every((language) => {
    const pieces = piecesOf(language)
    return pieces !== null && inPieces(said, pieces) !== null
  })
  if (!isRecorded) needsVoice(`"${said}" has no recording: it belongs into the catalogue`)
}

/**
 * Those of some languages in which an element can be heard: conditions around it that ask for
 * `application.language` leave the others out.
 */
export const languagesHere = (
  languages: readonly string[],
  element: XmlElement,
  around: readonly XmlElement[],
  subject: Subject,
): readonly string[] =>
  languages.filter((language) => {
    const may = (condition: string): boolean | null =>
      conditionOf(condition, subject.reading)?.decide((name) =>
        name === 'language' ? exactly(language) : ANYTHING,
      ) ?? null
    return [...around, element].every((one, index, path) => {
      const { cond } = one.attributes
      if (one.name !== 'if') return cond === undefined || may(cond) !== false
      const next = path[index + 1]
      return next === undefined || mayReach(one, next, may)
    })
  })

/** Whether content of an `<if>` can be reached: its own branch holds, and none before it surely does. */
const mayReach = (
  choice: XmlElement,
  content: XmlElement,
  may: (condition: string) => boolean | null,
): boolean => {
  let verdict = may(choice.attributes['cond'] ?? '')
  for (const child of elementsOf(choice)) {
    if (child === content) return verdict !== false
    if (child.name !== 'elseif' && child.name !== 'else') continue
    if (verdict === true) return false
    verdict = child.name === 'else' ? true : may(child.attributes['cond'] ?? '')
  }
  return true
}

/** Pieces of numbers and dates that a language of some line needs and nobody has recorded. */
export const checkPieces = (language: string, subject: Subject, report: Report): void => {
  if (!subject.lines.some(({ languages }) => languages.includes(language))) return
  const missing = [...(piecesOf(language) ?? [])].filter(
    (piece) => !subject.hasAudio(pieceRecording(language, piece)),
  )
  const [first] = missing
  if (first === undefined) return
  const others = missing.length > 1 ? ` and ${missing.length - 1} more` : ''
  report(
    { line: 1, column: 1 },
    'missing-piece',
    `"${first}" of numbers and dates${others} has no recording ${pieceRecording(language, first)}`,
  )
}
