import { type Scope, slotOf, type Value } from './expressions/value.ts'
import type { Given } from './fetch-request.ts'
import { openSession } from './saved-run.ts'
import type { Session } from './session.ts'
import type { Setting } from './setting.ts'

/** A variable of a call as people read it. */
export type Variable = {
  /** With its scope in front, `dialog.number`; one `>` more for each subdialog it lies in. */
  readonly name: string
  /** What its scope belongs to: `status.vxml#status` for a dialog, else the path of a document. */
  readonly owner: string
  /** Much as a script would write it, cut off when it is long. */
  readonly value: string
}

/** By owner and name. */
export type Variables = ReadonlyMap<string, Variable>

const longestValue = 120
const longestText = 60
const mostItems = 8
const deepest = 4

/**
 * The variables of the scopes application, document and dialog of each execution context. Left out is
 * what the engine declares itself: scopes, items without a name, shadow variables, `lastresult$`.
 *
 * @param mask is given each text and number, and returns what is to be shown of it
 * @param given has the texts from outside that the session stands on
 */
export const variablesOf = (
  session: Session,
  setting: Setting,
  mask: (text: string) => string = (text) => text,
  given: Given | null = null,
): Variables => {
  const found = new Map<string, Variable>()
  openSession(session, setting, given).contexts.forEach((context, depth) => {
    const { application, documentScope, dialogScope, document, root, dialog } = context
    const unnamed = new Set(dialog.items.filter(({ named }) => !named).map(({ name }) => name))
    const note = (scope: Scope, word: string, owner: string): void => {
      for (const [own, value] of Object.entries(scope)) {
        if (value === scope || own.endsWith('$') || unnamed.has(own)) continue
        const name = `${'>'.repeat(depth)}${word}.${own}`
        found.set(`${owner} ${name}`, { name, owner, value: literal(value, mask) })
      }
    }
    note(application, 'application', root.path)
    if (documentScope !== application) note(documentScope, 'document', document.path)
    note(dialogScope, 'dialog', `${document.path}#${dialog.id}`)
  })
  return found
}

/**
 * What has become of variables: those with another value, and new ones that have any; in a subdialog those
 * that are not as outside it. What went away with its scope is not told.
 */
export const changedVariables = (before: Variables, after: Variables): readonly Variable[] =>
  [...after].flatMap(([key, variable]) => {
    const known = before.get(key) ?? before.get(key.replace(' >', ' '))
    return variable.value === (known?.value ?? 'undefined') ? [] : [variable]
  })

/** A value as people read it; `mask` as for `variablesOf`. */
export const literal = (value: Value, mask: (text: string) => string): string =>
  cut(written(value, mask, 0), longestValue)

const written = (value: Value, mask: (text: string) => string, depth: number): string => {
  if (typeof value === 'string') return `'${cut(mask(value), longestText)}'`
  if (typeof value === 'number') return mask(String(value))
  if (typeof value !== 'object' || value === null) return String(value)
  const hidden = slotOf(value)
  if (hidden?.kind === 'closure' || hidden?.kind === 'native') return 'function'
  if (hidden?.kind === 'date' && Math.abs(hidden.milliseconds) <= 8.64e15)
    return new Date(hidden.milliseconds).toISOString()
  if (depth === deepest) return '…'
  if (Array.isArray(value)) {
    return `[${some(value, (item) => written(item, mask, depth + 1))}]`
  }
  const pairs = some(Object.entries(value), ([key, item]) => {
    const name = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
      ? key
      : `'${cut(key, longestText)}'`
    return `${name}: ${written(item, mask, depth + 1)}`
  })
  return pairs === '' ? '{}' : `{ ${pairs} }`
}

const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text

const some = <Item>(items: readonly Item[], write: (item: Item) => string): string => {
  const written = items.slice(0, mostItems).map(write)
  return [...written, ...(items.length > mostItems ? ['…'] : [])].join(', ')
}
