import { piecesOf } from '../../numbers/spoken/spoken.ts'
import type { Prompt } from '../../prompts/catalogue.ts'
import type { Finding, XmlElement } from '../element.ts'
import { baseIn, destinationOf, type Standpoint } from './destination.ts'
import { type Code, type Report, reportInto } from './findings.ts'
import type { Outline } from './outline.ts'
import { mayBe, type PossibleText } from './possible-texts.ts'
import { checkPieces, checkSpeech, languagesHere, recordedAmong } from './recordings.ts'
import { schema } from './schema.ts'
import { catalogueFor, keysAmong, maxSpokenCharacters, sourcesOf, spokenText } from './speech.ts'
import type { Subject } from './subject.ts'
import { attributePlace, descendants, ownText } from './walk.ts'

/** Languages in which a top-level element of a document can be heard. */
export type LanguagesOf = (outline: Outline, element: XmlElement) => ReadonlySet<string>

/** Holds what one document says to the catalogues and the recorded files. */
export const checkPrompts = (
  outline: Outline,
  subject: Subject,
  languagesOf: LanguagesOf,
  report: Report,
): void => {
  const tops = [...outline.shared, ...outline.dialogs.map(({ element }) => element)]
  for (const top of tops) {
    const heard = languagesOf(outline, top)
    for (const { element, around } of descendants(top)) {
      const own = [element, ...around.toReversed(), outline.root]
        .map(({ attributes }) => attributes['xml:lang'])
        .find((language) => language !== undefined)
      const languages = own === undefined ? heard : new Set([own])
      if (element.name !== 'audio') checkBackground(element, subject, languages, report)
      else checkAudio(element, standpointOf(around, outline), subject, languages, report)
      if (speaks(element, around)) {
        checkLength(element, subject, languages, report)
        const mute = languagesHere(recordedAmong(languages), element, around, subject)
        checkSpeech(element, mute, subject, report)
      }
    }
  }
}

const spokenWithoutPrompt = new Set(['audio', 'value', 'enumerate'])

/** The outermost element that is read out in one piece. */
const speaks = (element: XmlElement, around: readonly XmlElement[]): boolean =>
  element.name === 'prompt' ||
  (spokenWithoutPrompt.has(element.name) &&
    !around.some(({ name }) => name === 'prompt' || spokenWithoutPrompt.has(name)))

/** A prompt may have a base of its own. */
const standpointOf = (around: readonly XmlElement[], { path, base }: Outline): Standpoint => {
  const prompt = around.find(({ name }) => name === 'prompt')
  return { path, base: prompt === undefined ? base : baseIn(prompt, base) }
}

const checkAudio = (
  audio: XmlElement,
  standpoint: Standpoint,
  subject: Subject,
  languages: ReadonlySet<string>,
  report: Report,
): void => {
  const sources = sourcesOf(audio, subject)
  const place = attributePlace(audio, 'src' in audio.attributes ? 'src' : 'expr')
  for (const key of keysAmong(sources))
    for (const [language, missing] of missingIn(key, languages, subject))
      report(place, 'missing-prompt', `${language} has no prompt ${missing}`)
  for (const { exact, prefix } of sources) {
    const address = exact ? destinationOf(prefix, standpoint) : null
    if (address?.kind === 'outside')
      report(place, 'missing-audio', `"${prefix}" leaves the flow folder`)
    if (address?.kind === 'inside' && !subject.hasAudio(address.document))
      report(place, 'missing-audio', `there is no recorded file ${address.document} to be played`)
  }
}

/** What is played while something is fetched or dialled. */
const checkBackground = (
  element: XmlElement,
  subject: Subject,
  languages: ReadonlySet<string>,
  report: Report,
): void => {
  for (const name of ['fetchaudio', 'transferaudio']) {
    const written = element.attributes[name] ?? ''
    for (const key of keysAmong([{ exact: true, prefix: written, suffix: written }]))
      for (const [language, missing] of missingIn(key, languages, subject))
        report(
          attributePlace(element, name),
          'missing-prompt',
          `${language} has no prompt ${missing}`,
        )
  }
}

