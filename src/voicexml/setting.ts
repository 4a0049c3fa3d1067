import type { Flow, PromptSources } from './flow.ts'

/** What a turn is given to run with; a session needs the flow it began with, the rest may change. */
export type Setting = PromptSources & {
  readonly flow: Flow
  /** What `new Date()` is throughout the turn, epoch milliseconds; absent: not known here. */
  readonly now?: number
}
