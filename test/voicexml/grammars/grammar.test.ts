import fc from 'fast-check'
import t from 'tap'
import {
  choice,
  type Expansion,
  keySequence,
  keys,
  repeat,
  sequence,
} from '../../../src/voicexml/grammars/expansion.ts'
import {
  activeGrammars,
  type Compiled,
  createGrammar,
  type Grammar,
} from '../../../src/voicexml/grammars/grammar.ts'
import { keysGrammar } from '../../../src/voicexml/grammars/keys.ts'

const grammarOf = (compiled: Compiled): Grammar => {
  if (!('grammar' in compiled)) throw new Error(JSON.stringify(compiled))
  return compiled.grammar
}

t.test('keys are written apart or together', async (t) => {
  const active = activeGrammars([grammarOf(keysGrammar('1 2 *')), grammarOf(keysGrammar('12#'))])
  t.same(active.match('12*'), { index: 0, interpretation: '12*', fault: null })
  t.same(active.match('12#'), { index: 1, interpretation: '12#', fault: null })
  t.equal(active.match('12'), null)
  t.equal(active.canContinue('12'), true)
  t.same(['*', '#', '1', '3', '', '12'].map(active.uses), [true, true, true, false, false, false])
  for (const text of ['', ' ', '1a', '1,2']) t.ok('fault' in keysGrammar(text), text)
})

t.test('the first grammar that matches wins', async (t) => {
  const one = grammarOf(keysGrammar('1'))
  const any = grammarOf(createGrammar(repeat(keys('0123456789'), 1, 2), (digits) => Number(digits)))
  t.equal(activeGrammars([one, any]).match('1')?.index, 0)
  t.equal(activeGrammars([any, one]).match('1')?.index, 0)
  t.same(activeGrammars([one, any]).match('12'), { index: 1, interpretation: 12, fault: null })
})

t.test('no grammar takes nothing', async (t) => {
  const none = activeGrammars([])
  t.same([none.minDigits, none.maxDigits, none.match('1')], [null, 0, null])
  t.same([none.uses('1'), none.canContinue('')], [false, false])
  const never = activeGrammars([grammarOf(createGrammar({ kind: 'void' }))])
  t.same([never.minDigits, never.maxDigits, never.canContinue('')], [null, 0, false])
})

t.test('a grammar too large for an automaton is a fault', async (t) => {
  const wide = sequence([repeat(keys('01'), 0, null), keys('1'), repeat(keys('01'), 20, 20)])
  t.match(createGrammar(wide), { fault: { message: /states/ } })
  let doubled: Expansion = keys('1')
  for (let n = 0; n < 60; n += 1) doubled = sequence([doubled, doubled])
  t.match(createGrammar(doubled), { fault: { message: /alternatives/ } })
  let nothing: Expansion = sequence([])
  for (let n = 0; n < 60; n += 1) nothing = sequence([nothing, nothing])
  t.match(createGrammar(nothing), { fault: { message: /alternatives/ } })
})

const pattern = (part: Expansion): string => {
  switch (part.kind) {
    case 'keys':
      return `[${part.keys}]`
    case 'void':
      return '[^\\s\\S]'
    case 'sequence':
      return `(?:${part.of.map(pattern).join('')})`
    case 'choice':
      return `(?:${part.of.map(pattern).join('|')})`
    case 'repeat':
      return `(?:${pattern(part.of)}){${part.min},${part.max ?? ''}}`
    default:
      return ''
  }
}

const expansion: fc.Memo<Expansion> = fc.memo(
  (n): fc.Arbitrary<Expansion> =>
    n <= 1
      ? fc.oneof(
          fc.constantFrom('1', '2', '*', '12').map(keys),
          fc.constantFrom('12', '').map(keySequence),
          fc.constant<Expansion>({ kind: 'void' }),
        )
      : fc.oneof(
          expansion(n - 1),
          fc.array(expansion(n - 1), { maxLength: 3 }).map((of) => sequence(of)),
          fc.array(expansion(n - 1), { minLength: 1, maxLength: 3 }).map((of) => choice(of)),
          fc
            .tuple(expansion(n - 1), fc.nat(2), fc.option(fc.nat(2)))
            .map(([of, min, more]) => repeat(of, min, more === null ? null : min + more)),
        ),
)

t.test('property: an automaton takes what the same regular expression takes', async () => {
  const texts = fc
    .array(fc.constantFrom('1', '2', '*', '3'), { maxLength: 6 })
    .map((a) => a.join(''))
  fc.assert(
    fc.property(expansion(4), fc.array(texts, { minLength: 8, maxLength: 8 }), (tree, inputs) => {
      const active = activeGrammars([grammarOf(createGrammar(tree))])
      const regular = new RegExp(`^${pattern(tree)}$`)
      return inputs.every((digits) => {
        const matches = active.match(digits) !== null
        const { minDigits, maxDigits } = active
        const within =
          minDigits !== null && digits.length >= minDigits && digits.length <= (maxDigits ?? 99)
        return matches === regular.test(digits) && (!matches || within)
      })
    }),
    { numRuns: 300 },
  )
})

t.test('property: what can continue leads to a match, and what cannot does not', async () => {
  fc.assert(
    fc.property(expansion(3), (tree) => {
      const active = activeGrammars([grammarOf(createGrammar(tree))])
      let frontier = ['']
      let longest: number | null = null
      for (let length = 0; length < 7; length += 1) {
        if (frontier.some((digits) => active.match(digits))) longest = length
        frontier = frontier
          .filter(active.canContinue)
          .flatMap((digits) => ['1', '2', '*'].map((key) => digits + key))
          .filter((digits) => active.match(digits) || active.canContinue(digits))
          .slice(0, 40)
      }
      return frontier.length > 0 || (longest ?? 0) === active.maxDigits
    }),
    { numRuns: 150 },
  )
})
