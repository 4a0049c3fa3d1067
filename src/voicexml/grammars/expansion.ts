import type { Place } from '../element.ts'
import type { Program } from '../expressions/program.ts'
import type { Json } from '../turn.ts'

/** What a grammar lets the caller press: a regular expression over keys with semantic tags and rules in it. */
export type Expansion =
  /** One key, any of those listed. */
  | { readonly kind: 'keys'; readonly keys: string }
  /** Nothing can be pressed that matches (SRGS `VOID`). An empty sequence is `NULL`. */
  | { readonly kind: 'void' }
  | { readonly kind: 'sequence'; readonly of: readonly Expansion[] }
  | { readonly kind: 'choice'; readonly of: readonly Expansion[] }
  /** `max` null = without end. */
  | {
      readonly kind: 'repeat'
      readonly of: Expansion
      readonly min: number
      readonly max: number | null
    }
  | { readonly kind: 'tag'; readonly tag: Tag }
  | { readonly kind: 'rule'; readonly rule: Rule }

/** What a `<tag>` says: a script in `semantics/1.0`, else the value itself. */
export type Tag =
  | { readonly kind: 'literal'; readonly value: string }
  /** Plain words where nothing says how tags are meant: a variable of that name, else the words themselves. */
  | { readonly kind: 'words'; readonly value: string }
  | { readonly kind: 'script'; readonly program: Program }

export type Rule = {
  readonly name: string
  /** May lead back to the rule itself, at its very end. */
  readonly body: Expansion
  /** Tags of the whole grammar the rule stands in; they run before any of its own. */
  readonly globals: readonly Program[]
  /** Built-in grammars give their value without tags. */
  readonly interpret: ((digits: string) => Json) | null
  /** True when the grammar says how its tags are meant: then keys without a tag have a value by them too. */
  readonly declared: boolean
  /** Where it is written, `file` null = the grammar itself; null for one that is not. */
  readonly origin: { readonly place: Place; readonly file: string | null } | null
}

export const KEYS = '0123456789*#'
export const DIGITS = '0123456789'

export const sequence = (of: readonly Expansion[]): Expansion => ({ kind: 'sequence', of })

export const choice = (of: readonly Expansion[]): Expansion => ({ kind: 'choice', of })

export const keys = (list: string): Expansion => ({ kind: 'keys', keys: list })

export const repeat = (of: Expansion, min: number, max: number | null): Expansion => ({
  kind: 'repeat',
  of,
  min,
  max,
})

/** These keys one after another; '' is nothing. */
export const keySequence = (digits: string): Expansion => sequence(Array.from(digits, keys))
