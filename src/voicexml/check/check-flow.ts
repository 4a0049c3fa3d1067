import type { Finding, XmlElement } from '../element.ts'
import { inOrder, reportInto } from './findings.ts'
import { flowGraphOf } from './flow-graph.ts'
import { checkGrammars } from './grammars.ts'
import { checkHandling } from './handling.ts'
import { checkIdle } from './idle.ts'
import { checkKeys } from './keys.ts'
import { checkNames } from './names.ts'
import { checkObjects } from './objects.ts'
import type { Outline } from './outline.ts'
import { checkCatalogues, checkPrompts, type LanguagesOf } from './prompts.ts'
import { subjectOf } from './read-subject.ts'
import { checkStructure } from './structure.ts'
import type { CheckedFlow } from './subject.ts'
import { checkTargets } from './targets.ts'
import { checkWays, type Reached, reachedBy } from './ways.ts'

/**
 * Proves a flow folder before it runs, as far as its texts tell: findings in the order of reading, none when
 * nothing is wrong. Documents that are no well-formed XML are left to the reader; they count as being there.
 * What each code means stands in `docs/findings.md`.
 */
export const checkFlow = (flow: CheckedFlow): Finding[] => {
  const findings: Finding[] = []
  for (const [path, root] of flow.documents) checkStructure(root, reportInto(findings, path))
  const subject = subjectOf(flow)
  const { outlines } = subject
  const graph = flowGraphOf(subject)
  const reached = reachedBy(subject, graph)
  const languagesOf = languagesBy(reached, outlines)
  for (const outline of outlines.values()) {
    const report = reportInto(findings, outline.path)
    checkTargets(outline, subject, report)
    checkNames(outline, subject, report)
    checkObjects(outline, subject, report)
    checkPrompts(outline, subject, languagesOf, report)
    checkGrammars(outline.root, outline, subject, report)
    checkKeys(outline, subject, report)
    checkHandling(outline, subject, report)
    checkIdle(outline, subject, graph, report)
  }
  findings.push(...checkCatalogues(subject), ...checkWays(subject, graph, reached))
  return inOrder(findings)
}

/** A dialog is heard in the languages of the lines that reach it, what a document shares in those of its dialogs. */
const languagesBy = (reached: Reached, outlines: ReadonlyMap<string, Outline>): LanguagesOf => {
  const byElement = new Map<XmlElement, Set<string>>()
  const byDocument = new Map<string, Set<string>>()
  const add = <Key>(map: Map<Key, Set<string>>, key: Key, languages: readonly string[]) => {
    const known = map.get(key)
    if (known === undefined) map.set(key, new Set(languages))
    else for (const language of languages) known.add(language)
  }
  for (const [line, dialogs] of reached.dialogs)
    for (const { element, document } of dialogs) {
      add(byElement, element, line.languages)
      add(byDocument, document, line.languages)
      const application = outlines.get(document)?.application
      if (application !== null && application !== undefined)
        add(byDocument, application, line.languages)
    }
  return (outline, element) =>
    byElement.get(element) ??
    (outline.shared.includes(element) ? byDocument.get(outline.path) : undefined) ??
    new Set()
}
