import { type Compiler, expressionIn } from '../compiler.ts'
import type { XmlElement } from '../element.ts'
import type { Departure, Run } from '../flow.ts'
import { raise, spend } from '../run.ts'
import { innermost, requireName } from '../scopes.ts'

/**
 * `<foreach>` (VoiceXML 2.1 section 6): goes through a copy of the array, the current item in a variable
 * of the innermost scope, until a round leaves it.
 */
export const compileForeach = (
  element: XmlElement,
  compiler: Compiler,
): ((run: Run, round: () => Departure | undefined) => Departure | undefined) => {
  const array = expressionIn(element, 'array', compiler)
  const name = element.attributes['item'] ?? ''
  const checkName = requireName(name)
  return (run, round) => {
    checkName()
    const items = array?.(run)
    if (!Array.isArray(items)) return raise('error.semantic', 'foreach goes through arrays only')
    const scope = innermost(run)
    for (const item of [...items]) {
      spend(run, 'fuel')
      scope[name] = item
      const departure = round()
      if (departure !== undefined) return departure
    }
    return undefined
  }
}
