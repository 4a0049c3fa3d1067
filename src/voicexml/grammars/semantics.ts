import { evaluate } from '../expressions/evaluate.ts'
import { scriptFault } from '../expressions/fault.ts'
import { fromJson, toJson } from '../expressions/json.ts'
import { createBudget } from '../expressions/machine.ts'
import type { Budget } from '../expressions/value.ts'
import {
  createFunction,
  createObject,
  createScope,
  declare,
  type Scope,
  type ScriptObject,
  type Value,
} from '../expressions/value.ts'
import type { Json } from '../turn.ts'
import { type Derivation, derive } from './derivation.ts'
import type { Rule } from './expansion.ts'
import type { Network } from './network.ts'

/** Longest string whose path through the rules is looked for. */
const MAX_DIGITS = 256

/**
 * What digits mean by the tags of the rules that took them (Semantic Interpretation 1.0,
 * https://www.w3.org/TR/semantic-interpretation/). When no tag took part and the grammar does not say how
 * tags are meant, the meaning is the digits themselves. Throws a `ScriptFault` when a tag does.
 */
export const interpret = (network: Network, digits: string): Json => {
  if (digits.length > MAX_DIGITS) throw scriptFault('RangeError', 'too many keys to interpret')
  const derivation = derive(network, digits)
  if (!derivation || !(derivation.tagged || derivation.rule.declared)) return digits
  const budget = createBudget({ steps: 20_000 })
  return toJson(meaning(derivation, budget, new Map()))
}

type Globals = Map<Rule['globals'], Scope>

/** The value of one rule: what its tags leave in `out`; without tags the last rule below, else the digits. */
const meaning = ({ rule, digits, steps }: Derivation, budget: Budget, globals: Globals): Value => {
  if (rule.interpret) return fromJson(rule.interpret(digits))

  const scope = createScope()
  const below = visible(digits)
  const out = createObject()
  declare(scope, 'out', out)
  if (!rule.declared) declare(scope, '$', out)
  declare(scope, 'rules', below.rules)
  declare(scope, 'meta', below.meta)
  let tags = 0
  let value: Value
  for (const step of steps) {
    if (step.kind === 'rule') {
      const { derivation } = step
      below.add(derivation, meaning(derivation, budget, globals))
      continue
    }
    tags += 1
    const { tag } = step
    const scopes = [scope, globalScope(rule, budget, globals)]
    if (tag.kind === 'literal') scope['out'] = tag.value
    else if (tag.kind === 'words') {
      value = scopes.find((each) => Object.hasOwn(each, tag.value))?.[tag.value] ?? tag.value
    } else value = evaluate(tag.program, scopes, budget)
  }
  if (tags > 0) return rule.declared ? scope['out'] : undeclaredMeaning(scope, out, value)
  return below.latest() ?? digits
}

/**
 * What tags leave where no `tag-format` says how they are meant. Drafts before Semantic Interpretation 1.0 are
 * understood too: `$` stands for `out`, a tag that is one expression is the value, and variables are
 * properties of it.
 */
const undeclaredMeaning = (scope: Scope, out: ScriptObject, value: Value): Value => {
  if (scope['out'] !== out) return scope['out']
  if (scope['$'] !== out) return scope['$']
  if (Object.keys(out).length > 0) return out
  if (value !== undefined) return value
  for (const [name, each] of Object.entries(scope)) if (!OWN.has(name)) out[name] = each
  return out
}

const OWN: ReadonlySet<string> = new Set(['out', 'rules', 'meta', '$'])

/** The objects `rules` and `meta` of a rule, which grow as rules below are done. */
const visible = (digits: string) => {
  const rules = createObject()
  const meta = createObject()
  const heard = (text: string): ScriptObject => Object.assign(createObject(), { text, score: 1 })
  let latest: Value
  let latestMeta: Value
  rules['latest'] = createFunction('rules.latest', () => latest)
  meta['latest'] = createFunction('meta.latest', () => latestMeta)
  meta['current'] = createFunction('meta.current', () => heard(digits))
  return {
    rules,
    meta,
    latest: () => latest,
    add: (derivation: Derivation, value: Value) => {
      latest = value
      latestMeta = heard(derivation.digits)
      if (derivation.rule.name === '' || derivation.rule.name === 'latest') return
      rules[derivation.rule.name] = value
      meta[derivation.rule.name] = latestMeta
    },
  }
}

/** The variables that tags of the whole grammar made; rules may read but not set them. */
const globalScope = (rule: Rule, budget: Budget, globals: Globals): Scope => {
  const known = globals.get(rule.globals)
  if (known) return known
  const scope = createScope()
  for (const program of rule.globals) evaluate(program, [scope], budget)
  globals.set(rule.globals, Object.freeze(scope))
  return scope
}
