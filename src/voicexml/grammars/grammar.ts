import type { Place } from '../element.ts'
import { isScriptFault } from '../expressions/fault.ts'
import type { Json } from '../turn.ts'
import { type Automaton, compile, follow } from './automaton.ts'
import { type Expansion, KEYS, type Rule } from './expansion.ts'
import { type Network, wire } from './network.ts'
import { interpret } from './semantics.ts'

/** One grammar, compiled; shared by all calls. */
export type Grammar = {
  readonly automaton: Automaton
  readonly root: Rule
  /** The way the digits take through the rules; null when they mean themselves, whatever way it is. */
  readonly network: Network | null
}

/** A grammar, or why there is none. */
export type Compiled =
  | { readonly grammar: Grammar }
  /** A format or built-in type outside the profile: `error.unsupported.format` or `.builtin`. */
  | { readonly unsupported: string }
  /** Something is wrong with it: `error.badfetch`. `place` is in `file`, null = the grammar itself. */
  | { readonly fault: GrammarFault }

export type GrammarFault = {
  readonly message: string
  readonly place: Place | null
  readonly file: string | null
}

/** A grammar whose value is what `value` makes of the digits; by default the digits themselves. */
export const createGrammar = (
  body: Expansion,
  value: ((digits: string) => Json) | null = null,
): Compiled =>
  compileRule({
    name: '',
    body,
    globals: [],
    interpret: value,
    declared: false,
    origin: null,
  })

export const compileRule = (root: Rule): Compiled => {
  const network = wire(root)
  if ('fault' in network) return refused(network.fault, network.rule)
  const automaton = compile(network)
  if ('fault' in automaton) return refused(automaton.fault, null)
  if (network.recursive && automaton.minDigits === null) {
    return refused(`rule ${root.name} leads back to itself without end`, root)
  }
  const interpreted = root.interpret === null && (network.tagged || root.declared)
  return { grammar: Object.freeze({ automaton, root, network: interpreted ? network : null }) }
}

const refused = (message: string, rule: Rule | null): Compiled => ({
  fault: { message, place: rule?.origin?.place ?? null, file: rule?.origin?.file ?? null },
})

/** What a string of digits means to the grammar that took it. */
export type Match = {
  /** Which of the grammars given; the lowest that matches. */
  readonly index: number
  readonly interpretation: Json
  /** Why a semantic script gave no value, which is then null; `error.semantic`. */
  readonly fault: string | null
}

/** The grammars that listen at the same time, asked as one. */
export type ActiveGrammars = {
  /** Shortest string that any takes; null when none takes any. */
  readonly minDigits: number | null
  /** Longest string that any takes; null = no limit; 0 when none takes any. */
  readonly maxDigits: number | null
  /** True when the key occurs in a string that is taken. */
  readonly uses: (key: string) => boolean
  readonly match: (digits: string) => Match | null
  /** True when more keys after these can still lead to a match. */
  readonly canContinue: (digits: string) => boolean
}

/** The grammars in order of precedence, first = highest. The union is asked, never built: no sum of small grammars is too large. */
export const activeGrammars = (grammars: readonly Grammar[]): ActiveGrammars => {
  const automata = grammars.map((grammar) => grammar.automaton)
  const taking = automata.filter((automaton) => automaton.minDigits !== null)
  const longest = taking.map((automaton) => automaton.maxDigits)
  return {
    minDigits: taking.length === 0 ? null : Math.min(...taking.map((each) => each.minDigits ?? 0)),
    maxDigits: longest.includes(null) ? null : Math.max(0, ...longest.map((length) => length ?? 0)),
    uses: (key) => automata.some((automaton) => usesKey(automaton, key)),
    match: (digits) => {
      const index = automata.findIndex((automaton) => follow(automaton, digits)?.accepts)
      const grammar = grammars[index]
      return grammar ? { index, ...meaningOf(grammar, digits) } : null
    },
    canContinue: (digits) =>
      automata.some((automaton) => follow(automaton, digits)?.next.some((to) => to >= 0)),
  }
}

const usesKey = ({ states }: Automaton, key: string): boolean => {
  const at = KEYS.indexOf(key)
  return at >= 0 && key.length === 1 && states.some((state) => (state.next[at] ?? -1) >= 0)
}

const meaningOf = ({ root, network }: Grammar, digits: string): Omit<Match, 'index'> => {
  if (root.interpret) return { interpretation: root.interpret(digits), fault: null }
  if (!network) return { interpretation: digits, fault: null }
  try {
    return { interpretation: interpret(network, digits), fault: null }
  } catch (error) {
    if (!isScriptFault(error)) throw error
    return { interpretation: null, fault: error.message }
  }
}
