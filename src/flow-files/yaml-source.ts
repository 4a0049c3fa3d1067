import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import type { Finding, Place } from '../voicexml/element.ts'
import type { FileCode } from './file-codes.ts'

/** A place in a YAML file that can be asked what it holds; each answer that is not there is a finding. */
export type YamlNode = {
  readonly place: Place
  /** Members of a mapping, or null with a finding. Members outside `keys` (when given) are findings. */
  readonly members: (keys?: readonly string[]) => ReadonlyMap<string, YamlNode> | null
  readonly items: () => readonly YamlNode[] | null
  /** The scalar as written, so that an unquoted `+78005557373` keeps its plus. */
  readonly text: () => string | null
  readonly integer: (least: number, most: number) => number | null
  readonly boolean: () => boolean | null
  /** The plain value, aliases resolved; undefined when it cannot be made. */
  readonly value: () => unknown
  /** Whether there is nothing at all: `schedules:` and then the next key. */
  readonly isEmpty: () => boolean
  readonly report: (code: FileCode, message: string, severity?: Finding['severity']) => void
}

/**
 * Reads YAML 1.2 (core schema, unique keys) and keeps places. Syntax errors are findings, with `root` null.
 * Never throws: nesting too deep and anchors too many for the parser are syntax errors too.
 */
export const readYaml = (
  source: string,
  file: string,
): { readonly root: YamlNode | null; readonly findings: Finding[] } => {
  const findings: Finding[] = []
  const lines = new LineCounter()
  const report =
    (place: Place) =>
    (code: FileCode, message: string, severity: Finding['severity'] = 'error') => {
      findings.push({ file, place, severity, code, message })
    }
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const excess = excessIn(source)
  if (excess !== null) {
    report({ line: 1, column: 1 })('yaml-syntax', excess)
    return { root: null, findings }
  }
  try {
    const document = parseDocument(source, {
      lineCounter: lines,
      prettyErrors: false,
      // Found below: the parser compares each key with all before it.
      uniqueKeys: false,
    })
    for (const fault of [...document.errors, ...document.warnings].slice(0, maxSyntaxFaults))
      report(placeAt(fault.pos[0]))('yaml-syntax', fault.message)
    for (const key of repeatedKeys(document.contents).take(maxSyntaxFaults))
      report(placeAt(key.range?.[0] ?? 0))('yaml-syntax', `the key ${key} stands here twice`)
    if (findings.length > 0) return { root: null, findings }
    const wrap = (node: Node | null, offset: number): YamlNode =>
      yamlNode(
        isAlias(node) ? (node.resolve(document) ?? null) : node,
        placeAt(node?.range?.[0] ?? offset),
        wrap,
        report,
        (one) => one.toJS(document, { maxAliasCount: 100 }),
      )
    return { root: wrap(document.contents, 0), findings }
  } catch (cause) {
    const text = cause instanceof RangeError ? 'the nesting is too deep' : String(cause)
    report({ line: 1, column: 1 })('yaml-syntax', text)
    return { root: null, findings }
  }
}

const maxSyntaxFaults = 20
const maxAnchors = 100
const maxOpenBrackets = 500

/** What the parser would take minutes over, though the file is not large; null = nothing. */
const excessIn = (source: string): string | null => {
  if ((source.match(/(?:^|[\s,[{])&[^\s,[\]{}&]/gm)?.length ?? 0) > maxAnchors)
    return `there are more than ${maxAnchors} anchors`
  if (/(?:[-?] +){64}/.test(source)) return 'the nesting is too deep'
  let open = 0
  for (const [bracket] of source.matchAll(/[[\]{}]/g)) {
    open = Math.max(0, open + (bracket === '[' || bracket === '{' ? 1 : -1))
    if (open > maxOpenBrackets) return 'the nesting is too deep'
  }
  return null
}

function* repeatedKeys(node: unknown): Generator<Node> {
  if (isSeq(node)) for (const item of node.items) yield* repeatedKeys(item)
  if (!isMap(node)) return
  const known = new Set<unknown>()
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? key.value : key
    if (known.has(name)) yield key as Node
    known.add(name)
    yield* repeatedKeys(value)
  }
}

const yamlNode = (
  node: Node | null,
  place: Place,
  wrap: (node: Node | null, offset: number) => YamlNode,
  reportAt: (place: Place) => YamlNode['report'],
  plain: (node: Node) => unknown,
): YamlNode => {
  const report = reportAt(place)
  const wrong = (message: string): null => {
    report('wrong-value', message)
    return null
  }
  const scalar: unknown = isScalar(node) ? node.value : undefined
  const isEmpty = () => node === null || scalar === null
  return {
    place,
    report,
    isEmpty,
    members: (keys) => {
      if (isEmpty()) return new Map()
      return isMap(node) ? membersOf(node, keys, wrap) : wrong('a mapping belongs here')
    },
    items: () => {
      if (isEmpty()) return []
      return isSeq(node)
        ? node.items.map((item) => wrap(item as Node | null, node.range?.[0] ?? 0))
        : wrong('a list belongs here')
    },
    text: () => {
      const written = isScalar(node) && typeof scalar === 'number' ? node.source : scalar
      return typeof written === 'string' && written.trim() !== ''
        ? written
        : wrong('a text belongs here')
    },
    integer: (least, most) =>
      typeof scalar === 'number' && Number.isInteger(scalar) && scalar >= least && scalar <= most
        ? scalar
        : wrong(`a whole number from ${least} to ${most} belongs here`),
    boolean: () => (typeof scalar === 'boolean' ? scalar : wrong('true or false belongs here')),
    value: () => {
      try {
        return node === null ? null : plain(node)
      } catch (cause) {
        wrong(String(cause))
        return undefined
      }
    },
  }
}

const membersOf = (
  map: YAMLMap,
  keys: readonly string[] | undefined,
  wrap: (node: Node | null, offset: number) => YamlNode,
): ReadonlyMap<string, YamlNode> => {
  const members = new Map<string, YamlNode>()
  for (const { key, value } of map.items) {
    const start = (key as Node | null)?.range?.[0] ?? map.range?.[0] ?? 0
    const name = isScalar(key) ? (key.source ?? String(key.value)) : null
    if (name === null) wrap(key as Node | null, start).report('wrong-value', 'a key must be a text')
    else if (keys !== undefined && !keys.includes(name))
      wrap(key as Node | null, start).report(
        'unknown-key',
        `"${name}" is no key here; known are ${keys.join(', ')}`,
      )
    else members.set(name, wrap(value as Node | null, start))
  }
  return members
}
