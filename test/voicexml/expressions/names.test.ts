import t from 'tap'
import { assignedNames, declaredNames, freeNames } from '../../../src/voicexml/expressions/names.ts'
import { parseExpression, parseScript } from '../../../src/voicexml/expressions/program.ts'

const names = (source: string) => {
  const parsed = source.endsWith(';') ? parseScript(source, 's') : parseExpression(source, 'e')
  if ('fault' in parsed) throw new Error(parsed.fault.message)
  const show = (uses: readonly { name: string; offset: number }[]) =>
    uses.map(({ name, offset }) => `${name}@${offset}`).join(' ')
  return {
    free: show(freeNames(parsed.program)),
    assigned: show(assignedNames(parsed.program)),
    declared: declaredNames(parsed.program).join(' '),
  }
}

t.test('free names are those the program does not declare itself', async (t) => {
  t.equal(names('a + b.c + d[e] + f(g)').free, 'a@0 b@4 d@10 e@12 f@17 g@19')
  t.equal(names('{k: v, "w": x}').free, 'v@4 x@12')
  t.equal(names('Math.max(NaN, undefined) + parseInt(s)').free, 's@36')
  t.equal(names('typeof a == "x" && typeof b.c').free, 'b@26')
  t.equal(names('function(p) { var q = p; return q + r + arguments.length }').free, 'r@36')
  t.equal(names('function me(n) { return n ? me(n - 1) : out }').free, 'out@40')
  t.equal(names('var a = 1; function f(p) { return a + p + z } f(a);').free, 'z@42')
  t.equal(names('try { a } catch (e) { e + b } l: while (c) { break l } ;').free, 'a@6 b@26 c@40')
})

t.test('assigned names are the free ones that are written', async (t) => {
  t.equal(names('a = b, c.d = 1, e += 2').assigned, 'a@0 e@16')
  t.equal(names('x++ + --y').assigned, 'x@0 y@8')
  t.equal(names('for (k in o) z = k;').assigned, 'k@5 z@13')
  t.equal(names('var k; for (k in o) k = 1;').assigned, '')
})

t.test('declared names are variables and functions of the script', async (t) => {
  t.equal(names('var a = 1; if (a) { var b } function f() { var c };').declared, 'f a b')
  t.equal(names('a').declared, '')
})
