import type { XmlElement, XmlNode } from '../element.ts'
import type { ReadVariable, Verdict } from './abstract-values.ts'
import { functionOf } from './objects.ts'
import type { Dialog } from './outline.ts'

/**
 * A place in the graph of a flow: where a call waits, or where the interpretation of a dialog can come by
 * twice. Two stations of one item differ in what has happened before: counters, variables, items filled.
 */
export type Station = {
  readonly kind:
    | 'entry'
    | 'block'
    | 'event'
    | 'input'
    | 'record'
    | 'transfer'
    | 'object'
    | 'call'
    /** Any dialog of a document, where an address tells nothing; any item of a dialog too large to follow. */
    | 'any'
  readonly dialog: Dialog | null
  readonly element: XmlElement
  /** Whether the caller can act there, or talks to somebody. */
  readonly acting: boolean
  /** Filled while the graph is built, then left alone. */
  readonly ways: Way[]
  /** Its number in the graph; given when the graph is joined. */
  number: number
}

/** A station that nothing leads on from yet. */
export const newStation = (
  kind: Station['kind'],
  dialog: Dialog | null,
  element: XmlElement,
): Station => ({ kind, dialog, element, acting: actsAt(kind, element), ways: [], number: -1 })

const actsAt = (kind: Station['kind'], element: XmlElement): boolean =>
  kind === 'input' ||
  kind === 'record' ||
  kind === 'transfer' ||
  (kind === 'object' && functionOf(element) === 'enqueue')

/** Why a call goes on. */
export type Cause =
  | { readonly kind: 'next' }
  /** Keys of a choice, an option or a link; null: a grammar takes many. */
  | { readonly kind: 'keys'; readonly keys: string | null; readonly element: XmlElement }
  | { readonly kind: 'noinput' }
  | { readonly kind: 'nomatch' }
  /** What a platform function answers; null: whatever it is. */
  | { readonly kind: 'answer'; readonly status: string | null }
  /** A platform function fails. */
  | { readonly kind: 'fault' }
  | { readonly kind: 'call' }
  | { readonly kind: 'return' }

export type End = {
  readonly kind: 'end'
  readonly how:
    | 'exit'
    | 'disconnect'
    /** No form item is left to be visited. */
    | 'nothing-left'
    /** Nobody takes an event, which ends the call. */
    | 'uncaught'
    | 'return'
    /** The caller is connected to somebody for good. */
    | 'transferred'
    /** Documents of another server. */
    | 'outside'
  readonly element: XmlElement
  /** Thrown where the subdialog was called; '' = computed; null: none. */
  readonly event: string | null
}

/** A condition that what is known of a line may decide; equal ones have one key. */
export type Question = {
  readonly key: string
  readonly decide: (facts: ReadVariable) => Verdict
}

export type Guard = {
  readonly element: XmlElement
  readonly outcome: boolean
  readonly source: string
  readonly reads: readonly string[]
  /** What it asks about a line; null: nothing about a line decides it. */
  readonly asks: Question | null
  /** Not the document's own condition: what a platform function answers, or what could not be followed. */
  readonly outside: 'answer' | 'fault' | 'unproved' | null
}

/** What a way hangs on that is no condition of a document. */
export const unwritten = (element: XmlElement, outside: Guard['outside']): Guard => ({
  element,
  outcome: true,
  source: '',
  reads: [],
  asks: null,
  outside,
})

/** Whether something is said: 0 no, 1 perhaps, 2 yes. */
export type Said = 0 | 1 | 2

export type Way = {
  readonly from: Station
  readonly cause: Cause
  readonly to: Station | End
  readonly said: Said
  readonly spoken: readonly XmlNode[]
  /** Conditions it hangs on; none: it is always open. */
  readonly guards: readonly Guard[]
  /** Variables that it assigns. */
  readonly writes: readonly string[]
  /** Taken by the platform's own handler, because no document has one. */
  readonly byDefault: boolean
  /** How often something happened is lost on it: it proves no circle. */
  readonly forgets: boolean
  /** The content that leads there. */
  readonly element: XmlElement
}

/** A way that does not end anything. */
export type Step = Way & { readonly to: Station }

export const isEnd = (to: Station | End): to is End => to.kind === 'end'

/** Whether a way can be taken on the line at hand. */
export type Open = (way: Way) => boolean
