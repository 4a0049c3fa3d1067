import { type Reading, result } from './platform-function.ts'

/** Notices in force on the line, in the language in force: none, as nobody can give one to this server. */
export const notice: Reading = { writes: false, answer: () => result({ texts: [] }) }
