import { createObject, createScope, type Scope, type Value } from './expressions/value.ts'
import type { Run, SessionVariables } from './flow.ts'
import { frozenFrom } from './json-values.ts'
import { contextOf, raise, scopesOf } from './run.ts'
import type { Json } from './turn.ts'

/** A new scope; `names` are those by which documents refer to it, such as `dialog` in `dialog.total`. */
export const newScope = (...names: readonly string[]): Scope => {
  const scope = createScope()
  for (const name of names) scope[name] = scope
  return scope
}

/**
 * The scope `session` with its variables, which documents can read but not change. In `connection` the
 * word `originator` stands for the party of that name, and becomes the same object (VoiceXML 2.0 section
 * 5.1.4). It is the same at every turn of a call, so one that was made of these variables serves again.
 */
export const sessionScope = (variables: SessionVariables): Scope => {
  const made = sessionScopes.get(variables)
  if (made !== undefined) return made
  const scope = sessionScopeOf(variables)
  sessionScopes.set(variables, scope)
  return scope
}

const sessionScopes = new WeakMap<SessionVariables, Scope>()

const sessionScopeOf = (variables: SessionVariables): Scope => {
  const scope = newScope('session')
  for (const name of Object.keys(variables)) {
    const value = variables[name] ?? null
    scope[name] = name === 'connection' ? connectionFrom(value) : frozenFrom(value)
  }
  return Object.freeze(scope)
}

const connectionFrom = (json: Json): Value => {
  const frozen = frozenFrom(json)
  if (typeof frozen !== 'object' || frozen === null || Array.isArray(frozen)) return frozen
  const { originator } = frozen
  if (originator !== 'local' && originator !== 'remote') return frozen
  return Object.freeze(Object.assign(createObject(), frozen, { originator: frozen[originator] }))
}

/** The innermost scope: where `<var>` and `<script>` declare. */
export const innermost = (run: Run): Scope => {
  const local = run.local[0]
  if (local !== undefined) return local
  const context = contextOf(run)
  return context.at === 'document' ? context.documentScope : context.dialogScope
}

/**
 * A name with its scope in front, such as `dialog.total`, is that of a variable like any other: where the
 * scope does not declare it, what is returned raises `error.semantic` (VoiceXML 2.0 section 5.1.1).
 * Properties of objects need no declaration; names without a scope are left to those who look them up.
 */
export const requireDeclared = (name: string): ((run: Run) => void) => {
  const [first = '', variable] = name.split('.')
  if (variable === undefined) return () => undefined
  return (run) => {
    const scope = scopesOf(run).find((each) => Object.hasOwn(each, first))
    if (scope !== undefined && scope[first] === scope && !Object.hasOwn(scope, variable)) {
      raise('error.semantic', `${name} is not declared`)
    }
  }
}

const RESERVED: ReadonlySet<string> = new Set(
  `break case catch class const continue debugger default delete do else enum export extends false
  finally for function if import in instanceof new null return super switch this throw true try
  typeof var void while with`.split(/\s+/),
)

/**
 * Names are declared without a scope in front and never in the place of the scopes themselves
 * (VoiceXML 2.0 section 5.1.1). The name is looked at once; a wrong one is `error.semantic` each time that
 * what is returned is called.
 */
export const requireName = (name: string): (() => void) =>
  /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && !RESERVED.has(name)
    ? () => undefined
    : () => raise('error.semantic', `${name} cannot be declared`)
