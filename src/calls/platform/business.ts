import { parseBusinessNumber } from '../../numbers/business-number.ts'
import { type Reading, result, textParam } from './platform-function.ts'

/**
 * Checks the INN or OGRN that an organisation keyed in. A right number is `unknown`: there is no
 * register of organisations to find its name and tier in.
 */
export const businessFunction: Reading = {
  writes: false,
  answer: (params) => {
    const keyed = textParam(params, 'inn') || textParam(params, 'ogrn')
    const status = parseBusinessNumber(keyed).kind === 'invalid' ? 'invalid' : 'unknown'
    return result({ status, tier: null, name: null })
  },
}
