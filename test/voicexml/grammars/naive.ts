import type { Expansion, Rule } from '../../../src/voicexml/grammars/expansion.ts'

/** One way through an expansion: where it ends and what it passed, as `(rule`, `tag` and `)`. */
export type Way = { readonly end: number; readonly passed: readonly string[] }

/**
 * All ways in which an expansion takes digits from a place, best first, tried one by one: what the automata
 * must agree with. A repeat without end goes round only as long as it takes something.
 */
export function* waysOf(part: Expansion, digits: string, at: number): Generator<Way> {
  switch (part.kind) {
    case 'void':
      return
    case 'keys':
      if (part.keys.includes(digits[at] ?? ' ')) yield { end: at + 1, passed: [] }
      return
    case 'tag':
      yield { end: at, passed: [part.tag.kind === 'literal' ? part.tag.value : 'script'] }
      return
    case 'choice':
      for (const each of part.of) yield* waysOf(each, digits, at)
      return
    case 'sequence':
      yield* inTurn(part.of, digits, at)
      return
    case 'repeat':
      yield* repeated(part, digits, at, 0)
      return
    case 'rule':
      yield* ruleWays(part.rule, digits, at)
  }
}

export function* ruleWays(rule: Rule, digits: string, at: number): Generator<Way> {
  for (const { end, passed } of waysOf(rule.body, digits, at)) {
    yield { end, passed: [`(${rule.name}`, ...passed, ')'] }
  }
}

function* inTurn(parts: readonly Expansion[], digits: string, at: number): Generator<Way> {
  const [first, ...rest] = parts
  if (!first) {
    yield { end: at, passed: [] }
    return
  }
  for (const way of waysOf(first, digits, at)) {
    for (const next of inTurn(rest, digits, way.end)) {
      yield { end: next.end, passed: [...way.passed, ...next.passed] }
    }
  }
}

function* repeated(
  part: Extract<Expansion, { kind: 'repeat' }>,
  digits: string,
  at: number,
  done: number,
): Generator<Way> {
  const { of, min, max } = part
  if (done < (max ?? Number.POSITIVE_INFINITY)) {
    for (const way of waysOf(of, digits, at)) {
      if (max === null && done >= min && way.end === at) continue
      for (const next of repeated(part, digits, way.end, done + 1)) {
        yield { end: next.end, passed: [...way.passed, ...next.passed] }
      }
    }
  }
  if (done >= min) yield { end: at, passed: [] }
}

/** What the best way that takes all digits passes; null when there is none. */
export const bestWay = (rule: Rule, digits: string): string | null => {
  for (const { end, passed } of ruleWays(rule, digits, 0)) {
    if (end === digits.length) return passed.join(' ')
  }
  return null
}
