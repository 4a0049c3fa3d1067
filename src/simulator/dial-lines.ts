import type { Writable } from 'node:stream'
import { saidTogether, saysOn } from './phone-protocol.ts'

export type DialLines = {
  readonly print: (line: string) => void
  /** What a recording says: on the line of the one before where that goes on. */
  readonly printRecorded: (text: string) => void
}

/** Writes line by line; what is put together from short recordings becomes one line while it is spoken. */
export const createDialLines = (output: Writable): DialLines => {
  let open: string | null = null
  const close = (): string => (open === null ? '' : '\n')
  return {
    print: (line) => {
      output.write(`${close()}${line}\n`)
      open = null
    },
    printRecorded: (text) => {
      const whole = open !== null && saysOn(open, text) ? saidTogether(open, text) : null
      output.write(whole === null ? `${close()}> ${text}` : whole.slice(open?.length ?? 0))
      open = whole ?? text
    },
  }
}
