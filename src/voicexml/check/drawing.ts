import type { XmlElement, XmlNode } from '../element.ts'
import type { FlowGraph } from './flow-graph.ts'
import { factsOf, isOpen } from './line-facts.ts'
import { functionOf } from './objects.ts'
import { type Dialog, nameOf } from './outline.ts'
import { reachedFrom, stepsBy } from './proof.ts'
import { spokenText } from './speech.ts'
import { type End, isEnd, type Station, type Way } from './stations.ts'
import type { CheckedLine, Subject } from './subject.ts'
import { descendants } from './walk.ts'
import { secondsBeforeChoice } from './ways.ts'

const colours = {
  ask: '#dbeafe',
  person: '#dcfce7',
  end: '#e5e7eb',
  step: '#ffffff',
  everywhere: '#fef3c7',
} as const

/**
 * The flow of a line as a drawing in the DOT language of Graphviz: dialogs with their first words, grouped
 * by document; keys on the arrows; persons, callbacks and ends. What a root document does in every dialog
 * is drawn once. Subdialogs are boxes that are not looked into.
 *
 * @see https://graphviz.org/doc/info/lang.html
 */
export const drawingOf = (
  line: CheckedLine,
  language: string,
  subject: Subject,
  graph: FlowGraph,
): string => {
  const facts = factsOf(line, null, subject)
  const open = (way: Way): boolean => isOpen(way, facts)
  const first = subject.outlines.get(line.flow)?.dialogs[0]
  const start = first === undefined ? undefined : graph.dialogs.get(first)?.entry
  const reached = reachedFrom(
    start === undefined ? [] : [start],
    stepsBy(graph, { without: 0, open }, false),
  )
  const drawn = [...graph.dialogs.keys()].filter((dialog) => {
    const entry = graph.dialogs.get(dialog)?.entry
    return entry !== undefined && reached.has(entry)
  })
  const arrows = arrowsAmong(drawn, reached, open, graph)
  const seconds = start === undefined ? null : secondsBeforeChoice(start, language, subject, graph)
  const title = `${line.number}, ${language}${seconds === null ? '' : `: about ${Math.round(seconds)} s before the first choice`}`
  return [
    'digraph flow {',
    `  graph [rankdir=LR, label=${quoted(title)}, labelloc=t, fontname="Arial,Helvetica,sans-serif", fontsize=18, nodesep=0.15, ranksep=0.35]`,
    '  node [fontname="Arial,Helvetica,sans-serif", fontsize=11, style="filled,rounded", shape=box, color="#6b7280", margin="0.12,0.07"]',
    '  edge [fontname="Arial,Helvetica,sans-serif", fontsize=10, color="#4b5563", arrowsize=0.7]',
    ...(first === undefined
      ? []
      : [
          `  start [label="call", shape=circle, fillcolor=${quoted(colours.step)}]`,
          `  start -> ${quoted(nameOf(first))}`,
        ]),
    ...clusters(drawn, language, subject, graph),
    ...arrows,
    '}',
    '',
  ].join('\n')
}

const clusters = (
  dialogs: readonly Dialog[],
  language: string,
  subject: Subject,
  graph: FlowGraph,
): string[] => {
  const documents = new Map<string, Dialog[]>()
  for (const dialog of dialogs)
    documents.set(dialog.document, [...(documents.get(dialog.document) ?? []), dialog])
  return [...documents].flatMap(([path, members], index) => [
    `  subgraph cluster_${index} {`,
    `    graph [label=${quoted(path)}, fontsize=12, style="rounded", color="#9ca3af", fontcolor="#374151"]`,
    ...members.map((dialog) => `    ${node(dialog, language, subject, graph)}`),
    '  }',
  ])
}

const node = (dialog: Dialog, language: string, subject: Subject, graph: FlowGraph): string => {
  const stations = graph.dialogs.get(dialog)?.stations ?? []
  const person = stations.find(
    ({ element }) => element.name === 'object' && functionOf(element) === 'enqueue',
  )
  const callback = stations.find(({ element }) => functionOf(element) === 'callback-request')
  const transfer = stations.find(({ kind }) => kind === 'transfer')
  const record = stations.find(({ kind }) => kind === 'record')
  const marks = [
    person === undefined ? '' : 'operator',
    callback === undefined ? '' : 'callback',
    transfer === undefined ? '' : 'transfer',
    record === undefined ? '' : 'message',
  ].filter((mark) => mark !== '')
  const asks = stations.some(({ kind }) => kind === 'input')
  const words = firstWords(dialog, language, subject)
  const colour = marks.length > 0 ? colours.person : asks ? colours.ask : colours.step
  const label = [
    `${dialog.id ?? dialog.element.name}${marks.length > 0 ? ` · ${marks.join(', ')}` : ''}`,
    ...(words === '' ? [] : wrapped(words)),
  ]
  // Wide enough for any script: Graphviz knows the widths of Latin letters alone.
  const width = (Math.max(...label.map((one) => one.length)) * inchesPerCharacter).toFixed(2)
  return `${quoted(nameOf(dialog))} [label=${quoted(label.join('\n'))}, width=${width}, fillcolor=${quoted(colour)}]`
}

