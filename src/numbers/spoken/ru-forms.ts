import { type Case, cases, type Gender } from './manner.ts'

/** Six forms in the order of `cases`. */
export type Forms = readonly [string, string, string, string, string, string]

/** A noun as numerals govern it. */
export type RussianNoun = {
  readonly gender: Gender
  readonly animate: boolean
  readonly singular: Forms
  readonly plural: Forms
  /** After two, three, four in the nominative. */
  readonly paucal: string
  /** After five and more, zero, and round thousands. */
  readonly many: string
}

/** Reads six forms between commas. */
export const forms = (line: string): Forms => {
  const [nom = '', gen = '', dat = '', acc = '', ins = '', prep = ''] = line.split(',')
  return [nom, gen, dat, acc, ins, prep]
}

export const inCase = (row: Forms, of: Case): string => row[cases.indexOf(of)] ?? row[0]

/**
 * @param paucal only where it is not the genitive singular: adjectives stand in the plural there
 *   («два рабочих дня»)
 * @param many only where it is not the genitive plural
 */
export const noun = (
  gender: Gender,
  singular: string,
  plural: string,
  { animate = false, paucal, many }: { animate?: boolean; paucal?: string; many?: string } = {},
): RussianNoun => {
  const one = forms(singular)
  const several = forms(plural)
  return {
    gender,
    animate,
    singular: one,
    plural: several,
    paucal: paucal ?? one[1],
    many: many ?? several[1],
  }
}
