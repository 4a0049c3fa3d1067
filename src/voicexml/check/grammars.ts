import type { XmlElement } from '../element.ts'
import { builtinGrammar } from '../grammars/builtin.ts'
import type { Compiled, Grammar } from '../grammars/grammar.ts'
import { srgsGrammar } from '../grammars/srgs.ts'
import { destinationOf } from './destination.ts'
import type { Report } from './findings.ts'
import type { Subject } from './subject.ts'
import { attributePlace, childrenNamed, descendants } from './walk.ts'

/** Whether every grammar that is known beforehand can listen to keys. */
export const checkGrammars = (
  root: XmlElement,
  path: string,
  subject: Subject,
  report: Report,
): void => {
  for (const { element } of descendants(root)) {
    const compiled = compiledAt(element, path, subject)
    if (compiled === null || 'grammar' in compiled) continue
    const attribute = element.name === 'field' ? 'type' : 'src'
    const place = attributePlace(element, attribute)
    if ('unsupported' in compiled)
      report(place, 'bad-grammar', `${compiled.unsupported} is no grammar of keys`)
    // What is wrong in a file of its own is told there.
    else if (compiled.fault.file === null && destinationIn(element, path) === null)
      report(compiled.fault.place ?? place, 'bad-grammar', compiled.fault.message)
  }
}

/** The sound grammars of a field, as far as they are known beforehand. */
export const fieldGrammars = (
  field: XmlElement,
  path: string,
  subject: Subject,
): readonly Grammar[] =>
  [field, ...childrenNamed(field, 'grammar')].flatMap((element) => {
    const compiled = compiledAt(element, path, subject)
    return compiled !== null && 'grammar' in compiled ? compiled.grammar : []
  })

/** What the `type` of a field or a `<grammar>` comes to; null when there is none, or only at run time. */
const compiledAt = (element: XmlElement, path: string, subject: Subject): Compiled | null => {
  const { type, src } = element.attributes
  if (element.name === 'field')
    return type === undefined
      ? null
      : builtinGrammar(type.startsWith('builtin:') ? type : `builtin:dtmf/${type}`)
  if (element.name !== 'grammar' || 'srcexpr' in element.attributes) return null
  if (src?.startsWith('builtin:')) return builtinGrammar(src)
  const source =
    src === undefined ? element : subject.grammars.get(destinationIn(element, path) ?? '')
  return source === undefined ? null : srgsGrammar(source, resolverFrom(path, subject))
}

const destinationIn = (element: XmlElement, path: string): string | null => {
  const { src } = element.attributes
  if (element.name !== 'grammar' || src === undefined) return null
  const destination = destinationOf(src, path)
  return destination.kind === 'inside' ? destination.document : null
}

const resolverFrom =
  (path: string, subject: Subject): Parameters<typeof srgsGrammar>[1] =>
  (uri, from) => {
    const destination = destinationOf(uri, from ?? path)
    if (destination.kind !== 'inside') return null
    const xml = subject.grammars.get(destination.document)
    return xml === undefined ? null : { xml, file: destination.document }
  }
