import { resolveAddress } from './addresses.ts'
import { reportInto } from './check/findings.ts'
import { checkStructure } from './check/structure.ts'
import { attributePlace, elementsOf } from './check/walk.ts'
import { type Compiler, fault, nothingKnown, within } from './compiler.ts'
import type { Finding, Place, XmlElement } from './element.ts'
import { compileData } from './elements/data.ts'
import { compileDialogs } from './elements/dialogs.ts'
import { compileSurroundings } from './elements/surroundings.ts'
import { compileScript, compileVar } from './elements/variables.ts'
import { type Program, parseScript } from './expressions/program.ts'
import type { Pin } from './fetch-request.ts'
import { fetchedSources } from './fetched-sources.ts'
import type { Document, Flow, FormItem, GrammarSource, Listening, OutsideSource } from './flow.ts'
import { dataFrom, sourceFrom } from './outside-source.ts'
import { readXml } from './read-xml.ts'
import { srgsSource } from './srgs-source.ts'

export type { Document, Flow } from './flow.ts'

/**
 * Compiles a flow folder: `.vxml` documents, `.grxml` grammars and `.js` scripts; other files are passed
 * over, but that `<data>` can read them. A document with an error is in the findings and not in the flow.
 *
 * @param files sources by path relative to the flow folder, parted by `/`
 * @param hash makes a short name for a text, the same text always the same name; the flow's own hash is
 *   that of all its files
 */
export const compileFlow = (
  files: ReadonlyMap<string, string>,
  hash: (text: string) => string,
): { readonly flow: Flow; readonly findings: readonly Finding[] } => {
  const findings: Finding[] = []
  const programs = new Map<string, Program>()
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1))
  const named = (suffix: string) => sorted.filter(([path]) => path.endsWith(suffix))

  const grammarFiles = new Map<string, XmlElement>()
  for (const [path, source] of named('.grxml')) {
    const read = readXml(source, path)
    if ('findings' in read) findings.push(...read.findings)
    else grammarFiles.set(path, read.root)
  }
  const grammars = new Map<string, GrammarSource>()
  const grammarAt = (path: string, fragment: string | null): GrammarSource | undefined => {
    const root = grammarFiles.get(path)
    const name = `${path}#${fragment ?? ''}`
    const source = grammars.get(name) ?? (root && compileSrgs(root, path, fragment, grammarFiles))
    if (source !== undefined) grammars.set(name, source)
    return source
  }
  for (const path of grammarFiles.keys()) {
    const source = grammarAt(path, null)
    if (source?.kind === 'fault' && source.place !== null) findings.push(findingOf(source, path))
  }

  const scripts = new Map<string, Program>()
  for (const [path, source] of named('.js')) {
    const parsed = parseScript(source, path)
    if ('program' in parsed) {
      scripts.set(path, parsed.program)
      programs.set(path, parsed.program)
    } else {
      const { message, offset } = parsed.fault
      const place = placeOf(source, offset)
      findings.push({ file: path, place, severity: 'error', code: 'bad-expression', message })
    }
  }

  const readOutside = (pin: Pin, text: string): OutsideSource =>
    pin.purpose === 'document' ? documentFrom(pin, text, grammarFiles) : sourceFrom(pin, text)
  const data = new Map<string, OutsideSource>()
  const dataAt = (path: string): OutsideSource | undefined => {
    const text = files.get(path)
    const known = data.get(path)
    if (known !== undefined || text === undefined) return known
    const source = dataFrom(text)
    data.set(path, source)
    return source
  }

  const known = nothingKnown()
  const documents = new Map<string, Document>()
  const broken = new Map<string, Document>()
  for (const [path, source] of named('.vxml')) {
    const own: Finding[] = []
    const document = compileDocument(source, {
      path,
      source: path,
      base: path,
      language: null,
      findings: own,
      programs,
      known,
      grammar: (element) => {
        const source = compileSrgs(element, path, null, grammarFiles)
        if (source.kind === 'fault' && source.place !== null) own.push(findingOf(source, path))
        return source
      },
    })
    findings.push(...own)
    const sound = own.every(({ severity, code }) => severity !== 'error' || LOCAL.has(code))
    if (document !== null) (sound ? documents : broken).set(path, document)
  }
  const texts = sorted.map(([path, source]) => `${path}\n${source.length}\n${source}`)
  const flow: Flow = Object.freeze({
    hash: hash(texts.join('\n')),
    has: (path) => files.has(path),
    documents,
    broken,
    grammarAt,
    scripts,
    programs,
    listening: new WeakMap<FormItem, Listening>(),
    dataAt,
    outside: fetchedSources(readOutside),
  })
  return { flow, findings }
}

