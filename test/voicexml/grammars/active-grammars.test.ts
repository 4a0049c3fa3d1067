import fc from 'fast-check'
import t from 'tap'
import { type Derivation, derive } from '../../../src/voicexml/grammars/derivation.ts'
import {
  choice,
  type Expansion,
  keys,
  type Rule,
  repeat,
  sequence,
} from '../../../src/voicexml/grammars/expansion.ts'
import {
  activeGrammars,
  compileRule,
  createGrammar,
  type Grammar,
} from '../../../src/voicexml/grammars/grammar.ts'
import { keysGrammar } from '../../../src/voicexml/grammars/keys.ts'
import { wire } from '../../../src/voicexml/grammars/network.ts'
import { bestWay, ruleWays } from './naive.ts'

const tag = (value: string): Expansion => ({ kind: 'tag', tag: { kind: 'literal', value } })

const ruleNamed = (name: string, body: Expansion): Rule => ({
  name,
  body,
  globals: [],
  interpret: null,
  declared: false,
  origin: null,
})

const tags = fc.constantFrom('a', 'b').map(tag)

const expansion: fc.Memo<Expansion> = fc.memo(
  (n): fc.Arbitrary<Expansion> =>
    n <= 1
      ? fc.oneof(
          { arbitrary: fc.constantFrom('1', '2', '*', '12').map(keys), weight: 4 },
          tags,
          fc.constant<Expansion>({ kind: 'void' }),
        )
      : fc.oneof(
          expansion(n - 1),
          fc.array(expansion(n - 1), { maxLength: 3 }).map(sequence),
          fc.array(expansion(n - 1), { minLength: 1, maxLength: 3 }).map(choice),
          fc
            .tuple(expansion(n - 1), fc.nat(2), fc.option(fc.nat(2)))
            .map(([of, min, more]) => repeat(of, min, more === null ? null : min + more)),
          expansion(n - 1).map((body): Expansion => ({ kind: 'rule', rule: ruleNamed('x', body) })),
        ),
)

/** A rule that may go on into itself or into another that does, with tags behind. */
const recursive = fc
  .record({
    head: expansion(2),
    end: expansion(2),
    first: fc.boolean(),
    mutual: fc.boolean(),
    behind: fc.array(tags, { maxLength: 2 }),
  })
  .map(({ head, end, first, mutual, behind }): Rule => {
    const body: Expansion[] = []
    const rule = ruleNamed('r', choice(body))
    const self: Expansion = { kind: 'rule', rule }
    const through = sequence([keys('2'), self, ...behind.toReversed()])
    const again: Expansion = mutual ? { kind: 'rule', rule: ruleNamed('s', through) } : self
    const further = sequence([keys('1'), head, repeat(again, first ? 1 : 0, 1), ...behind])
    body.push(...(first ? [further, end] : [end, further]))
    return rule
  })

const rules = fc.oneof(
  { arbitrary: expansion(4).map((body) => ruleNamed('r', body)), weight: 3 },
  { arbitrary: recursive, weight: 2 },
)

const digitsOf = (maxLength: number) =>
  fc.array(fc.constantFrom('1', '2', '*', '3'), { maxLength }).map((list) => list.join(''))

const passedIn = ({ rule, steps }: Derivation): string =>
  [
    `(${rule.name}`,
    ...steps.map((step) =>
      step.kind === 'rule'
        ? passedIn(step.derivation)
        : step.tag.kind === 'literal'
          ? step.tag.value
          : 'script',
    ),
    ')',
  ].join(' ')

t.test('property: digits take the best way there is, in rules that lead back too', async (t) => {
  let taken = 0
  fc.assert(
    fc.property(rules, fc.array(digitsOf(6), { minLength: 6, maxLength: 6 }), (rule, inputs) => {
      const network = wire(rule)
      if ('fault' in network) throw new Error(network.fault)
      for (const digits of inputs) {
        const found = derive(network, digits)
        const best = bestWay(rule, digits)
        if (best !== null) taken += 1
        if ((found && passedIn(found)) !== best) {
          throw new Error(`${digits}: ${found && passedIn(found)} for ${best}`)
        }
      }
    }),
    { numRuns: 1_500 },
  )
  t.ok(taken > 500, `${taken} taken`)
})

const grammarOf = (rule: Rule): Grammar | null => {
  const compiled = compileRule(rule)
  return 'grammar' in compiled ? compiled.grammar : null
}

/** All strings of the keys 1, 2 and * up to four long. */
const strings = ['']
for (let at = 0; (strings[at]?.length ?? 9) < 4; at += 1) {
  for (const key of '12*') strings.push(strings[at] + key)
}

t.test('property: grammars that listen together are one list of alternatives', async () => {
  fc.assert(
    fc.property(fc.array(rules, { minLength: 1, maxLength: 4 }), (list) => {
      const pairs = list.flatMap((rule) => {
        const grammar = grammarOf(rule)
        return grammar ? [{ rule, grammar }] : []
      })
      const active = activeGrammars(pairs.map(({ grammar }) => grammar))
      const takes = (rule: Rule, digits: string) => {
        for (const { end } of ruleWays(rule, digits, 0)) if (end === digits.length) return true
        return false
      }
      const taken = strings.filter((digits) => {
        const first = pairs.findIndex(({ rule }) => takes(rule, digits))
        const match = active.match(digits)
        if ((match?.index ?? -1) !== first) throw new Error(`${digits}: ${match?.index} ${first}`)
        return match !== null
      })
      for (const digits of strings) {
        const further = taken.some((each) => each.length > digits.length && each.startsWith(digits))
        if (further && !active.canContinue(digits)) throw new Error(`${digits} can continue`)
      }
      const lengths = taken.map(({ length }) => length)
      const { minDigits, maxDigits } = active
      return (
        (lengths.length === 0 || Math.min(...lengths) === minDigits) &&
        (maxDigits === null || Math.max(0, ...lengths) === Math.min(maxDigits, 4) || maxDigits > 4)
      )
    }),
    { numRuns: 200 },
  )
})

t.test('the order of the grammars decides, whatever else they take', async (t) => {
  const field = createGrammar(repeat(keys('0123456789'), 1, 4), (digits) => Number(digits))
  const link = keysGrammar('9')
  const help = keysGrammar('*')
  if (!('grammar' in field && 'grammar' in link && 'grammar' in help)) throw new Error('refused')
  const heard = activeGrammars([field.grammar, link.grammar, help.grammar])
  t.same(heard.match('9'), { index: 0, interpretation: 9, fault: null })
  t.equal(heard.match('*')?.index, 2)
  const modal = activeGrammars([link.grammar, field.grammar])
  t.equal(modal.match('9')?.index, 0)
  t.equal(modal.match('99')?.index, 1)
  t.same([heard.minDigits, heard.maxDigits], [1, 4])
  t.same(['9', '999', '9999', '*'].map(heard.canContinue), [true, true, false, false])
})
