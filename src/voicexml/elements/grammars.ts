import { resolveAddress } from '../addresses.ts'
import { attributePlace, childrenNamed } from '../check/walk.ts'
import { type Compiler, expressionIn, fault, type Known } from '../compiler.ts'
import type { Place, XmlElement } from '../element.ts'
import { type Caching, cachingIn } from '../fetching.ts'
import type { ActiveGrammar, GrammarSource, GrammarTarget, Run } from '../flow.ts'
import { builtinGrammar } from '../grammars/builtin.ts'
import type { Compiled } from '../grammars/grammar.ts'
import { keysGrammar } from '../grammars/keys.ts'
import { isReadable } from '../grammars/srgs.ts'
import { eventOfNothing } from '../missing-files.ts'
import { contextOf, textOf } from '../run.ts'
import { grammarOf, refersToWeb, webGrammar } from '../web-grammars.ts'

/** `<grammar>` (VoiceXML 2.0 section 3.1): inline, by a constant or by a computed address. */
export const compileGrammar = (
  element: XmlElement,
  target: GrammarTarget,
  compiler: Compiler,
): ActiveGrammar => {
  const { place } = element
  const computed = expressionIn(element, 'srcexpr', compiler)
  const caching = cachingIn(element, 'grammar')
  const foreign = foreignType(element)
  const { src } = element.attributes
  const inline = element.children.some((node) => node.kind === 'element' || node.text.trim() !== '')
  if (inline === (src !== undefined || computed !== null)) {
    const message = 'a grammar stands inside <grammar> or at its address, one of the two'
    fault(compiler, place, 'attribute-conflict', message)
  }
  if (computed !== null) {
    return {
      target,
      place,
      constant: false,
      source: (run) =>
        foreign ??
        grammarAt(run, textOf(run, computed(run)), contextOf(run).document.base, caching),
    }
  }
  if (src !== undefined) {
    const constant = resolveAddress(src, compiler.base).kind !== 'web'
    const source = (run: Run) => foreign ?? grammarAt(run, src, compiler.base, caching)
    return { target, place, constant, source }
  }
  if (refersToWeb(element, compiler.path)) {
    const source = (run: Run) => grammarOf(run, element, compiler.path, null)
    return { target, place, constant: false, source }
  }
  const source = compiler.grammar(element, compiler)
  return { target, place, constant: true, source: () => source }
}

/** What the `type` of a grammar says before it is fetched; null: it can be one of keys. */
const foreignType = ({ attributes: { type, src } }: XmlElement): GrammarSource | null =>
  type === undefined || isReadable(type) || src?.startsWith('builtin:')
    ? null
    : {
        kind: 'fault',
        event: 'error.unsupported.format',
        message: `grammars of type ${type} are not supported`,
        place: null,
      }

/**
 * A grammar by its address: `builtin:` ones, a file of the flow folder, one of a web server. Rules of the
 * document itself have no address (VoiceXML 2.0 section 3.1.1.4).
 */
const grammarAt = (run: Run, address: string, from: string, caching: Caching): GrammarSource => {
  if (address.startsWith('builtin:')) return builtinSource(address)
  const resolved = resolveAddress(address, from)
  if (resolved.kind === 'web') return webGrammar(run, resolved.url, resolved.fragment, caching)
  const found =
    resolved.kind === 'file' ? run.flow.grammarAt(resolved.path, resolved.fragment) : undefined
  return (
    found ?? {
      kind: 'fault',
      event: resolved.kind === 'here' ? 'error.semantic' : eventOfNothing(run.flow, resolved),
      message: `no grammar at ${address}`,
      place: null,
    }
  )
}

const builtinSource = (uri: string, built = builtinGrammar(uri)): GrammarSource => {
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
export const compileType = (type: string, place: Place, { known }: Compiler): ActiveGrammar => {
  const uri = /^builtin:/.test(type) ? type : `builtin:dtmf/${type}`
  const source = builtinSource(
    uri,
    once(known, uri, () => builtinGrammar(uri)),
  )
  return { target: { kind: 'item', value: null }, place, constant: true, source: () => source }
}

const once = ({ grammars }: Known, name: string, compile: () => Compiled): Compiled => {
  const compiled = grammars.get(name) ?? compile()
  grammars.set(name, compiled)
  return compiled
}

/** The grammar of a `dtmf` attribute: a sequence of keys. */
export const compileKeys = (
  keys: string,
  element: XmlElement,
  target: GrammarTarget,
  compiler: Compiler,
): readonly ActiveGrammar[] => {
  const built = once(compiler.known, `keys ${keys}`, () => keysGrammar(keys))
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
