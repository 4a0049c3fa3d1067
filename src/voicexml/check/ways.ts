import { estimateSpeechSeconds } from '../../prompts/speech-seconds.ts'
import { calledBackDocumentOf } from '../called-back-document.ts'
import type { Finding, XmlElement, XmlNode } from '../element.ts'
import { waitingDocumentOf } from '../waiting-document.ts'
import { checkCircles, type ReportIn } from './circle-proofs.ts'
import { checkEnds } from './end-proofs.ts'
import { reportInto } from './findings.ts'
import type { FlowGraph } from './flow-graph.ts'
import { factsOf, isOpen, type LineFacts, signatureOf } from './line-facts.ts'
import { type Dialog, nameOf } from './outline.ts'
import { reachedFrom, stepsBy } from './proof.ts'
import { spokenText } from './speech.ts'
import { isEnd, type Open, type Station } from './stations.ts'
import type { CheckedLine, Subject } from './subject.ts'
import { checkWaysOut } from './ways-out.ts'

/** Longest speech before a caller can first choose, in seconds, that passes without remark. */
export const maxSecondsBeforeChoice = 20

/** A way longer than this is not followed to its end. */
const maxStationsBeforeChoice = 500

/** Lines to whose conditions the flow is the same, with what they reach together. */
type Alike = {
  readonly lines: readonly CheckedLine[]
  readonly open: Open
  readonly starts: readonly Station[]
  readonly stations: ReadonlySet<Station>
}

/** What the graph says of each line. */
export type Reached = {
  readonly alike: readonly Alike[]
  readonly dialogs: ReadonlyMap<CheckedLine, ReadonlySet<Dialog>>
}

/** Where each line can lead, with the conditions that the line itself decides. */
export const reachedBy = (subject: Subject, graph: FlowGraph): Reached => {
  const dialogs = new Map<CheckedLine, ReadonlySet<Dialog>>()
  const alike = groupsOf(subject.lines, (line) => factsOf(line, null, subject), graph).map(
    ({ lines, open }): Alike => {
      const steps = stepsBy(graph, { without: 0, open }, true)
      const stations = new Set<Station>()
      const known = new Map<Station, ReadonlySet<Dialog>>()
      for (const line of lines) {
        const start = startOf(line, subject, graph)
        if (start === null) continue
        const before = known.get(start)
        const found = before === undefined ? reachedFrom([start], steps) : new Set<Station>()
        for (const station of found) stations.add(station)
        const mine =
          before ??
          new Set(
            [...found].flatMap(({ kind, dialog }) =>
              kind === 'entry' && dialog !== null ? dialog : [],
            ),
          )
        known.set(start, mine)
        dialogs.set(line, mine)
      }
      return { lines, open, starts: [...known.keys()], stations }
    },
  )
  return { alike, dialogs }
}

/** Lines on which the same conditions hold. */
type Group = {
  readonly signature: string
  readonly lines: readonly CheckedLine[]
  readonly open: Open
}

const groupsOf = (
  lines: readonly CheckedLine[],
  facts: (line: CheckedLine) => LineFacts,
  graph: FlowGraph,
): readonly Group[] => {
  const { questions } = graph
  const groups = new Map<string, Group & { readonly lines: CheckedLine[] }>()
  for (const line of lines) {
    const known = facts(line)
    const signature = signatureOf(questions, known)
    const group = groups.get(signature)
    if (group === undefined)
      groups.set(signature, { signature, lines: [line], open: (way) => isOpen(way, known) })
    else group.lines.push(line)
  }
  return [...groups.values()]
}

const startOf = ({ flow }: CheckedLine, subject: Subject, graph: FlowGraph): Station | null => {
  const first = subject.outlines.get(flow)?.dialogs[0]
  return first === undefined ? null : (graph.dialogs.get(first)?.entry ?? null)
}

/** What only the whole shows: circles, ends, ways out, what nobody gets to, late choices. */
export const checkWays = (subject: Subject, graph: FlowGraph, reached: Reached): Finding[] => {
  const findings: Finding[] = []
  const reportIn: ReportIn = (document) => reportInto(findings, document)
  const all = new Set(reached.alike.flatMap(({ stations }) => [...stations]))
  if (subject.lines.length > 0) reportUnreachable(subject, graph, all, reportIn)
  reportUnproved(graph, all, reportIn)
  const once = new Set<string>()
  const reportOnce: ReportIn = (document) => (place, code, message) => {
    const key = JSON.stringify([document, place, code])
    if (once.has(key)) return
    once.add(key)
    reportIn(document)(place, code, message)
  }
  for (const { open, starts, stations } of reached.alike) {
    checkCircles(graph, stations, open, reportOnce)
    checkEnds(graph, starts, stations, open, reportOnce)
  }
  const languages = new Set(subject.lines.flatMap((line) => line.languages))
  const proved = new Set<string>()
  for (const language of languages) {
    const speaking = subject.lines.filter((line) => line.languages.includes(language))
    for (const { signature, lines, open } of groupsOf(
      speaking,
      (line) => factsOf(line, language, subject),
      graph,
    )) {
      const begun = lines.flatMap((line) => startOf(line, subject, graph) ?? [])
      // The same in every condition, and from the same beginnings, as in another language.
      const alike = `${signature} ${begun.map(({ number }) => number).join()}`
      if (proved.has(alike)) continue
      proved.add(alike)
      const steps = stepsBy(graph, { without: 0, open }, true)
      const mine = reachedFrom(begun, steps)
      const where = ` on ${lines.map(({ number }) => number).join(', ')} in ${language}`
      checkWaysOut(graph, mine, open, where, reportOnce)
    }
  }
  for (const line of subject.lines) reportLateChoice(line, subject, graph, reportIn)
  return findings
}

