import type { XmlElement } from '../element.ts'
import {
  ANYTHING,
  abstractValueOf,
  exactly,
  objectOf,
  type ReadVariable,
  type Verdict,
} from './abstract-values.ts'
import { plainName } from './plain-name.ts'
import type { Question, Way } from './stations.ts'
import type { CheckedLine, Subject } from './subject.ts'
import { childrenNamed, descendants, ownText } from './walk.ts'

/** What is known of a line, and of the conditions that it decides. */
export type LineFacts = {
  readonly decide: (question: Question) => Verdict
}

/** `language` null: any of the line's languages. */
export const factsOf = (
  line: CheckedLine,
  language: string | null,
  subject: Subject,
): LineFacts => {
  const session = objectOf({
    hotline: {
      line: { ...line.facts, number: line.number },
      languages: { ...line.languages, length: line.languages.length },
    },
  })
  const variables: ReadVariable = (name) => {
    if (name === 'session') return session
    if (name === 'language') return language === null ? ANYTHING : exactly(language)
    const source = subject.constants.get(name)
    const syntax = source === undefined ? undefined : subject.reading.expression(source)?.syntax
    return syntax === undefined
      ? ANYTHING
      : abstractValueOf(syntax, (one) => (one === 'session' ? session : ANYTHING))
  }
  const known = new Map<string, Verdict>()
  return {
    decide: ({ key, decide }) => {
      const before = known.get(key)
      if (before !== undefined) return before
      const verdict = decide(variables)
      known.set(key, verdict)
      return verdict
    },
  }
}

/** Whether a way can be taken on a line. */
export const isOpen = ({ guards }: Way, facts: LineFacts): boolean =>
  guards.length === 0 ||
  guards.every(({ asks, outcome }) => {
    const verdict = asks === null ? null : facts.decide(asks)
    return verdict === null || verdict === outcome
  })

/** Lines on which the same conditions hold have the same signature. */
export const signatureOf = (questions: readonly Question[], facts: LineFacts): string =>
  questions.map((question) => String(facts.decide(question)).charAt(0)).join('')

/** Variables of documents that never change, by the expression they begin with. */
export const constantsIn = (
  roots: readonly XmlElement[],
  params: ReadonlySet<string>,
  written: Iterable<string>,
): ReadonlyMap<string, string> => {
  const changed = new Set([...params, ...written])
  const found = new Map<string, string>()
  for (const root of roots) {
    for (const { attributes } of childrenNamed(root, 'var')) {
      const name = attributes['name'] ?? ''
      if (found.has(name)) changed.add(name)
      found.set(name, attributes['expr'] ?? 'undefined')
    }
    for (const { element } of descendants(root)) {
      if (element.name === 'assign')
        changed.add(plainName(element.attributes['name'] ?? '').split('.')[0] ?? '')
      if (element.name === 'clear')
        for (const name of (element.attributes['namelist'] ?? '').split(/\s+/))
          changed.add(plainName(name))
      if (element.name === 'script')
        for (const name of ownText(element).match(/[\w$]+/g) ?? []) changed.add(name)
    }
  }
  for (const name of changed) found.delete(name)
  return found
}