const inchesPerCharacter = 0.108

const maxWords = 60

/** What is asked in a dialog, else what is said in it: as much as fits. */
const firstWords = ({ element }: Dialog, language: string, subject: Subject): string => {
  const asked = [...descendants(element)].flatMap((visit) =>
    visit.element.name === 'prompt' && isAsked(visit.around) ? visit.element : [],
  )
  const said = [...descendants(element)].flatMap((visit) =>
    visit.element.name === 'prompt' ? visit.element : [],
  )
  const text = [...asked, ...said]
    .map((prompt: XmlNode) =>
      prompt.kind === 'element' ? spokenText(prompt, language, subject) : '',
    )
    .find((one) => one !== '')
  if (text === undefined) return ''
  return text.length > maxWords
    ? `${text
        .slice(0, maxWords)
        .replace(/\s+\S*$/, '')
        .replace(/[\s.,;:—–-]+$/, '')}…`
    : text
}

const isAsked = (around: readonly XmlElement[]): boolean => {
  const parent = around.at(-1)
  return parent !== undefined && (parent.name === 'menu' || parent.name === 'field')
}

const wrapped = (text: string): string[] => {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + word.length > 24) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}

type Arrow = { readonly from: string; readonly to: string; readonly labels: Set<string> }

const arrowsAmong = (
  dialogs: readonly Dialog[],
  reached: ReadonlySet<Station>,
  open: (way: Way) => boolean,
  graph: FlowGraph,
): string[] => {
  const arrows = new Map<string, Arrow>()
  const extra = new Map<string, string>()
  const add = (from: string, to: string, label: string): void => {
    const key = `${from}\n${to}`
    const known = arrows.get(key)
    if (known === undefined) arrows.set(key, { from, to, labels: new Set([label]) })
    else known.labels.add(label)
  }
  for (const dialog of dialogs) {
    const own = new Set([...descendants(dialog.element)].map(({ element }) => element))
    for (const station of graph.dialogs.get(dialog)?.stations ?? [])
      for (const way of station.ways) {
        if (!reached.has(station) || !open(way)) continue
        if (way.guards.some(({ outside }) => outside === 'fault')) continue
        const target = way.to
        const from = own.has(way.element) ? nameOf(dialog) : 'anywhere'
        // What a dialog makes of its own keys and passes on to everybody's handlers is a mistake to it.
        const isMistake =
          from === 'anywhere' && way.cause.kind === 'keys' && own.has(way.cause.element)
        const label = isMistake ? 'wrong keys' : labelOf(way)
        if (from === 'anywhere') extra.set('anywhere', anywhere)
        if (way.cause.kind === 'call' && !isEnd(target)) {
          const name = target.dialog === null ? 'any dialog' : nameOf(target.dialog)
          extra.set(
            `call ${name}`,
            `${quoted(`call ${name}`)} [label=${quoted(`subdialog\n${name}`)}, shape=box3d, fillcolor=${quoted(colours.step)}]`,
          )
          add(from, `call ${name}`, '')
        } else if (isEnd(target)) {
          const name = endNameOf(target, dialog)
          extra.set(
            name,
            `${quoted(name)} [label=${quoted(endLabelOf(target))}, shape=oval, fillcolor=${quoted(colours.end)}]`,
          )
          add(from, name, label)
        } else if (target.dialog !== null && target.dialog !== dialog)
          add(from, nameOf(target.dialog), label)
      }
  }
  return [
    ...[...extra.values()].map((line) => `  ${line}`),
    ...[...arrows.values()].map(({ from, to, labels }) => {
      const text = [...labels]
        .filter((label) => label !== '')
        .sort()
        .join(', ')
      const far = from === 'anywhere' ? ', style=dashed, color="#b45309", fontcolor="#b45309"' : ''
      return `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(text)}${far}]`
    }),
  ]
}

const anywhere = `"anywhere" [label="in every dialog", shape=note, fillcolor=${JSON.stringify(colours.everywhere)}]`

const labelOf = ({ cause }: Way): string => {
  switch (cause.kind) {
    case 'keys':
      return (
        cause.keys ??
        (cause.element.name === 'field' || cause.element.name === 'grammar' ? 'digits' : 'keys')
      )
    case 'noinput':
      return 'silence'
    case 'nomatch':
      return 'wrong keys'
    case 'answer':
      return cause.status ?? ''
    default:
      return ''
  }
}

const endNameOf = ({ how }: End, dialog: Dialog): string => `${how} ${dialog.document}`

const endLabelOf = ({ how }: End): string =>
  how === 'return'
    ? 'back to the caller'
    : how === 'outside'
      ? 'another server'
      : how === 'transferred'
        ? 'transferred'
        : 'end'

const quoted = (text: string): string =>
  `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`
