import { estimateSpeechSeconds } from '../../prompts/speech-seconds.ts'
import type { Finding } from '../element.ts'
import { reportInto } from './findings.ts'
import type { Graph } from './graph.ts'
import { checkLoops } from './loops.ts'
import { leadsToSomebody } from './objects.ts'
import { type Dialog, dialogAt, nameOf, type Outline } from './outline.ts'
import { hasInput, type Passage, passagesOf } from './passages.ts'
import { spokenText } from './speech.ts'
import type { CheckedLine, Subject } from './subject.ts'
import { childrenNamed, descendants } from './walk.ts'

/** Longest speech before a caller can first choose, in seconds, that passes without remark. */
export const maxSecondsBeforeChoice = 20

/** A way longer than this is not followed to its end. */
const maxDialogsBeforeChoice = 500

/** The dialogs that each line can reach. */
export type Reached = ReadonlyMap<CheckedLine, ReadonlySet<Dialog>>

export const reachedBy = (subject: Subject, graph: Graph): Reached =>
  new Map(
    subject.lines.map((line) => {
      const first = subject.outlines.get(line.flow)?.dialogs[0]
      return [line, graph.reach(first === undefined ? [] : [first])]
    }),
  )

/** What only the whole shows: dialogs nobody reaches, circles, menus without a way out, late choices. */
export const checkWays = (subject: Subject, graph: Graph, reached: Reached): Finding[] => {
  const findings: Finding[] = []
  const reportAt = ({ document }: Dialog) => reportInto(findings, document)
  const heard = new Set([...reached.values()].flatMap((dialogs) => [...dialogs]))
  if (subject.lines.length > 0) findings.push(...unreachable(subject, heard))
  const every = [...subject.outlines.values()].flatMap(({ dialogs }) => dialogs)
  const listening = graph.leadingTo(every.filter(hasInput))
  const passages = new Map<Dialog, readonly Passage[]>()
  for (const outline of subject.outlines.values())
    for (const dialog of outline.dialogs)
      passages.set(dialog, passagesOf(dialog, outline, subject, listening))
  checkLoops(passages, (dialog, place, code, message) => reportAt(dialog)(place, code, message))
  const saved = graph.leadingTo(
    every.filter(({ element }) =>
      [...descendants(element)].some((visit) => leadsToSomebody(visit.element)),
    ),
  )
  for (const dialog of heard)
    if (offersChoice(dialog) && !saved.has(dialog))
      reportAt(dialog)(
        dialog.element.place,
        'no-way-out',
        `no way leads from ${nameOf(dialog)} to a person or a callback`,
      )
  for (const line of subject.lines) findings.push(...lateChoice(line, subject, passages))
  return findings
}

const unreachable = (subject: Subject, heard: ReadonlySet<Dialog>): Finding[] => {
  const findings: Finding[] = []
  const roots = new Set([...subject.outlines.values()].map(({ application }) => application))
  for (const outline of subject.outlines.values()) {
    const report = reportInto(findings, outline.path)
    if (outline.dialogs.some((dialog) => heard.has(dialog))) {
      for (const dialog of outline.dialogs)
        if (!heard.has(dialog))
          report(
            dialog.element.place,
            'unreachable-dialog',
            `no line leads to ${dialog.id === null ? 'this dialog' : nameOf(dialog)}`,
          )
    } else if (!roots.has(outline.path))
      report(outline.root.place, 'unreachable-document', `no line leads to ${outline.path}`)
  }
  return findings
}

const offersChoice = ({ element }: Dialog): boolean =>
  element.name === 'menu' ||
  childrenNamed(element, 'field').some((field) => childrenNamed(field, 'option').length > 0)

const lateChoice = (
  line: CheckedLine,
  subject: Subject,
  passages: ReadonlyMap<Dialog, readonly Passage[]>,
): Finding[] => {
  const findings: Finding[] = []
  const outline: Outline | undefined = subject.outlines.get(line.flow)
  const first = outline === undefined ? null : dialogAt(outline, null)
  if (first === null) return findings
  for (const language of line.languages) {
    const seconds = Math.round(secondsBefore(first, language, subject, passages) ?? 0)
    if (seconds > maxSecondsBeforeChoice)
      reportInto(findings, line.flow)(
        first.element.place,
        'late-choice',
        `on ${line.number} in ${language} about ${seconds} s are spoken before the first choice`,
      )
  }
  return findings
}

/** The longest speech on any way to the first input; null when no way leads to one. */
const secondsBefore = (
  start: Dialog,
  language: string,
  subject: Subject,
  passages: ReadonlyMap<Dialog, readonly Passage[]>,
): number | null => {
  const known = new Map<Dialog, number | null>()
  const longest = (dialog: Dialog, depth: number): number | null => {
    if (depth > maxDialogsBeforeChoice) return null
    const before = known.get(dialog)
    if (before !== undefined) return before
    known.set(dialog, null)
    let most: number | null = null
    for (const { to, spoken } of passages.get(dialog) ?? []) {
      const rest = to === 'input' ? 0 : to === 'end' ? null : longest(to, depth + 1)
      if (rest === null) continue
      const text = spoken.map((element) => spokenText(element, language, subject)).join(' ')
      most = Math.max(most ?? 0, rest + estimateSpeechSeconds(text, language))
    }
    known.set(dialog, most)
    return most
  }
  return longest(start, 0)
}
