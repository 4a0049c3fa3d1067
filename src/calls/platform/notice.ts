import { type Reading, result } from './platform-function.ts'

/** Notices in force on the line, in the language in force; none can be started yet. */
export const notice: Reading = { writes: false, answer: () => result({ texts: [] }) }
