import type { FlowSet, RecordedPrompt } from '../calls/flow-set.ts'
import type { Catalogue } from '../prompts/catalogue.ts'
import { recordingList, type Words } from '../prompts/recordings.ts'
import { checkFlow } from '../voicexml/check/check-flow.ts'
import { inOrder } from '../voicexml/check/findings.ts'
import type { CheckedFlow } from '../voicexml/check/subject.ts'
import { compileFlow } from '../voicexml/document.ts'
import type { Finding, XmlElement } from '../voicexml/element.ts'
import { readXml } from '../voicexml/read-xml.ts'
import { type CatalogueFile, catalogueLanguage, parseCatalogueFile } from './catalogue-file.ts'
import { fileFinding } from './file-codes.ts'
import type { FlowFiles } from './flow-files.ts'
import { type LinesFile, linesPath, parseLinesFile } from './lines-file.ts'
import { parseRecordingList } from './recordings/recording-list.ts'
import { recordedWords } from './recordings/wanted-recordings.ts'

/**
 * Makes a version of the flow folder out of its files and proves it. There is always a flow set, whatever
 * is wrong: what has faults is left out of it. Whether findings of severity `error` stop it from being used
 * is the caller's to decide. Does no I/O, so it serves versions kept elsewhere as well.
 *
 * @param hash names a content, such as `contentHash`
 */
export const buildFlowSet = (
  files: FlowFiles,
  hash: (content: string) => string,
): { readonly flowSet: FlowSet; readonly findings: readonly Finding[] } => {
  const { flowSet, catalogueFiles, compiling, lines } = assemble(files, hash)
  const findings = [
    ...files.findings,
    ...audioFaults(files),
    ...catalogueFiles.flatMap((file) => file.findings),
    ...lines.findings,
    ...withoutRepeats(compiling, checkFlow(checkedFlow(files, flowSet, catalogueFiles))),
  ]
  return { flowSet, findings: inOrder(findings) }
}

/** The same flow set without the proof, which takes most of the time: for versions proved before. */
export const compileFlowSet = (files: FlowFiles, hash: (content: string) => string): FlowSet =>
  assemble(files, hash).flowSet

const assemble = (files: FlowFiles, hash: (content: string) => string) => {
  const manifest = manifestOf(files, hash)
  const version = hash([...manifest].map(([path, content]) => `${content} ${path}\n`).join(''))
  const sources = new Map([...files.texts].filter(([path]) => /\.(vxml|grxml|js|xml)$/.test(path)))
  const { flow, findings: compiling } = compileFlow(sources, hash)
  const catalogueFiles = readCatalogues(files)
  const catalogues = new Map(
    catalogueFiles.flatMap(({ language, catalogue }): [string, Catalogue][] =>
      catalogue === null ? [] : [[language, catalogue]],
    ),
  )
  const lines = readLines(files, catalogueFiles)
  const audio = playable(files, recordedWords(catalogues))
  const flowSet: FlowSet = Object.freeze({
    version,
    timezone: lines.timezone,
    lines: lines.lines,
    schedules: lines.schedules,
    queues: lines.queues,
    setting: Object.freeze({ flow, catalogues, hasAudio: (path: string) => audio.has(path) }),
    audio,
    manifest,
  })
  return { flowSet, catalogueFiles, compiling, lines }
}

