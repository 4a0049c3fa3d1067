import type { Files } from './talk.ts'
import { fail, pass } from './verdict.ts'

/** A conversation with small documents that say themselves whether all went as it should. */
export type Case = {
  readonly files: Files
  /** Turn by turn; empty: none within the timeout. */
  readonly keys?: readonly string[]
  /** What the last turn says, `…` if the call goes on; default: pass. */
  readonly said?: string
}

/** By what they show, in words. */
export type Cases = Readonly<Record<string, Case>>

/** Passes where an expression holds, and else says another. */
export const when = (condition: string, why = "'wrong'"): string =>
  `<if cond="${condition.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}">${pass}<else/>${fail(why)}</if>`

/** A form of one block. */
export const blockForm = (content: string, id = ''): string =>
  `<form${id === '' ? '' : ` id="${id}"`}><block>${content}</block></form>`
