import { resolveAddress } from '../addresses.ts'
import { attributePlace, ownText } from '../check/walk.ts'
import { type Compiler, compileProgram, expressionIn, fault, textIn, wordsIn } from '../compiler.ts'
import { newCounters } from '../contexts.ts'
import type { XmlElement } from '../element.ts'
import { assign, isReference } from '../expressions/evaluate.ts'
import { parseScript } from '../expressions/program.ts'
import { isDeclared, type Value } from '../expressions/value.ts'
import { cachingIn, fetchSource, requestFor } from '../fetching.ts'
import type { Run, Step } from '../flow.ts'
import { eventOfNothing } from '../missing-files.ts'
import { contextOf, evaluate, raise, scopesOf } from '../run.ts'
import { innermost, requireDeclared, requireName } from '../scopes.ts'

/**
 * `<var>` (VoiceXML 2.0 section 5.3.1). Declared again without a value it keeps the one it has; in the
 * form of a subdialog a parameter of its name takes the place of its expression.
 */
export const compileVar = (element: XmlElement, compiler: Compiler): Step => {
  const name = element.attributes['name'] ?? ''
  const checkName = requireName(name)
  const expression = expressionIn(element, 'expr', compiler)
  return (run) => {
    checkName()
    const scope = innermost(run)
    if (run.params?.has(name) && scope === contextOf(run).dialogScope) {
      scope[name] = run.params.get(name)
      run.params.delete(name)
    } else if (expression !== null) scope[name] = expression(run)
    else if (!Object.hasOwn(scope, name)) scope[name] = undefined
    return undefined
  }
}

/** `<assign>` (section 5.3.2): the name may lead into an object; what is not declared is a fault. */
export const compileAssign = (element: XmlElement, compiler: Compiler): Step => {
  const name = element.attributes['name'] ?? ''
  const value = expressionIn(element, 'expr', compiler)
  const target = compileProgram(name, attributePlace(element, 'name'), compiler)
  const checkDeclared = requireDeclared(name)
  return (run) => {
    if (!isReference(target())) return raise('error.semantic', `${name} cannot be assigned to`)
    checkDeclared(run)
    assign(target(), value?.(run), scopesOf(run), run.budget)
    return undefined
  }
}

/** `<clear>` (section 5.3.3): variables become undefined; form items also start their counters anew. */
export const compileClear = (element: XmlElement, compiler: Compiler): Step => {
  const place = attributePlace(element, 'namelist')
  const names = wordsIn(element.attributes['namelist']).map((name) => ({
    name,
    item: name.replace(/^dialog\./, ''),
    checkDeclared: requireDeclared(name),
    target: compileProgram(name, place, compiler),
  }))
  return (run) => {
    const context = contextOf(run)
    const { items } = context.dialog
    for (const { checkDeclared, target } of names) {
      checkDeclared(run)
      assign(target(), undefined, scopesOf(run), run.budget)
    }
    const cleared = names.filter(({ name }) => !isDeclared(run.local, name))
    for (const { name, index } of items) {
      if (names.length > 0 && cleared.every(({ item }) => item !== name)) continue
      context.dialogScope[name] = undefined
      context.items[index] = newCounters()
    }
    return undefined
  }
}

/** `<script>` (section 5.3.12), inline or from its address. */
export const compileScript = (element: XmlElement, compiler: Compiler): Step => {
  const src = textIn(element, 'src', 'srcexpr', compiler)
  if (src !== null) {
    if (ownText(element).trim() !== '') {
      fault(compiler, element.place, 'attribute-conflict', 'a script has an address or a text')
    }
    const caching = cachingIn(element, 'script')
    return (run) => {
      const address = src(run)
      const { at, document } = contextOf(run)
      const resolved = resolveAddress(address, at === 'document' ? compiler.base : document.base)
      if (resolved.kind === 'web') {
        const { source } = fetchSource(run, requestFor(run, 'script', resolved.url, caching))
        if (source.kind === 'script') evaluate(run, source.program)
        return undefined
      }
      const program = resolved.kind === 'file' ? run.flow.scripts.get(resolved.path) : undefined
      if (program === undefined) {
        return raise(eventOfNothing(run.flow, resolved), `no script at ${address}`)
      }
      evaluate(run, program)
      return undefined
    }
  }
  if (ownText(element).trim() === '') {
    return () => raise('error.badfetch', 'a script needs an address or a text')
  }
  const text = element.children[0]?.place ?? element.place
  const script = compileProgram(ownText(element), text, compiler, parseScript)
  return (run) => {
    evaluate(run, script())
    return undefined
  }
}

/** The values of the named variables as an object; one that is not declared is `error.semantic`. */
export const namedValues = (names: readonly string[], run: Run): ReadonlyMap<string, Value> =>
  new Map(
    names.map((name) => {
      const [first = '', ...rest] = name.split('.')
      const scopes = scopesOf(run)
      requireDeclared(name)(run)
      if (!isDeclared(scopes, first)) raise('error.semantic', `${name} is not declared`)
      let value = scopes.find((scope) => Object.hasOwn(scope, first))?.[first]
      for (const key of rest) {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) {
          return raise('error.semantic', `${name} is not declared`)
        }
        value = value[key]
      }
      return [rest.at(-1) ?? first, value] as const
    }),
  )