const manifestOf = (
  files: FlowFiles,
  hash: (content: string) => string,
): ReadonlyMap<string, string> =>
  new Map(
    [
      ...[...files.texts].map(([path, text]) => [path, hash(text)] as const),
      ...[...files.audio].map(([path, file]) => [path, file.hash] as const),
    ].sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const readCatalogues = (files: FlowFiles): readonly CatalogueFile[] =>
  [...files.texts].flatMap(([path, text]) => {
    const language = catalogueLanguage(path)
    return language === null ? [] : [parseCatalogueFile(text, path, language)]
  })

const readLines = (files: FlowFiles, catalogues: readonly CatalogueFile[]): LinesFile => {
  const source = files.texts.get(linesPath)
  const isRefused = files.findings.some(({ file }) => file === linesPath)
  const parsed = parseLinesFile(source ?? '', {
    documents: namesOf(files, /\.vxml$/),
    languages: new Set(catalogues.map(({ language }) => language)),
  })
  if (source !== undefined) return parsed
  const missing = fileFinding(linesPath, 'no-lines', 'the folder has no lines.yaml')
  return { ...parsed, findings: isRefused ? [] : [missing] }
}

/** Paths of a kind, with those of files that are there and could not be taken. */
const namesOf = (files: FlowFiles, kind: RegExp): ReadonlySet<string> =>
  new Set(
    [...files.texts.keys(), ...files.findings.map(({ file }) => file)].filter((path) =>
      kind.test(path),
    ),
  )

const playable = (
  files: FlowFiles,
  wordsOf: ReadonlyMap<string, Words>,
): ReadonlyMap<string, RecordedPrompt> =>
  new Map(
    [...files.audio].flatMap(([path, { hash, bytes, fault }]): [string, RecordedPrompt][] => {
      const words = wordsOf.get(path)
      const known = words === undefined ? {} : { words }
      return fault === null ? [[path, Object.freeze({ hash, bytes, ...known })]] : []
    }),
  )

const audioFaults = (files: FlowFiles): Finding[] =>
  [...files.audio].flatMap(([path, { fault }]) =>
    fault === null ? [] : fileFinding(path, 'bad-audio', `the recording ${fault}`),
  )

/** A folder as the checker sees it, without what is wrong with its files. */
export const checkedFlowOf = (files: FlowFiles): CheckedFlow => {
  const { flowSet, catalogueFiles } = assemble(files, (content) => content)
  return checkedFlow(files, flowSet, catalogueFiles)
}

const checkedFlow = (
  files: FlowFiles,
  flowSet: FlowSet,
  catalogueFiles: readonly CatalogueFile[],
): CheckedFlow => {
  const { flow, catalogues } = flowSet.setting
  const documents = new Map<string, XmlElement>()
  const grammars = new Map<string, XmlElement>()
  for (const [path, text] of files.texts) {
    if (!/\.(vxml|grxml)$/.test(path)) continue
    const compiled = flow.documents.get(path)
    const read = compiled === undefined ? readXml(text, path) : { root: compiled.xml }
    if ('root' in read) (path.endsWith('.vxml') ? documents : grammars).set(path, read.root)
  }
  const unreadable = new Set(
    catalogueFiles.flatMap(({ language, catalogue }) => (catalogue === null ? language : [])),
  )
  return {
    documents,
    grammars,
    files: namesOf(files, /./),
    scripts: new Map([...files.texts].filter(([path]) => path.endsWith('.js'))),
    catalogues,
    promptPlaces: new Map(catalogueFiles.map(({ language, places }) => [language, places])),
    hasAudio: (path) => files.audio.has(path),
    recordedTexts: recordedTexts(files, [...catalogues.keys()]),
    lines: [...flowSet.lines.values()].map(
      ({ number, flow, languages, queue, schedule, integrated }) => ({
        number,
        flow,
        languages: languages.filter((language) => !unreadable.has(language)),
        facts: { queue, schedule, integrated },
      }),
    ),
    queues: new Set(flowSet.queues.keys()),
    schedules: new Set(flowSet.schedules.keys()),
  }
}

const recordedTexts = (
  files: FlowFiles,
  languages: readonly string[],
): ReadonlyMap<string, string> =>
  new Map(
    languages.flatMap((language) =>
      [...parseRecordingList(files.texts.get(recordingList(language)) ?? '')].map(
        ([path, { text }]): [string, string] => [path, text],
      ),
    ),
  )

const keyOf = ({ file, place, code }: Finding): string =>
  JSON.stringify([file, place.line, place.column, code])

/** The checker goes over what the compiler went over before: each fault is told once. */
const withoutRepeats = (compiling: readonly Finding[], proving: readonly Finding[]): Finding[] => {
  const told = new Set(compiling.map(keyOf))
  return [...compiling, ...proving.filter((one) => !told.has(keyOf(one)))]
}