/** Of a computed key each language must have what any of them has, and something at all. */
function* missingIn(
  key: PossibleText,
  languages: ReadonlySet<string>,
  subject: Subject,
): Generator<[language: string, missing: string]> {
  const wanted = key.exact
    ? [key.prefix]
    : [...languages].flatMap((language) => [
        ...(catalogueFor(language, subject)
          ?.keys()
          .filter((one) => mayBe(key, one)) ?? []),
      ])
  for (const language of languages) {
    if (wanted.length === 0) yield [language, `like ${key.prefix}…${key.suffix}`]
    for (const one of new Set(wanted))
      if (!catalogueFor(language, subject)?.has(one)) yield [language, one]
  }
}

const checkLength = (
  element: XmlElement,
  subject: Subject,
  languages: ReadonlySet<string>,
  report: Report,
): void => {
  for (const language of languages) {
    const length = spokenText(element, language, subject).length
    if (length > maxSpokenCharacters)
      report(
        element.place,
        'long-prompt',
        `in ${language} this is ${length} characters; at most ${maxSpokenCharacters} are spoken at once`,
      )
  }
}

/** Prompts nobody can hear, and recordings that are not there. */
export const checkCatalogues = (subject: Subject): Finding[] => {
  const findings: Finding[] = []
  const isUsed = usesOf(subject)
  for (const [language, catalogue] of subject.catalogues) {
    const report = reportInto(findings, `prompts/${language}.yaml`)
    for (const [key, prompt] of catalogue) {
      const place = subject.promptPlaces?.get(language)?.get(key) ?? { line: 1, column: 1 }
      if (!isUsed(key)) report(place, 'unused-prompt', `no document says ${key}`)
      checkRecording(key, prompt, piecesOf(language) !== null, subject, (code, message) =>
        report(place, code, message),
      )
    }
    checkPieces(language, subject, report)
  }
  return findings
}

/** The recording of a prompt is there and says its text; in a language without a voice there must be one. */
const checkRecording = (
  key: string,
  { text, audio }: Prompt,
  isNeeded: boolean,
  subject: Subject,
  report: (code: Code, message: string) => void,
): void => {
  if (audio === undefined) {
    if (isNeeded) report('missing-recording', `${key} has no recording, and no voice can read it`)
    return
  }
  if (!subject.hasAudio(audio)) {
    const message = `${key}: there is no recorded file ${audio} to be played`
    report(isNeeded ? 'missing-recording' : 'missing-audio', message)
    return
  }
  const said = subject.recordedTexts?.get(audio)
  if (said !== undefined && said !== text)
    report('stale-recording', `${key}: ${audio} says another text, "${said}"`)
}

/** A key is used when an address names it, or when any string literal is that key and may become one. */
const usesOf = (subject: Subject): ((key: string) => boolean) => {
  const exact = new Set<string>()
  const computed: PossibleText[] = []
  const literals = (texts: readonly string[]) => {
    for (const text of texts) exact.add(text.replace(/^prompt:/, ''))
  }
  for (const { root } of subject.outlines.values())
    for (const { element } of descendants(root)) {
      if (element.name === 'audio')
        for (const key of keysAmong(sourcesOf(element, subject)))
          if (key.exact) exact.add(key.prefix)
          else computed.push(key)
      if (element.name === 'script')
        literals(subject.reading.script(ownText(element))?.literals ?? [])
      for (const [name, kind] of schema.get(element.name)?.attributes ?? []) {
        const value = element.attributes[name]
        if (value === undefined) continue
        if (kind === 'expr') literals(subject.reading.expression(value)?.literals ?? [])
        else if (value.startsWith('prompt:')) literals([value])
      }
    }
  for (const text of subject.scripts.values())
    literals(subject.reading.script(text)?.literals ?? [])
  return (key) => exact.has(key) || computed.some((one) => mayBe(one, key))
}
