import type { XmlElement } from '../element.ts'
import { type Handler, handlersIn, rootOf } from './handlers.ts'
import type { Outline } from './outline.ts'
import type { Subject } from './subject.ts'
import { childrenNamed, descendants, ownText } from './walk.ts'

/** What a document and its root lend to all its dialogs. */
export type Around = {
  readonly handlers: readonly Handler[]
  /** Names in conditions of those handlers. */
  readonly read: ReadonlySet<string>
  /** Variables that a script may change at any time: they are never followed. */
  readonly scripted: ReadonlySet<string>
  /** Variables of the documents themselves. */
  readonly declared: ReadonlySet<string>
  readonly subject: Subject
}

export const aroundDialogsOf = (outline: Outline, subject: Subject): Around => {
  const root = rootOf(outline, subject.outlines)
  const documents = root === null ? [outline.root] : [outline.root, root.root]
  const handlers = documents.flatMap(handlersIn)
  const read = new Set<string>()
  for (const { element } of handlers) namesRead(element, subject, read)
  const scripted = new Set<string>()
  for (const document of documents)
    for (const { element } of descendants(document))
      if (element.name === 'script')
        for (const name of subject.reading.script(ownText(element))?.free ?? []) scripted.add(name)
  for (const text of subject.scripts.values())
    for (const name of subject.reading.script(text)?.free ?? []) scripted.add(name)
  const declared = new Set(
    documents.flatMap((document) =>
      childrenNamed(document, 'var').map(({ attributes }) => attributes['name'] ?? ''),
    ),
  )
  return { handlers, read, scripted, declared, subject }
}

/** Attributes on whose variables it hangs where a call goes. */
const naming = new Set(['cond', 'eventexpr', 'expritem'])

export const namesRead = (root: XmlElement, subject: Subject, names: Set<string>): void => {
  for (const { element } of descendants(root)) {
    const { attributes } = element
    const isLeading = element.name === 'goto' || element.name === 'submit'
    for (const attribute in attributes)
      if (naming.has(attribute) || (isLeading && attribute === 'expr'))
        for (const name of readBy(attributes[attribute], subject)) names.add(name)
  }
}

export const readBy = (source: string | undefined, subject: Subject): Iterable<string> =>
  (source === undefined ? null : subject.reading.expression(source)?.variables) ?? []
