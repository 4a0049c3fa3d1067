import { slotOf, type Value } from './value.ts'

/**
 * Why an expression or script has no value: an ECMAScript error, a `throw` of the document or a spent
 * budget. The engine turns it into `error.semantic`.
 */
export type ScriptFault = Error & {
  readonly kind: 'script-fault'
  /** `ReferenceError`, `TypeError`, …; `BudgetError` when a limit was reached. */
  readonly errorName: string
  /** What the document threw; null when the interpreter found the fault itself. */
  readonly thrown: { readonly value: Value } | null
  /** Where in the source of which program; offset in UTF-16 units from 0. */
  at: { readonly program: string; readonly offset: number } | null
}

export const scriptFault = (
  errorName: string,
  message: string,
  thrown: ScriptFault['thrown'] = null,
  cause?: unknown,
): ScriptFault =>
  Object.assign(new Error(message, cause === undefined ? {} : { cause }), {
    kind: 'script-fault' as const,
    errorName,
    thrown,
    at: null,
  })

export const isScriptFault = (error: unknown): error is ScriptFault =>
  error instanceof Error && (error as Partial<ScriptFault>).kind === 'script-fault'

export const typeFault = (message: string): ScriptFault => scriptFault('TypeError', message)

/** A limit is reached; a `catch` of the document does not see it. */
export const budgetFault = (message: string): ScriptFault => scriptFault('BudgetError', message)

export const thrownFault = (value: Value): ScriptFault =>
  scriptFault('Error', describeThrown(value), { value })

/** Characters of a thrown text that a message repeats. */
const MAX_MESSAGE = 200

const describeThrown = (value: Value): string => toldShort(describe(value))

/** Long texts cut, for messages. */
export const toldShort = (text: string): string =>
  text.length <= MAX_MESSAGE ? text : `${text.slice(0, MAX_MESSAGE)}…`

const describe = (value: Value): string => {
  if (slotOf(value)?.kind === 'error' && value !== null && typeof value === 'object') {
    const { name, message } = value as { name?: Value; message?: Value }
    return `${typeof name === 'string' ? name : 'Error'}: ${typeof message === 'string' ? message : ''}`
  }
  return typeof value === 'object' && value !== null ? 'an object was thrown' : String(value)
}
