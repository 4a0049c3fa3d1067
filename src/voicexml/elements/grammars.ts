import { resolveAddress } from '../addresses.ts'
import { attributePlace, childrenNamed } from '../check/walk.ts'
import { type Compiler, expressionIn, fault } from '../compiler.ts'
import type { Place, XmlElement } from '../element.ts'
import type { ActiveGrammar, GrammarSource, GrammarTarget, Run } from '../flow.ts'
import { builtinGrammar } from '../grammars/builtin.ts'
import { keysGrammar } from '../grammars/keys.ts'
import { contextOf, textOf } from '../run.ts'

/** `<grammar>` (VoiceXML 2.0 section 3.1): inline, by a constant or by a computed address. */
export const compileGrammar = (
  element: XmlElement,
  target: GrammarTarget,
  compiler: Compiler,
): ActiveGrammar => {
  const { place } = element
  const computed = expressionIn(element, 'srcexpr', compiler)
  if (computed !== null) {
    return {
      target,
      place,
      constant: false,
      source: (run) => grammarAt(run, textOf(run, computed(run)), contextOf(run).document.base),
    }
  }
  const { src } = element.attributes
  const inline = element.children.some((node) => node.kind === 'element' || node.text.trim() !== '')
  if (inline === (src !== undefined)) {
    const message = 'a grammar stands inside <grammar> or at its address, one of the two'
    fault(compiler, place, 'attribute-conflict', message)
  }
  if (src !== undefined) {
    return { target, place, constant: true, source: (run) => grammarAt(run, src, compiler.base) }
  }
  const source = compiler.grammar(element, compiler)
  return { target, place, constant: true, source: () => source }
}

/**
 * A grammar by its address: `builtin:` ones, or a file of the flow folder. Rules of the document itself
 * have no address (VoiceXML 2.0 section 3.1.1.4).
 */
const grammarAt = (run: Run, address: string, from: string): GrammarSource => {
  if (address.startsWith('builtin:')) return builtinSource(address)
  const resolved = resolveAddress(address, from)
  const found =
    resolved.kind === 'file' ? run.flow.grammarAt(resolved.path, resolved.fragment) : undefined
  return (
    found ?? {
      kind: 'fault',
      event: resolved.kind === 'here' ? 'error.semantic' : 'error.badfetch',
      message: `no grammar at ${address}`,
      place: null,
    }
  )
}

const builtinSource = (uri: string): GrammarSource => {
  const built = builtinGrammar(uri)
  if ('grammar' in built) return { kind: 'grammar', grammar: built.grammar }
  return 'fault' in built
    ? { kind: 'fault', event: 'error.badfetch', message: built.fault.message, place: null }
    : {
        kind: 'fault',
        event: 'error.unsupported.builtin',
        message: `${uri} is not supported`,
        place: null,
      }
}

/** The grammar of a field's `type`. */
export const compileType = (type: string, place: Place): ActiveGrammar => {
  const uri = /^builtin:/.test(type) ? type : `builtin:dtmf/${type}`
  const source = builtinSource(uri)
  return { target: { kind: 'item', value: null }, place, constant: true, source: () => source }
}

/** The grammar of a `dtmf` attribute: a sequence of keys. */
export const compileKeys = (
  keys: string,
  element: XmlElement,
  target: GrammarTarget,
  compiler: Compiler,
): readonly ActiveGrammar[] => {
  const built = keysGrammar(keys)
  if (!('grammar' in built)) {
    fault(compiler, attributePlace(element, 'dtmf'), 'attribute-value', `dtmf="${keys}": no keys`)
    return []
  }
  const source: GrammarSource = { kind: 'grammar', grammar: built.grammar }
  return [{ target, place: element.place, constant: true, source: () => source }]
}

/** The `<grammar>` children and the `dtmf` attribute of a choice, a link or an option. */
export const compileGrammars = (
  element: XmlElement,
  target: GrammarTarget,
  compiler: Compiler,
  keys = element.attributes['dtmf'],
): readonly ActiveGrammar[] => [
  ...(keys === undefined ? [] : compileKeys(keys, element, target, compiler)),
  ...childrenNamed(element, 'grammar').map((grammar) => compileGrammar(grammar, target, compiler)),
]
