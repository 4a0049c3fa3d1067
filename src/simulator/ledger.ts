import type { RungPhone } from './called-phones.ts'

/** The book of telephones dialled: the judge of whether somebody was called twice. */
export type Ledger = {
  readonly enter: (phone: RungPhone) => void
  /** Oldest first. */
  readonly list: () => readonly RungPhone[]
  /** Told of each from now on; the answer ends it. */
  readonly watch: (listener: (phone: RungPhone) => void) => () => void
}

const mostKept = 100_000

export const createLedger = (): Ledger => {
  const book: RungPhone[] = []
  const listeners = new Set<(phone: RungPhone) => void>()
  return {
    enter: (phone) => {
      book.push(phone)
      if (book.length > mostKept) book.shift()
      for (const tell of listeners) tell(phone)
    },
    list: () => book,
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
