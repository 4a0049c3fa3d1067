import t from 'tap'
import { parseExpression } from '../../../src/voicexml/expressions/program.ts'

t.test(
  'an expression may stand in parentheses as a whole, and nothing may stand behind it',
  async (t) => {
    const fault = (source: string) => {
      const parsed = parseExpression(source, 'x')
      return 'fault' in parsed ? parsed.fault.offset : null
    }
    for (const sound of [
      '(1)',
      '({ a: 1 })',
      ' ( ( 1 ) ) // end',
      '/*(*/ (1)',
      '(1)(2)',
      '(1) + (2)',
    ]) {
      t.equal(fault(sound), null, sound)
    }
    t.equal(fault('(1) 2'), 4)
    t.equal(fault('(1))'), 3)
    t.equal(fault('1)'), 1)
  },
)