const reportUnreachable = (
  subject: Subject,
  graph: FlowGraph,
  all: ReadonlySet<Station>,
  reportIn: ReportIn,
): void => {
  const isReached = (dialog: Dialog): boolean => {
    const entry = graph.dialogs.get(dialog)?.entry
    return entry !== undefined && all.has(entry)
  }
  const roots = new Set([...subject.outlines.values()].map(({ application }) => application))
  const waiting = new Set(
    subject.lines.flatMap(({ flow }) => [waitingDocumentOf(flow), calledBackDocumentOf(flow)]),
  )
  for (const outline of subject.outlines.values()) {
    const report = reportIn(outline.path)
    if (outline.dialogs.some(isReached)) {
      for (const dialog of outline.dialogs)
        if (!isReached(dialog))
          report(
            dialog.element.place,
            'unreachable-dialog',
            `no line leads to ${dialog.id === null ? 'this dialog' : nameOf(dialog)}`,
          )
    } else if (!roots.has(outline.path) && !waiting.has(outline.path))
      report(outline.root.place, 'unreachable-document', `no line leads to ${outline.path}`)
  }
}

const reportUnproved = (graph: FlowGraph, all: ReadonlySet<Station>, reportIn: ReportIn): void => {
  for (const [dialog, { precision, entry }] of graph.dialogs)
    if (precision === 'nothing' && all.has(entry))
      reportIn(dialog.document)(
        dialog.element.place,
        'unproved-dialog',
        `${nameOf(dialog)} can be gone through in too many ways to be proved; parts of it would be`,
      )
}

const reportLateChoice = (
  line: CheckedLine,
  subject: Subject,
  graph: FlowGraph,
  reportIn: ReportIn,
): void => {
  const start = startOf(line, subject, graph)
  if (start === null) return
  for (const language of line.languages) {
    const seconds = Math.round(secondsBeforeChoice(start, language, subject, graph) ?? 0)
    if (seconds > maxSecondsBeforeChoice)
      reportIn(line.flow)(
        start.element.place,
        'late-choice',
        `on ${line.number} in ${language} about ${seconds} s are spoken before the first choice`,
      )
  }
}

/**
 * Longest speech on any way from a station to where the caller can first act, in seconds, without what the
 * caller can interrupt there; null when no way leads to such a place.
 */
export const secondsBeforeChoice = (
  start: Station,
  language: string,
  subject: Subject,
  graph: FlowGraph,
): number | null => {
  const known = new Map<Station['kind'], Map<XmlElement, number | null>>()
  const longest = ({ kind, element, dialog }: Station, depth: number): number | null => {
    if (depth > maxStationsBeforeChoice) return null
    const ofKind = known.get(kind) ?? new Map<XmlElement, number | null>()
    known.set(kind, ofKind)
    const before = ofKind.get(element)
    if (before !== undefined) return before
    ofKind.set(element, null)
    // Of ways to the same place the one with the fewest words: an announcement that is not always made
    // counts for nothing.
    const least = new Map<XmlElement, { readonly to: Station; readonly seconds: number }>()
    const alike = dialog === null ? [] : (graph.dialogs.get(dialog)?.stations ?? [])
    const isAlike = (one: Station): boolean => one.element === element && one.kind === kind
    for (const way of alike.flatMap((one) => (isAlike(one) ? one.ways : []))) {
      const { to } = way
      if (isEnd(to) || way.guards.some(({ outside }) => outside === 'fault')) continue
      const own = to.acting ? way.spoken.filter((node) => !isPromptOf(node, to)) : way.spoken
      const text = own.map((node) => textOf(node, language, subject)).join(' ')
      const seconds = way.said === 2 ? estimateSpeechSeconds(text, language) : 0
      if (seconds <= (least.get(to.element)?.seconds ?? seconds))
        least.set(to.element, { to, seconds })
    }
    let most: number | null = null
    for (const { to, seconds } of least.values()) {
      const rest = to.acting ? 0 : longest(to, depth + 1)
      if (rest !== null) most = Math.max(most ?? 0, rest + seconds)
    }
    ofKind.set(element, most)
    return most
  }
  return start.acting ? 0 : longest(start, 0)
}

const isPromptOf = (node: XmlNode, { element }: Station): boolean => element.children.includes(node)

const textOf = (node: XmlNode, language: string, subject: Subject): string =>
  node.kind === 'text' ? node.text : spokenText(node, language, subject)
