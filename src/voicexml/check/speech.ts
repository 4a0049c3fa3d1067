import type { Catalogue } from '../../prompts/catalogue.ts'
import type { XmlElement } from '../element.ts'
import type { PossibleText } from './possible-texts.ts'
import type { Subject } from './subject.ts'

/** Longest text of one prompt that is given to speech synthesis, in characters; carriers refuse more. */
export const maxSpokenCharacters = 2500

const keyScheme = 'prompt:'

/** The catalogue that serves a language: its own, or one that agrees in the first part, `ru-RU` for `ru`. */
export const catalogueFor = (language: string, { catalogues }: Subject): Catalogue | undefined => {
  const primary = language.split('-', 1)[0]
  const alike = () => [...catalogues.keys()].find((name) => name.split('-', 1)[0] === primary)
  return catalogues.get(language) ?? catalogues.get(alike() ?? '')
}

/** The addresses an `<audio>` may play: the written one, or what its expression can become. */
export const sourcesOf = (audio: XmlElement, subject: Subject): readonly PossibleText[] => {
  const { src, expr } = audio.attributes
  if (src !== undefined) return [{ exact: true, prefix: src, suffix: src }]
  if (expr === undefined) return []
  return subject.reading.expression(expr)?.texts ?? []
}

/** The prompt keys among possible addresses. */
export const keysAmong = (sources: readonly PossibleText[]): PossibleText[] =>
  sources
    .filter(({ prefix }) => prefix.startsWith(keyScheme))
    .map(({ exact, prefix, suffix }) => {
      const key = prefix.slice(keyScheme.length)
      return { exact, prefix: key, suffix: exact ? key : suffix }
    })

/**
 * What is read out of an element in a language: the texts of its prompts and its own. Computed values and
 * computed keys give nothing, so it is the least that is said.
 */
export const spokenText = (element: XmlElement, language: string, subject: Subject): string => {
  const [key] = element.name === 'audio' ? keysAmong(sourcesOf(element, subject)) : []
  if (key?.exact) return catalogueFor(language, subject)?.get(key.prefix)?.text ?? ''
  return element.children
    .map((child) => (child.kind === 'text' ? child.text : spokenText(child, language, subject)))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
}
