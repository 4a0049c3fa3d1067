import { childrenNamed, descendants, ownText } from '../voicexml/check/walk.ts'
import type { XmlElement } from '../voicexml/element.ts'
import type { Document } from '../voicexml/flow.ts'
import type { FlowSet } from './flow-set.ts'

/**
 * What a station of a caller's way is called: the title of its document. Null where the dialog asks for
 * nothing, as somebody who is only led through has not been there; and where the document has no title.
 */
export const stationOf = (set: FlowSet, path: string, dialog: string): string | null => {
  const document = set.setting.flow.documents.get(path)
  const found = document?.xml.children.find(
    (child) => child.kind === 'element' && child.attributes['id'] === dialog,
  )
  return document !== undefined && found?.kind === 'element' && isAsking(found)
    ? documentTitle(document)
    : null
}

const isAsking = (dialog: XmlElement): boolean =>
  descendants(dialog).some(({ element }) => ['menu', 'field', 'record'].includes(element.name))

/** What a document is called among people: its `<meta name="title" content="…"/>`; null without one. */
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
