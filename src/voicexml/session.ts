import type { Pin } from './fetch-request.ts'

/**
 * The whole state of a call between two turns: JSON, versioned, and pinned to the hash of its flow.
 * Documents are in it by path and dialogs by index; what they say is in the flow.
 */
export type Session = {
  readonly format: 1
  /** Hash of the flow the call began with, and must go on with. */
  readonly flow: string
  /** Language of the call, BCP 47. */
  readonly language: string
  /** Variables of the session scope, as the call brought them. */
  readonly variables: { readonly [name: string]: unknown }
  /** Execution contexts, innermost last; in each the call stands at a form item. */
  readonly contexts: readonly SavedContext[]
  /** Texts from outside that the call stands on; absent: none. */
  readonly pinned?: readonly Pin[]
  /** The scopes `application, document, dialog` of each context, as `dehydrate` wrote them. */
  readonly scopes: unknown
}

export type SavedContext = {
  /** Path of the document; a number is its place among the pins. */
  readonly document: string | number
  /** The same for its root, where that has come from outside; absent: what the document says. */
  readonly root?: number
  readonly dialog: number
  /** Index of the form item, or where else an event would be thrown. */
  readonly at: 'document' | 'dialog' | number
  readonly own: SavedCounters
  readonly items: readonly SavedCounters[]
}

/** Number of the next prompt round; with the counts of events, if any were thrown. */
export type SavedCounters =
  | number
  | readonly [prompts: number, events: { readonly [name: string]: number }]
