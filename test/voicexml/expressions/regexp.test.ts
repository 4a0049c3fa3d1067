import fc from 'fast-check'
import t from 'tap'
import { evaluate } from '../../../src/voicexml/expressions/evaluate.ts'
import { isScriptFault } from '../../../src/voicexml/expressions/fault.ts'
import { toJson } from '../../../src/voicexml/expressions/json.ts'
import { createBudget } from '../../../src/voicexml/expressions/machine.ts'
import { parseExpression } from '../../../src/voicexml/expressions/program.ts'
import { compileRegexp } from '../../../src/voicexml/expressions/regexp/regexp.ts'
import { search } from '../../../src/voicexml/expressions/regexp/search.ts'
import { createScope } from '../../../src/voicexml/expressions/value.ts'

const value = (source: string) => {
  const parsed = parseExpression(source, 'test')
  if ('fault' in parsed) return parsed.fault.message
  try {
    return JSON.parse(
      JSON.stringify(toJson(evaluate(parsed.program, [createScope()], createBudget()))),
    )
  } catch (error) {
    if (!isScriptFault(error)) throw error
    return `${error.errorName}: ${error.message}`
  }
}

t.test('what ordinary scripts do with regular expressions works', async (t) => {
  for (const [source, expected] of [
    ['/^\\d{4}$/.test("2026")', true],
    ['/^\\d{4}$/.test("20260")', false],
    ['"+7 (916) 123-45-67".replace(/\\D/g, "")', '79161234567'],
    ['"20260228".replace(/(\\d{4})(\\d\\d)(\\d\\d)/, "$3.$2.$1")', '28.02.2026'],
    ['"a, b;c".split(/[,;]\\s*/)', ['a', 'b', 'c']],
    ['"a1b2".split(/(\\d)/)', ['a', '1', 'b', '2', '']],
    ['"abc".split(/(?:)/)', ['a', 'b', 'c']],
    ['"one two".match(/(\\w+) (\\w+)/)', ['one two', 'one', 'two']],
    ['"x1y22".match(/\\d+/g)', ['1', '22']],
    ['"none".match(/\\d+/g)', null],
    ['"one two".search(/t/)', 4],
    ['"ГОРОД".match(/город/i)[0]', 'ГОРОД'],
    ['"a\\nb".replace(/^/gm, "> ")', '> a\n> b'],
    ['new RegExp("a+", "g").source', 'a+'],
    ['String(/a\\/b/gi)', '/a\\/b/gi'],
    ['/a/ instanceof RegExp && typeof /a/', 'object'],
    [
      '(function() { var r = /o/g, n = []; while (r.exec("foo")) n.push(r.lastIndex); return n })()',
      [2, 3],
    ],
    [
      '"aXbX".replace(/x/gi, function(found, at, all) { return found + at + all.length })',
      'aX14bX34',
    ],
    ['/(z)((a+)?(b+)?(c))*/.exec("zaacbbbcac")', ['zaacbbbcac', 'z', 'ac', 'a', null, 'c']],
    ['/(?:)/.exec("x").index', 0],
    ['"abc".match("b").index', 1],
    ['"a.c".match("a.c")[0]', 'a.c'],
  ] as const) {
    t.same(value(source), expected, source)
  }
})

t.test('what no automaton does in linear time is refused when it is read', async (t) => {
  for (const [source, expected] of [
    ['/(a)\\1/', /refers back/],
    ['/a(?=b)/', /looks ahead/],
    ['/a(?!b)/', /looks ahead/],
    ['/a{2001}/', /too large/],
    ['/((a{99}){99}){99}/', /too large/],
    ['new RegExp("(")', /^SyntaxError: .*open bracket/],
    ['new RegExp(")")', /bracket too many/],
    ['new RegExp("*")', /nothing to repeat/],
    ['new RegExp("[b-a]")', /out of order/],
    ['new RegExp("a", "y")', /flags y/],
    ['new RegExp("a", "gg")', /flags gg/],
    [`new RegExp("${'('.repeat(60)}${')'.repeat(60)}")`, /nested too deeply|too many groups/],
    ['RegExp.prototype.constructor', null],
    ['/a/.constructor', null],
    ['RegExp.prototype.exec.call("a", "a")', /TypeError/],
  ] as const) {
    const actual = value(source)
    if (expected === null) t.equal(actual, null, source)
    else t.match(String(actual), expected, source)
  }
})

