import fc from 'fast-check'
import t from 'tap'
import { builtinGrammar } from '../../../src/voicexml/grammars/builtin.ts'
import { activeGrammars, type Compiled } from '../../../src/voicexml/grammars/grammar.ts'

const active = (compiled: Compiled) => {
  if (!('grammar' in compiled)) throw new Error(JSON.stringify(compiled))
  return activeGrammars([compiled.grammar])
}
const means = (uri: string, digits: string) =>
  active(builtinGrammar(uri)).match(digits)?.interpretation

t.test('boolean takes 1 and 2, or the keys that y and n name', async (t) => {
  t.equal(means('builtin:dtmf/boolean', '1'), true)
  t.equal(means('builtin:dtmf/boolean', '2'), false)
  t.equal(means('builtin:dtmf/boolean', '3'), undefined)
  t.equal(means('builtin:dtmf/boolean?y=7;n=9', '7'), true)
  t.equal(means('builtin:dtmf/boolean?n=*&y=#', '*'), false)
  t.match(builtinGrammar('builtin:dtmf/boolean?y=2'), { fault: { message: /different/ } })
  t.match(builtinGrammar('builtin:dtmf/boolean?y=12'), { fault: { message: /one key/ } })
  t.equal(active(builtinGrammar('builtin:dtmf/boolean?n=*&y=#')).uses('#'), true)
  t.equal(active(builtinGrammar('builtin:dtmf/boolean')).uses('#'), false)
})

t.test('digits keeps the length it was given and leading zeros', async (t) => {
  t.equal(means('builtin:dtmf/digits', '007'), '007')
  t.equal(means('builtin:dtmf/digits?length=4', '0070'), '0070')
  t.equal(means('builtin:dtmf/digits?length=4', '007'), undefined)
  const range = active(builtinGrammar('builtin:dtmf/digits?minlength=2;maxlength=3'))
  t.same([range.minDigits, range.maxDigits], [2, 3])
  t.same(
    ['', '1', '12', '123', '1234', '1*', 'ab'].map((digits) => [
      range.match(digits) !== null,
      range.canContinue(digits),
    ]),
    [
      [false, true],
      [false, true],
      [true, true],
      [true, false],
      [false, false],
      [false, false],
      [false, false],
    ],
  )
  t.equal(active(builtinGrammar('builtin:dtmf/digits?minlength=2')).maxDigits, null)
  for (const query of ['minlength=3;maxlength=2', 'length=0', 'length=x', 'maxlength=900']) {
    t.ok('fault' in builtinGrammar(`builtin:dtmf/digits?${query}`), query)
  }
  t.ok('fault' in builtinGrammar('builtin:dtmf/digits?length=3;maxlength=2'))
})

t.test('number, currency and phone read the star as their mark', async (t) => {
  t.equal(means('builtin:dtmf/number', '0012'), '12')
  t.equal(means('builtin:dtmf/number', '000'), '0')
  t.equal(means('builtin:dtmf/number', '12*50'), '12.50')
  t.equal(means('builtin:dtmf/number', '*5'), '0.5')
  t.equal(means('builtin:dtmf/number', '1*2*3'), undefined)
  t.equal(means('builtin:dtmf/currency', '10'), '10.00')
  t.equal(means('builtin:dtmf/currency', '010*5'), '10.50')
  t.equal(means('builtin:dtmf/currency', '*05'), '0.05')
  t.equal(means('builtin:dtmf/currency', '1*123'), undefined)
  t.equal(means('builtin:dtmf/phone', '84951234567'), '84951234567')
  t.equal(means('builtin:dtmf/phone', '84951234567*12'), '84951234567x12')
  t.equal(means('builtin:dtmf/phone', '*12'), undefined)
})

t.test('time is ambiguous in the hours that both halves of the day have', async (t) => {
  t.equal(means('builtin:dtmf/time', '0000'), '0000h')
  t.equal(means('builtin:dtmf/time', '0930'), '0930?')
  t.equal(means('builtin:dtmf/time', '1259'), '1259?')
  t.equal(means('builtin:dtmf/time', '1300'), '1300h')
  t.equal(means('builtin:dtmf/time', '2400'), undefined)
  t.equal(means('builtin:dtmf/time', '1260'), undefined)
})

t.test('property: date takes the days that exist and no others', async (t) => {
  const date = active(builtinGrammar('builtin:dtmf/date'))
  t.same([date.minDigits, date.maxDigits], [8, 8])
  fc.assert(
    fc.property(
      fc.oneof(fc.nat(9999), fc.constantFrom(0, 1900, 2000, 2024, 2026, 2100, 2400)),
      fc.oneof(fc.nat(14), fc.constant(2)),
      fc.oneof(fc.nat(33), fc.constantFrom(28, 29, 30, 31)),
      (year, month, day) => {
        const digits = [year, month, day].map((n, at) => String(n).padStart(at === 0 ? 4 : 2, '0'))
        const day1 = new Date(`${digits.join('-')}T00:00:00Z`)
        const exists =
          !Number.isNaN(day1.getTime()) && day1.toISOString().startsWith(digits.join('-'))
        return (date.match(digits.join(''))?.interpretation === digits.join('')) === exists
      },
    ),
    { numRuns: 500 },
  )
})

t.test('property: built-in grammars take what their patterns take', async () => {
  const patterns: readonly [uri: string, pattern: RegExp][] = [
    ['builtin:dtmf/number', /^(\d+(\*\d+)?|\*\d+)$/],
    ['builtin:dtmf/phone', /^\d+(\*\d+)?$/],
    ['builtin:dtmf/currency', /^(\d+(\*\d{0,2})?|\*\d{1,2})$/],
    ['builtin:dtmf/time', /^([01]\d|2[0-3])[0-5]\d$/],
    ['builtin:dtmf/digits?minlength=3;maxlength=5', /^\d{3,5}$/],
    ['builtin:dtmf/boolean?y=9;n=0', /^[90]$/],
  ]
  const grammars = patterns.map(([uri, pattern]) => ({
    listening: active(builtinGrammar(uri)),
    pattern,
  }))
  const keyed = fc
    .array(fc.constantFrom(...'0123459*#'), { maxLength: 7 })
    .map((all) => all.join(''))
  fc.assert(
    fc.property(keyed, (digits) =>
      grammars.every(
        ({ listening, pattern }) => (listening.match(digits) !== null) === pattern.test(digits),
      ),
    ),
    { numRuns: 2_000 },
  )
})

t.test('voice grammars and unknown types are unsupported', async (t) => {
  for (const uri of ['builtin:grammar/digits', 'builtin:dtmf/colour', 'builtin:dtmf/', 'digits']) {
    t.same(builtinGrammar(uri), { unsupported: uri })
  }
  t.ok('grammar' in builtinGrammar('builtin:dtmf/phone?strict=1'))
})
