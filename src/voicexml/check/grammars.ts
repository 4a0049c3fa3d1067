import type { XmlElement } from '../element.ts'
import { builtinGrammar } from '../grammars/builtin.ts'
import type { Compiled, Grammar } from '../grammars/grammar.ts'
import { isReadable, srgsGrammar } from '../grammars/srgs.ts'
import { destinationOf, type Standpoint } from './destination.ts'
import type { Report } from './findings.ts'
import type { Subject } from './subject.ts'
import { attributePlace, childrenNamed, descendants } from './walk.ts'

/** Whether every grammar that is known beforehand can listen to keys. */
export const checkGrammars = (
  root: XmlElement,
  standpoint: Standpoint,
  subject: Subject,
  report: Report,
): void => {
  for (const { element } of descendants(root)) {
    const compiled = compiledAt(element, standpoint, subject)
    if (compiled === null || 'grammar' in compiled) continue
    const attribute = element.name === 'field' ? 'type' : 'src'
    const place = attributePlace(element, attribute)
    if ('unsupported' in compiled)
      report(place, 'bad-grammar', `${compiled.unsupported} is no grammar of keys`)
    // What is wrong in a file of its own is told there.
    else if (compiled.fault.file === null && destinationIn(element, standpoint) === null)
      report(compiled.fault.place ?? place, 'bad-grammar', compiled.fault.message)
  }
}

/** The sound grammars of a field, as far as they are known beforehand. */
export const fieldGrammars = (
  field: XmlElement,
  standpoint: Standpoint,
  subject: Subject,
): readonly Grammar[] =>
  [field, ...childrenNamed(field, 'grammar')].flatMap((element) => {
    const compiled = compiledAt(element, standpoint, subject)
    return compiled !== null && 'grammar' in compiled ? compiled.grammar : []
  })

/** What the `type` of a field or a `<grammar>` comes to; null when there is none, or only at run time. */
const compiledAt = (
  element: XmlElement,
  standpoint: Standpoint,
  subject: Subject,
): Compiled | null => {
  const { type, src } = element.attributes
  if (element.name === 'field')
    return type === undefined
      ? null
      : builtinAt(type.startsWith('builtin:') ? type : `builtin:dtmf/${type}`, subject)
  if (element.name !== 'grammar') return null
  if (src?.startsWith('builtin:')) return builtinAt(src, subject)
  // What the document says of a file counts before the file does.
  if (type !== undefined && !isReadable(type)) return { unsupported: type }
  if ('srcexpr' in element.attributes) return null
  const source =
    src === undefined ? element : subject.grammars.get(destinationIn(element, standpoint) ?? '')
  if (source === undefined) return null
  return once(source, subject, () => srgsGrammar(source, resolverFrom(standpoint, subject)))
}

const builtinAt = (uri: string, subject: Subject): Compiled =>
  once(uri, subject, () => builtinGrammar(uri))

/** Compiled once for all checks that ask for it. */
const once = (
  key: string | XmlElement,
  { reading }: Subject,
  compile: () => Compiled,
): Compiled => {
  const known = reading.grammars.get(key)
  if (known !== undefined) return known
  const compiled = compile()
  reading.grammars.set(key, compiled)
  return compiled
}

const destinationIn = (element: XmlElement, standpoint: Standpoint): string | null => {
  const { src } = element.attributes
  if (element.name !== 'grammar' || src === undefined) return null
  const destination = destinationOf(src, standpoint)
  return destination.kind === 'inside' ? destination.document : null
}

const resolverFrom =
  (standpoint: Standpoint, subject: Subject): Parameters<typeof srgsGrammar>[1] =>
  (uri, from) => {
    const destination = destinationOf(uri, from === null ? standpoint : { path: from, base: from })
    if (destination.kind !== 'inside') return null
    const xml = subject.grammars.get(destination.document)
    return xml === undefined ? null : { xml, file: destination.document }
  }