/** A document of a web server. As with those of the folder, one with an error is none. */
const documentFrom = (
  pin: Pin,
  text: string,
  grammarFiles: ReadonlyMap<string, XmlElement>,
): OutsideSource => {
  const own: Finding[] = []
  const programs = new Map<string, Program>()
  const compiled = compileDocument(text, {
    path: pin.url,
    source: `${pin.hash} ${pin.url}`,
    base: pin.url,
    language: null,
    findings: own,
    programs,
    known: nothingKnown(),
    grammar: (element) => compileSrgs(element, pin.url, null, grammarFiles),
  })
  const error = own.find(({ severity, code }) => severity === 'error' && !LOCAL.has(code))
  if (compiled !== null && error === undefined) {
    return { kind: 'document', document: Object.freeze({ ...compiled, pin }), programs }
  }
  const { line, column } = error?.place ?? { line: 1, column: 1 }
  const fault = error === undefined ? 'is no VoiceXML document' : `${error.code} ${error.message}`
  return { kind: 'unusable', event: 'error.badfetch', message: `${line}:${column} ${fault}` }
}

/** One SRGS grammar, which may refer to rules of the grammar files. */
const compileSrgs = (
  element: XmlElement,
  path: string,
  fragment: string | null,
  files: ReadonlyMap<string, XmlElement>,
): GrammarSource => {
  const resolve = (uri: string, from: string | null) => {
    const resolved = resolveAddress(uri, from ?? path)
    const xml = resolved.kind === 'file' ? files.get(resolved.path) : undefined
    return xml && resolved.kind === 'file' ? { xml, file: resolved.path } : null
  }
  return srgsSource(element, resolve, fragment)
}

const findingOf = (
  { message, place }: Extract<GrammarSource, { kind: 'fault' }>,
  file: string,
): Finding => ({
  file,
  place: place ?? { line: 1, column: 1 },
  severity: 'error',
  code: 'bad-grammar',
  message,
})

const placeOf = (source: string, offset: number): Place => {
  const lines = source.slice(0, offset).split('\n')
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

/** Faults that show where they stand, when they are reached; any other keeps a document out of the flow. */
const LOCAL: ReadonlySet<string> = new Set([
  'attribute-value',
  'missing-content',
  'bad-expression',
  'bad-grammar',
])

const compileDocument = (source: string, compiler: Compiler): Document | null => {
  const read = readXml(source, compiler.path)
  if ('findings' in read) {
    compiler.findings.push(...read.findings)
    return null
  }
  const { root } = read
  const structure: Finding[] = []
  checkStructure(root, reportInto(structure, compiler.path))
  compiler.findings.push(
    ...structure.filter(({ severity, code }) => severity === 'error' && !LOCAL.has(code)),
  )
  if (root.name !== 'vxml') return null
  return freeze(compileRoot(root, within(root, compiler)))
}

/** `<vxml>` (VoiceXML 2.0 section 1.5.1). */
const compileRoot = (root: XmlElement, compiler: Compiler): Document => {
  const { application } = root.attributes
  const resolved = application === undefined ? null : resolveAddress(application, compiler.base)
  if (resolved !== null && resolved.kind !== 'file' && resolved.kind !== 'web') {
    const place = attributePlace(root, 'application')
    fault(compiler, place, 'bad-root-document', `${application} is no document of the flow folder`)
  }
  const initial = elementsOf(root).flatMap((child) => {
    if (child.name === 'var') return [compileVar(child, compiler)]
    if (child.name === 'data') return [compileData(child, compiler)]
    return child.name === 'script' ? [compileScript(child, compiler)] : []
  })
  const dialogs = compileDialogs(root, compiler)
  const surroundings = compileSurroundings(root, compiler)
  const parts = [surroundings, ...dialogs, ...dialogs.flatMap(({ items }) => items)]
  return {
    path: compiler.path,
    base: compiler.base,
    xml: root,
    language: compiler.language,
    application:
      resolved?.kind === 'file' ? resolved.path : resolved?.kind === 'web' ? resolved.url : null,
    initial,
    dialogs,
    misfits: parts.some(({ misfit }) => misfit !== null),
    ...surroundings,
  }
}

/** Freezes a tree of plain objects; what is frozen already is left alone. */
const freeze = <T>(tree: T): T => {
  if (typeof tree !== 'object' || tree === null || Object.isFrozen(tree)) return tree
  Object.freeze(tree)
  Object.values(tree).forEach(freeze)
  return tree
}
