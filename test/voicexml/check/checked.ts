import type { Prompt } from '../../../src/prompts/catalogue.ts'
import { checkFlow } from '../../../src/voicexml/check/check-flow.ts'
import type { CheckedFlow } from '../../../src/voicexml/check/subject.ts'
import type { Finding, XmlElement } from '../../../src/voicexml/element.ts'
import { readXml } from '../../../src/voicexml/read-xml.ts'

/** A flow in few words: sources by path, prompts by language, and how they are reached. */
export type SmallFlow = {
  readonly files: Readonly<Record<string, string>>
  readonly prompts?: Readonly<Record<string, Readonly<Record<string, string | Prompt>>>>
  readonly audio?: readonly string[]
  /** What recordings say, by path. */
  readonly recordedTexts?: Readonly<Record<string, string>>
  readonly languages?: readonly string[]
  readonly queues?: readonly string[]
  readonly schedules?: readonly string[]
}

/** The content of `<vxml>`, made a whole document. */
export const vxml = (content: string, attributes = ''): string =>
  `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"${attributes}>${content}</vxml>`

/** Checks a small flow that one line enters at its first file. */
export const findingsOf = (flow: SmallFlow): readonly Finding[] => {
  const { files, prompts = {}, audio = [], languages = ['ru-RU'] } = flow
  const documents = new Map<string, XmlElement>()
  const grammars = new Map<string, XmlElement>()
  for (const [path, source] of Object.entries(files)) {
    if (path.endsWith('.js')) continue
    const read = readXml(source, path)
    if ('root' in read) (path.endsWith('.vxml') ? documents : grammars).set(path, read.root)
  }
  const catalogues = Object.entries(prompts).map(([language, entries]) => {
    const read = Object.entries(entries).map(([key, prompt]): [string, Prompt] => [
      key,
      typeof prompt === 'string' ? { text: prompt } : prompt,
    ])
    return [language, new Map(read)] as const
  })
  const checked: CheckedFlow = {
    documents,
    grammars,
    files: new Set(Object.keys(files)),
    scripts: new Map(Object.entries(files).filter(([path]) => path.endsWith('.js'))),
    catalogues: new Map(catalogues),
    hasAudio: (path) => audio.includes(path),
    recordedTexts: new Map(Object.entries(flow.recordedTexts ?? {})),
    lines: [{ number: '+78005557373', flow: Object.keys(files)[0] ?? '', languages }],
    queues: new Set(flow.queues ?? ['general']),
    schedules: new Set(flow.schedules ?? ['hotline']),
  }
  return checkFlow(checked)
}

/** The codes found, each once, in alphabetical order. */
export const codesOf = (flow: SmallFlow): readonly string[] =>
  [...new Set(findingsOf(flow).map(({ code }) => code))].sort()
