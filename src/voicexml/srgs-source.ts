import type { XmlElement } from './element.ts'
import type { GrammarSource } from './flow.ts'
import { type ResolveGrammar, srgsGrammar } from './grammars/srgs.ts'

/** One SRGS grammar as it is activated: what is wrong with it is the event that comes of it. */
export const srgsSource = (
  element: XmlElement,
  resolve: ResolveGrammar,
  fragment: string | null,
): GrammarSource => {
  const built = srgsGrammar(element, resolve, fragment)
  if ('grammar' in built) return { kind: 'grammar', grammar: built.grammar }
  if ('unsupported' in built) {
    const event = 'error.unsupported.format'
    return { kind: 'fault', event, message: built.unsupported, place: null }
  }
  const { message, place } = built.fault
  return { kind: 'fault', event: 'error.badfetch', message, place: place ?? element.place }
}