t.test('no expression takes longer than its length times that of the text', async (t) => {
  for (const [source, text] of [
    ['(a+)+$', `${'a'.repeat(3_000)}b`],
    ['(a|aa)+$', `${'a'.repeat(3_000)}b`],
    ['(a*)*b', 'a'.repeat(3_000)],
    ['(.*)(.*)(.*)(.*)(.*)x', 'y'.repeat(3_000)],
    ['(x+x+)+y', 'x'.repeat(3_000)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(3_000)],
  ] as const) {
    const regexp = compileRegexp(source, '')
    if ('fault' in regexp) throw new Error(regexp.fault)
    let steps = 0
    const found = search(regexp, text, 0, (more) => {
      steps += more
    })
    t.equal(found, null, source)
    const most = (regexp.instructions.length + 1) * (regexp.depth + 1) * (text.length + 1)
    t.ok(steps <= most, `${source}: ${steps}`)
  }
  const budget = '/^(a+)+$/.test(new Array(9000).join("aaaaaaa") + "b")'
  t.match(value(budget), /BudgetError: the script runs too long/)
  t.match(
    value('new Array(300).join("a").replace(/a/g, new Array(300).join("$&$&"))'),
    /BudgetError/,
  )
  t.match(value('new Array(9900).join("a").replace(/a/g, "$`")'), /BudgetError/)
  t.match(value('new Array(9900).join("aa").split(/(?:)/)'), /BudgetError/)
})

const atom: fc.Arbitrary<string> = fc.constantFrom(
  ...['a', 'b', 'c', '.', '[ab]', '[^a]', '[b-c]', '\\d', '\\w', '\\W', '\\s', '[\\d-x]'],
  ...['[^\\w]', 'A', '\\x61', '\\u0062', '-', '[a-]', '[]', '[^]', '\\.', '\\n'],
)
const assertion = fc.constantFrom('^', '$', '\\b', '\\B')
const quantifier = fc.constantFrom(
  ...['', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{0,2}', '{1,}', '{0,1}?', '{0}'],
)
const pattern: fc.Memo<string> = fc.memo((n) =>
  n <= 1
    ? fc.oneof({ arbitrary: atom, weight: 6 }, assertion)
    : fc.oneof(
        fc.tuple(atom, quantifier).map(([each, times]) => each + times),
        fc.array(pattern(n - 1), { maxLength: 3 }).map((all) => all.join('')),
        fc
          .array(pattern(n - 1), { minLength: 1, maxLength: 3 })
          .map((all) => `(?:${all.join('|')})`),
        fc
          .tuple(fc.constantFrom('(', '(?:'), pattern(n - 1), quantifier)
          .map(([open, inner, times]) => `${open}${inner})${times}`),
      ),
)
const subject = fc
  .array(fc.constantFrom('a', 'b', 'c', 'A', '1', '-', ' ', '\n', 'x'), { maxLength: 8 })
  .map((list) => list.join(''))

t.test('property: a search finds what the expressions of the host find', async (t) => {
  let found = 0
  fc.assert(
    fc.property(
      pattern(4),
      fc.subarray(['g', 'i', 'm']).map((flags) => flags.join('')),
      fc.array(subject, { minLength: 4, maxLength: 4 }),
      (source, flags, texts) => {
        const ours = compileRegexp(source, flags)
        const theirs = new RegExp(source, flags.replace('g', ''))
        if ('fault' in ours) throw new Error(`${source}: ${ours.fault}`)
        for (const text of texts) {
          const expected = theirs.exec(text)
          const places = search(ours, text, 0, () => undefined)
          if (expected) found += 1
          const actual =
            places &&
            Array.from({ length: places.length / 2 }, (_, group) => {
              const from = places[group * 2] ?? -1
              return from < 0 ? undefined : text.slice(from, places[group * 2 + 1])
            })
          const same =
            JSON.stringify(actual) === JSON.stringify(expected && [...expected]) &&
            places?.[0] === expected?.index
          if (!same) {
            throw new Error(
              `/${source}/${flags} on ${JSON.stringify(text)}: ${JSON.stringify(actual)} for ${JSON.stringify(expected)}`,
            )
          }
        }
      },
    ),
    { numRuns: 2_000 },
  )
  t.ok(found > 2_000, `${found} found`)
})
