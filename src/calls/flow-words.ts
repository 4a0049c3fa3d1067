import { childrenNamed, descendants, ownText } from '../voicexml/check/walk.ts'
import type { Document } from '../voicexml/flow.ts'
import type { FlowSet } from './flow-set.ts'

/** What a document is called among people: its `<meta name="title" content="…"/>`; null without one. */
export const titleOf = (set: FlowSet, path: string): string | null => {
  const document = set.setting.flow.documents.get(path)
  return document === undefined ? null : documentTitle(document)
}

const documentTitle = ({ xml }: Document): string | null =>
  childrenNamed(xml, 'meta').find(({ attributes }) => attributes['name'] === 'title')?.attributes[
    'content'
  ] ?? null

/** Topics that the flows note with `<log label="topic">`, sorted, with the title of the document. */
export const topicsOf = (set: FlowSet): ReadonlyMap<string, string | null> => {
  const topics = [...set.setting.flow.documents.values()].flatMap((document) => {
    const title = documentTitle(document)
    return descendants(document.xml)
      .filter(({ element }) => element.name === 'log' && element.attributes['label'] === 'topic')
      .map(({ element }) => [ownText(element).trim(), title] as const)
      .filter(([topic]) => topic !== '')
  })
  return new Map(topics.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
