import { type Expansion, KEYS, type Rule, type Tag } from './expansion.ts'

/** What passing a move means: nothing of it takes a key. */
export type Mark =
  | { readonly kind: 'tag'; readonly tag: Tag }
  /** The rule begins; once it is closed, each of `after` is done and the rule then open closed too. */
  | { readonly kind: 'open'; readonly rule: Rule; readonly after: readonly Tags[] }
  | { readonly kind: 'close' }

/** Tags one after another. */
export type Tags = { readonly tag: Tag; readonly next: Tags } | typeof NO_TAGS

const NO_TAGS = Symbol('no tags')

/** From one node to another: free, or by any of the keys. */
export type Move = { readonly to: number; readonly keys: string | null; readonly mark: Mark | null }

/**
 * An expansion as a nondeterministic automaton (Thompson's construction). Node 0 starts, node 1 accepts. The
 * moves of a node are in the order of preference: first alternatives first, repeating before going on.
 */
export type Network = {
  readonly nodes: readonly (readonly Move[])[]
  /** True when keys have to be interpreted: a tag or a value of its own is on the way. */
  readonly tagged: boolean
  /** True when a rule leads back to itself. */
  readonly recursive: boolean
}

export type Unwired = { readonly fault: string; readonly rule: Rule | null }

export const START = 0
export const ACCEPT = 1

const MAX_NODES = 50_000
/** Expansions visited, each as often as it is repeated and referred to. */
const MAX_VISITS = 100_000
/** Expansions one in another. */
const MAX_NESTING = 1_000

/** What is left of a rule after a place: nothing but tags, or null, for keys may follow. */
type Rest = Tags | null

/** A rule being wired, and what encloses the reference to it. */
type Occurrence = {
  readonly rule: Rule
  readonly start: number
  readonly rest: Rest
  readonly outer: Occurrence | null
}

/** Where a part is to lead. */
type Way = {
  readonly from: number
  readonly to: number
  readonly rest: Rest
  readonly within: Occurrence | null
  readonly nesting: number
}

type Refusal = Error & { readonly unwired: Unwired }

/**
 * Wires a rule. One that refers to itself at its very end is a loop, as SRGS has right recursion; anywhere
 * else it makes no regular language, which is a fault. So is what grows beyond 50 000 nodes.
 */
export const wire = (root: Rule): Network | Unwired => {
  const nodes: Move[][] = []
  let visits = 0
  let tagged = false
  let recursive = false
  const add = (): number => nodes.push([]) - 1
  const move = (from: number, to: number, mark: Mark | null = null, keys: string | null = null) => {
    nodes[from]?.push({ to, keys, mark })
  }

  const build = (part: Expansion, way: Way): void => {
    const { from, to, rest } = way
    const inner = { ...way, nesting: way.nesting + 1 }
    visits += 1
    if (nodes.length > MAX_NODES || visits > MAX_VISITS || way.nesting > MAX_NESTING) {
      refuse('the grammar expands to too many alternatives', null)
    }
    switch (part.kind) {
      case 'void':
        break
      case 'keys':
        move(from, to, null, part.keys)
        break
      case 'tag':
        tagged = true
        move(from, to, part)
        break
      case 'rule':
        refer(part.rule, inner)
        break
      case 'choice':
        for (const each of part.of) build(each, inner)
        break
      case 'sequence':
        follow(part.of, inner, restsIn(part.of, rest))
        break
      case 'repeat':
        repeat(part, inner)
        break
    }
  }

  const follow = (parts: readonly Expansion[], way: Way, rests: readonly Rest[]): void => {
    let from = way.from
    parts.forEach((part, index) => {
      const to = index === parts.length - 1 ? way.to : add()
      build(part, { ...way, from, to, rest: rests[index] ?? null })
      from = to
    })
    if (parts.length === 0) move(from, way.to)
  }

  const repeat = ({ of, min, max }: Extract<Expansion, { kind: 'repeat' }>, way: Way): void => {
    let { from } = way
    for (let done = 0; done < (max ?? min); done += 1) {
      const last = done + 1 === max
      const to = last ? way.to : add()
      build(of, { ...way, from, to, rest: last ? way.rest : null })
      if (done >= min) move(from, way.to)
      from = to
    }
    if (max === 0) move(from, way.to)
    if (max !== null) return
    const loop = add()
    move(from, loop)
    build(of, { ...way, from: loop, to: loop, rest: null })
    move(loop, way.to)
  }

  const refer = (rule: Rule, way: Way): void => {
    const { from, to, rest, within } = way
    const after: Tags[] = []
    let left = rest
    for (let above = within; above !== null; above = above.outer) {
      if (left !== null) after.push(left)
      if (above.rule === rule) {
        if (left === null) refuse(`rule ${rule.name} leads back to itself before its end`, rule)
        recursive = true
        move(from, above.start, { kind: 'open', rule, after })
        return
      }
      if (left !== null) left = above.rest
    }
    tagged ||= rule.interpret !== null
    const [start, end] = [add(), add()]
    move(from, start, { kind: 'open', rule, after: [] })
    const here: Occurrence = { rule, start, rest, outer: within }
    build(rule.body, { ...way, from: start, to: end, rest: NO_TAGS, within: here })
    move(end, to, { kind: 'close' })
  }

  try {
    const [from, to] = [add(), add()]
    refer(root, { from, to, rest: NO_TAGS, within: null, nesting: 0 })
  } catch (error) {
    if (!isRefusal(error)) throw error
    return error.unwired
  }
  return { nodes, tagged, recursive }
}

const refuse = (fault: string, rule: Rule | null): never => {
  throw Object.assign(new Error(fault), { unwired: { fault, rule } })
}

const isRefusal = (error: unknown): error is Refusal => error instanceof Error && 'unwired' in error

/** What is left after each part of a sequence. */
const restsIn = (parts: readonly Expansion[], rest: Rest): readonly Rest[] => {
  const rests: Rest[] = new Array(parts.length)
  let left = rest
  for (let at = parts.length - 1; at >= 0; at -= 1) {
    rests[at] = left
    const part = parts[at]
    if (part?.kind === 'tag') left = left && { tag: part.tag, next: left }
    else if (part?.kind !== 'sequence' || part.of.length > 0) left = null
  }
  return rests
}

/** The tags in order. */
export function* each(tags: Tags): Generator<Tag> {
  for (let at = tags; at !== NO_TAGS; at = at.next) yield at.tag
}

/** The keys of a move as places in `KEYS`. */
export const placesOf = (keys: string): readonly number[] =>
  Array.from(keys, (key) => KEYS.indexOf(key))
