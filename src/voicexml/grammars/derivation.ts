import type { Expansion, Rule, Tag } from './expansion.ts'

/** What happened, in order, while a rule took its share of the digits. */
export type Step =
  | { readonly kind: 'tag'; readonly tag: Tag }
  | { readonly kind: 'rule'; readonly derivation: Derivation }

export type Derivation = {
  readonly rule: Rule
  readonly digits: string
  readonly steps: readonly Step[]
  /** True when a tag stands anywhere in it, in rules below too. */
  readonly tagged: boolean
}

/**
 * How a rule takes a string of digits, or null when it does not. Of several ways the one with the
 * earliest alternatives and the longest share for what stands first. Ends are remembered for each
 * expansion and start, so the cost is polynomial, never exponential.
 */
export const derive = (root: Rule, digits: string): Derivation | null => {
  const known = new Map<Expansion, Map<number, ReadonlySet<number>>>()

  const ends = (part: Expansion, at: number): ReadonlySet<number> => {
    const remembered = known.get(part) ?? new Map<number, ReadonlySet<number>>()
    known.set(part, remembered)
    const found = remembered.get(at) ?? findEnds(part, at)
    remembered.set(at, found)
    return found
  }

  const findEnds = (part: Expansion, at: number): ReadonlySet<number> => {
    switch (part.kind) {
      case 'keys':
        return new Set(part.keys.includes(digits[at] ?? ' ') ? [at + 1] : [])
      case 'void':
        return new Set()
      case 'tag':
        return new Set([at])
      case 'rule':
        return ends(part.rule.body, at)
      case 'choice':
        return new Set(part.of.flatMap((each) => [...ends(each, at)]))
      case 'sequence':
        return levels(part.of, at).at(-1) ?? new Set([at])
      case 'repeat':
        return new Set(
          levels(copies(part), at)
            .slice(part.min)
            .flatMap((level) => [...level]),
        )
    }
  }

  /** As many copies as can matter: beyond the minimum each takes a digit. */
  const copies = ({ of, min, max }: Extract<Expansion, { kind: 'repeat' }>): Expansion[] =>
    Array.from({ length: Math.min(max ?? Number.POSITIVE_INFINITY, min + digits.length) }, () => of)

  /** Where each of the parts may begin, and after the last where it may end. */
  const levels = (parts: readonly Expansion[], at: number): ReadonlySet<number>[] => {
    const found: ReadonlySet<number>[] = [new Set([at])]
    for (const part of parts) {
      const level = new Set<number>()
      for (const start of found.at(-1) ?? []) for (const end of ends(part, start)) level.add(end)
      found.push(level)
    }
    return found
  }

  const walk = (part: Expansion, from: number, to: number, steps: Step[]): void => {
    switch (part.kind) {
      case 'tag':
        steps.push({ kind: 'tag', tag: part.tag })
        return
      case 'rule':
        steps.push({ kind: 'rule', derivation: deriveRule(part.rule, from, to) })
        return
      case 'choice': {
        const chosen = part.of.find((each) => ends(each, from).has(to))
        if (chosen) walk(chosen, from, to, steps)
        return
      }
      case 'sequence':
        walkParts(part.of, from, to, steps)
        return
      case 'repeat': {
        const all = copies(part)
        const reached = levels(all, from)
        const times = reached.findIndex((level, count) => count >= part.min && level.has(to))
        walkParts(all.slice(0, times), from, to, steps)
        return
      }
    }
  }

  /** Places the borders from the end: each part begins as late as it can. */
  const walkParts = (
    parts: readonly Expansion[],
    from: number,
    to: number,
    steps: Step[],
  ): void => {
    const starts = levels(parts, from)
    const borders = [to]
    for (let at = parts.length - 1; at >= 0; at -= 1) {
      const part = parts[at]
      const end = borders[0] ?? to
      const possible = [...(starts[at] ?? [])].filter((start) => part && ends(part, start).has(end))
      borders.unshift(Math.max(...possible))
    }
    parts.forEach((part, at) => {
      walk(part, borders[at] ?? from, borders[at + 1] ?? to, steps)
    })
  }

  const deriveRule = (rule: Rule, from: number, to: number): Derivation => {
    const steps: Step[] = []
    walk(rule.body, from, to, steps)
    const tagged =
      rule.interpret !== null || steps.some((step) => step.kind === 'tag' || step.derivation.tagged)
    return { rule, digits: digits.slice(from, to), steps, tagged }
  }

  return ends(root.body, 0).has(digits.length) ? deriveRule(root, 0, digits.length) : null
}
