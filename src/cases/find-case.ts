import { parseApplicationNumber } from '../numbers/application-number.ts'
import type { Case } from './case.ts'
import type { CasePorts } from './create-case.ts'

/** The case of a number, written (`RU-2026-000001`) or as keyed; null when there is none. */
export const findCase = async (
  { cases }: Pick<CasePorts, 'cases'>,
  text: string,
): Promise<Case | null> => {
  const number = parseApplicationNumber(text)
  return number === null ? null : cases.find(number)
}
