import { evaluate as evaluateIn, textOf as textOfValue } from './expressions/evaluate.ts'
import { isScriptFault } from './expressions/fault.ts'
import type { Program } from './expressions/program.ts'
import type { Scope, Value } from './expressions/value.ts'
import type { Content, Context, Departure, Run } from './flow.ts'

/** What one turn may use up. A document that needs more is caught in a loop. */
export const LIMITS = {
  /** Elements executed and form items visited. */
  steps: 20_000,
  /** Dialogs entered and events handled without the caller being asked anything. */
  transitions: 200,
  /** Spoken text, in characters. */
  characters: 50_000,
  /** Things had from outside. */
  fetches: 16,
  /** Subdialogs within subdialogs. */
  contexts: 16,
} as const

/** Added once more after a limit was met, so that a handler can say something. */
const REPRIEVE = { steps: 500, transitions: 10, characters: 2_000, script: 5_000 } as const

/** The context being interpreted. */
export const contextOf = (run: Run): Context => {
  const context = run.contexts.at(-1)
  if (context === undefined) throw new Error('a run without an execution context')
  return context
}

/** Stops what is being executed with an event, from any depth. */
export const raise = (event: string, message: string): never => {
  throw new Error(message, { cause: { event } })
}

/**
 * The event that something thrown stands for: that of `raise`, or `error.semantic` for a fault in a
 * script. Undefined: not the document's doing.
 */
export const eventOf = (thrown: unknown): Departure | undefined => {
  if (isScriptFault(thrown)) {
    return { kind: 'event', name: 'error.semantic', message: thrown.message }
  }
  if (!(thrown instanceof Error)) return undefined
  const cause: unknown = thrown.cause
  if (typeof cause !== 'object' || cause === null || !('event' in cause)) return undefined
  return { kind: 'event', name: String(cause.event), message: thrown.message }
}

/** Takes from a limit; an empty one is `error.semantic`, and a small reprieve for its handler. */
export const spend = (run: Run, limit: 'fuel' | 'transitions' | 'characters', amount = 1): void => {
  run[limit] -= amount
  if (run[limit] >= 0) return
  run.exhausted += 1
  run[limit] = REPRIEVE[limit === 'fuel' ? 'steps' : limit]
  raise('error.semantic', `too much in one turn: ${limit}`)
}

/** The same for the budget of scripts, which the scripts themselves use up. */
export const reprieve = (run: Run): void => {
  if (run.budget.steps >= 0) return
  run.exhausted += 1
  run.budget.steps = REPRIEVE.script
}

/** The scope chain in force, innermost first (VoiceXML 2.0 section 5.1.2). */
export const scopesOf = (run: Run): readonly Scope[] => {
  const { at, dialogScope, documentScope, application } = contextOf(run)
  const scopes = [...run.local]
  if (at !== 'document') scopes.push(dialogScope)
  scopes.push(documentScope)
  if (application !== documentScope) scopes.push(application)
  scopes.push(run.session)
  return scopes
}

export const evaluate = (run: Run, program: Program): Value =>
  evaluateIn(program, scopesOf(run), run.budget)

/** A value as text, by the rules of ECMAScript. */
export const textOf = (run: Run, value: Value): string => textOfValue(value, run.budget)

/** Executes content in the scope it stands in, until something leaves it. */
export const perform = (content: Content, run: Run): Departure | undefined => {
  for (const step of content) {
    spend(run, 'fuel')
    const departure = step(run)
    if (departure !== undefined) return departure
  }
  return undefined
}

/** Executes content in an anonymous scope of its own, as blocks, handlers and `<filled>` have it. */
export const performApart = (content: Content, run: Run, local: Scope): Departure | undefined => {
  const outside = run.local
  run.local = [local]
  try {
    return perform(content, run)
  } finally {
    run.local = outside
  }
}
