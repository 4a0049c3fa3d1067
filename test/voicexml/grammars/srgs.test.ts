import fc from 'fast-check'
import t from 'tap'
import { activeGrammars, type Compiled } from '../../../src/voicexml/grammars/grammar.ts'
import { type ResolveGrammar, srgsGrammar } from '../../../src/voicexml/grammars/srgs.ts'
import { readXml } from '../../../src/voicexml/read-xml.ts'

const xml = (source: string) => {
  const read = readXml(source, 'test.grxml')
  if ('findings' in read) throw new Error(JSON.stringify(read.findings))
  return read.root
}

const grammar = (rules: string, attributes = 'root="r"') =>
  xml(
    `<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" mode="dtmf" ${attributes}>${rules}</grammar>`,
  )

const compiled = (rules: string, attributes?: string, resolve?: ResolveGrammar) =>
  srgsGrammar(grammar(rules, attributes), resolve)

const ask = (result: Compiled) => {
  if (!('grammar' in result)) throw new Error(JSON.stringify(result))
  return activeGrammars([result.grammar])
}
const means = (rules: string, digits: string, attributes?: string, resolve?: ResolveGrammar) =>
  ask(compiled(rules, attributes, resolve)).match(digits)?.interpretation

t.test('keys, alternatives and repeats are taken as written', async (t) => {
  const rule =
    '<rule id="r"><item repeat="0-1"><one-of><item>0</item><item weight="2">"*"</item></one-of></item>' +
    '<token>1 2</token><item repeat="2-"> 3</item><example>12 33</example></rule>'
  for (const digits of ['1233', '01233', '*123333']) t.equal(means(rule, digits), digits)
  for (const digits of ['123', '00123', '123344', '']) t.equal(means(rule, digits), undefined)
  t.same(ask(compiled(rule)).maxDigits, null)
  t.equal(means('<rule id="r"><item repeat="4">7</item></rule>', '7777'), '7777')
  t.equal(means('<rule id="r">#</rule>', '#', ''), '#')
  t.equal(means('<rule id="r"><one-of><item>A</item><item>1</item></one-of></rule>', '1'), '1')
})

t.test('without tags the value is the digits, whatever rules took them', async (t) => {
  const digit = `<rule id="d"><one-of>${Array.from('0123456789', (d) => `<item>${d}</item>`).join('')}</one-of></rule>`
  const pin = `${digit}<rule id="r" scope="public"><item repeat="4"><ruleref uri="#d"/></item></rule>`
  t.equal(means(pin, '0912'), '0912')
})

t.test('scripts in tags set out, read rules and meta', async (t) => {
  const rules = `
    <tag>var unit = 'rub'; function twice(n) { return 2 * n }</tag>
    <rule id="r">
      <tag>out.log = [];</tag>
      <ruleref uri="#kind"/><tag>out.kind = rules.latest(); out.log.push(meta.latest().text)</tag>
      <ruleref uri="#pair"/><tag>out.pair = rules.pair + twice(1); out.all = meta.current().text; out.unit = unit;
        out.heard = meta.pair.text; out.same = rules['kind'] == out.kind</tag>
    </rule>
    <rule id="kind"><one-of><item>1<tag>out = 'one'</tag></item><item>2<tag>out = 'two'</tag></item></one-of></rule>
    <rule id="pair">3 <item repeat="1-2">4</item></rule>`
  t.same(JSON.parse(JSON.stringify(means(rules, '2344', 'root="r" tag-format="semantics/1.0"'))), {
    log: ['2'],
    kind: 'two',
    pair: '3442',
    all: '2344',
    unit: 'rub',
    heard: '344',
    same: true,
  })
})

t.test('a rule without tags of its own hands on the last rule below', async (t) => {
  const rules = `<rule id="r">9<ruleref uri="#a"/></rule><rule id="a">1<tag>out = true</tag></rule>`
  t.equal(means(rules, '91'), true)
})

t.test('tags are executed in the order the keys pass them, once each time', async (t) => {
  const rules = `
    <tag>var all = 0</tag>
    <rule id="r">
      <tag>out = ''; var seen = 0</tag>
      <item repeat="2-3"><tag>out += '('</tag><ruleref uri="#d"/><tag>out += rules.d + ++seen + ')'</tag></item>
      <item repeat="0-1">9<tag>out += 'never'</tag></item>
      <tag>out += meta.d.text + meta.d.score + rules.latest()</tag>
    </rule>
    <rule id="d"><one-of><item>1<tag>out = 'a'</tag></item><item>2<tag>out = 'b'</tag></item></one-of></rule>`
  t.equal(means(rules, '121'), '(a1)(b2)(a3)11a')
  t.equal(means(rules, '22'), '(b1)(b2)21b')
})

t.test('a grammar that says how tags are meant has values by default too', async (t) => {
  const rules =
    '<rule id="r"><item repeat="2"><ruleref uri="#d"/></item><item repeat="0-1">#</item></rule>' +
    '<rule id="d"><one-of><item>1</item><item>2</item></one-of></rule>'
  t.equal(means(rules, '12#'), '12#')
  for (const format of ['semantics/1.0', 'semantics/1.0.2006', 'semantics/1.0-literals']) {
    t.equal(means(rules, '12#', `root="r" tag-format="${format}"`), '2', format)
  }
  t.equal(means('<rule id="r">1 2</rule>', '12', 'root="r" tag-format="semantics/1.0"'), '12')
})

t.test('results are texts, numbers, lists and objects with properties for slots', async (t) => {
  const value = (script: string) => {
    const match = ask(compiled(`<rule id="r">1<tag>${script}</tag></rule>`)).match('1')
    return JSON.stringify(match?.interpretation)
  }
  t.equal(value('out = 5 / 2'), '2.5')
  t.equal(value('out = [1, "2", [true, null]]'), '[1,"2",[true,null]]')
  t.equal(value('out.from = "MOW"; out.to = {city: "KZN"}'), '{"from":"MOW","to":{"city":"KZN"}}')
  t.equal(value('var nothing'), '{}')
  t.equal(value('out = undefined'), 'null')
  t.equal(value('out = Number(meta.current().text) + 1'), '2')
})

t.test('a rule may lead back to itself at its end, and its tags see each level', async (t) => {
  const sum = `<rule id="r"><one-of>
      <item><ruleref uri="#d"/><tag>out = rules.d</tag><ruleref uri="#r"/><tag>out = out + '+' + rules.r</tag></item>
      <item>#<tag>out = '0'</tag></item>
    </one-of></rule>
    <rule id="d"><one-of><item>1</item><item>2</item></one-of></rule>`
  t.equal(means(sum, '#'), '0')
  t.equal(means(sum, '121#'), '1+2+1+0')
  t.equal(means(sum, '121'), undefined)
  t.equal(ask(compiled(sum)).maxDigits, null)
  const mutual = `
    <rule id="r"><one-of><item>1 <ruleref uri="#s"/><tag>out = '(' + rules.s + ')'</tag></item>
      <item>3<tag>out = '.'</tag></item></one-of></rule>
    <rule id="s">2 <ruleref uri="#r"/><tag>out = '[' + rules.r + meta.r.text + ']'</tag></rule>`
  t.equal(means(mutual, '12123'), '([([.3])123])')
  const long = `${'1'.repeat(255)}#`
  const deep = `<rule id="r"><one-of><item>1 <ruleref uri="#r"/><tag>out = rules.r + 1</tag></item>
      <item>#<tag>out = 0</tag></item></one-of></rule>`
  t.equal(means(deep, long), 255)
})

t.test('of alternatives that take the same keys the heavier is meant', async (t) => {
  const rule = (one: string, two: string, three = '') =>
    `<rule id="r"><one-of><item${one}>1<tag>out = 'one'</tag></item>` +
    `<item${two}>1<tag>out = 'two'</tag></item><item${three}>1<tag>out = 'three'</tag></item></one-of></rule>`
  t.equal(means(rule('', ''), '1'), 'one')
  t.equal(means(rule('', ' weight="2"'), '1'), 'two')
  t.equal(means(rule(' weight=".5"', '', ''), '1'), 'two')
  t.equal(means(rule(' weight="0.1"', ' weight="3.0"', ' weight="3"'), '1'), 'two')
  t.equal(means(rule('', '', '').replace('>1<', ' repeat="1" repeat-prob="0.2">1<'), '1'), 'one')
})

t.test('what a grammar says about itself changes nothing', async (t) => {
  const heading =
    '<meta name="a" content="b"/><metadata><x/></metadata><lexicon uri="l.pls"/><tag>var x = 5</tag>'
  const rule =
    '<rule id="r" scope="public"><example>1</example><item xml:lang="ru-RU">1<tag>out = x</tag></item></rule>'
  t.equal(means(heading + rule, '1', 'root="r" xml:lang="en-US" xml:base="/x/"'), 5)
})

t.test('rules may have names that mean something to a program', async (t) => {
  const names = ['__proto__', 'constructor', 'latest', 'toString', 'hasOwnProperty']
  for (const name of names) {
    const rules = `<rule id="r"><ruleref uri="#${name}"/><tag>out.all = rules['${name}'] === 'x';
      out.last = rules.latest() === 'x'; out.plain = {}.x === undefined</tag></rule>
      <rule id="${name}">1<tag>out = 'x'</tag></rule>`
    const value = means(rules, '1')
    t.match(JSON.parse(JSON.stringify(value)), { all: name !== 'latest', last: true, plain: true })
  }
  t.equal(({} as { x?: unknown }).x, undefined)
})

t.test('built-in grammars are rules like others', async (t) => {
  const rules = `<rule id="r">
    <ruleref uri="builtin:dtmf/boolean?y=1;n=0"/><tag>out.sure = rules.latest()</tag>
    <ruleref uri="builtin:dtmf/digits?length=2"/><tag>out.year = rules.latest(); out.heard = meta.latest().text</tag></rule>`
  t.same(JSON.parse(JSON.stringify(means(rules, '126'))), { sure: true, year: '26', heard: '26' })
  t.same(JSON.parse(JSON.stringify(means(rules, '007'))), { sure: false, year: '07', heard: '07' })
  t.equal(means(rules, '226'), undefined)
})

t.test('literal tags are the value', async (t) => {
  const rule =
    '<rule id="r"><one-of><item>1 <tag> main = {menu} </tag></item><item>2</item></one-of></rule>'
  const literals = 'root="r" tag-format="semantics/1.0-literals"'
  t.equal(means(rule, '1', literals), 'main = {menu}')
  t.equal(means(rule, '2', literals), '2')
})

t.test('plain words are the value where nothing says how tags are meant', async (t) => {
  const rule = (tag: string) =>
    `<tag>var tariff = 'night'</tag><rule id="r">1<tag>${tag}</tag></rule>`
  t.equal(means(rule('savings'), '1'), 'savings')
  t.equal(means(rule(' savings account '), '1'), 'savings account')
  t.equal(means(rule('сбережения'), '1'), 'сбережения')
  t.equal(means(rule('tariff'), '1'), 'night', 'a variable of the grammar')
  t.equal(means(rule('true'), '1'), true)
  t.equal(means(rule('typeof tariff'), '1'), 'string')
  t.same(means(rule('savings'), '1', 'root="r" tag-format="semantics/1.0"'), undefined)
})

t.test('a tag that fails gives a fault instead of a value', async (t) => {
  const result = ask(compiled('<rule id="r">1<tag>out = missing.x</tag></rule>'))
  t.match(result.match('1'), { index: 0, interpretation: null, fault: /missing is not declared/ })
  const endless = ask(compiled('<rule id="r">1<tag>while (true);</tag></rule>'))
  t.match(endless.match('1'), { fault: /too long/ })
  const many = ask(compiled('<rule id="r"><item repeat="0-">1</item><tag>out = 1</tag></rule>'))
  t.match(many.match('1'.repeat(300)), { fault: /too many keys/ })
  const global = ask(compiled('<tag>var a = 1</tag><rule id="r">1<tag>a = 2</tag></rule>'))
  t.match(global.match('1'), { fault: /read-only/ })
})

t.test('rules of other files are found, public ones and the root', async (t) => {
  const files: Record<string, string> = {
    'lib/a.grxml':
      '<rule id="root"><ruleref uri="b.grxml#two"/></rule><rule id="hidden">5</rule><rule id="open" scope="public">6</rule>',
    'lib/b.grxml': '<rule id="two" scope="public">2<tag>out = "zwei"</tag></rule>',
  }
  const asked: (string | null)[] = []
  const resolve: ResolveGrammar = (uri, from) => {
    asked.push(from)
    const file = from === null ? uri : `lib/${uri}`
    const source = files[file]
    return source ? { xml: grammar(source, 'root="root"'), file } : null
  }
  files['lib/b.grxml'] = files['lib/b.grxml']?.replaceAll('two"', 'root"') ?? ''
  files['lib/a.grxml'] = files['lib/a.grxml']?.replace('#two', '') ?? ''
  const to = (uri: string) => `<rule id="r"><ruleref uri="${uri}"/></rule>`
  t.equal(means(to('lib/a.grxml'), '2', undefined, resolve), 'zwei')
  t.same(asked, [null, 'lib/a.grxml'])
  t.equal(means(to('lib/a.grxml#open'), '6', undefined, resolve), '6')
  t.match(compiled(to('lib/a.grxml#hidden'), undefined, resolve), {
    fault: { message: /not public/, file: 'lib/a.grxml' },
  })
  t.match(compiled(to('lib/a.grxml#root'), undefined, resolve), {
    fault: { message: /rule root is not public/ },
  })
  t.match(compiled(to('none.grxml'), undefined, resolve), { fault: { message: /no grammar/ } })
  t.match(srgsGrammar(grammar('<rule id="r">1</rule><rule id="s">2</rule>'), undefined, 's'), {
    fault: { message: /not public/ },
  })
  t.equal(means(to('builtin:dtmf/boolean'), '1'), true)
  t.same(compiled(to('builtin:grammar/boolean')), { unsupported: 'builtin:grammar/boolean' })
  t.ok('fault' in compiled(to('builtin:dtmf/digits?length=x')))
})

t.test('special rules take nothing, never, or anything', async (t) => {
  const special = (name: string) => `<rule id="r">1<ruleref special="${name}"/>2</rule>`
  t.equal(means(special('NULL'), '12'), '12')
  t.equal(means(special('VOID'), '12'), undefined)
  t.equal(means(special('GARBAGE'), '1**92'), '1**92')
  t.ok('fault' in compiled(special('ELSE')))
})

t.test('voice, ABNF and foreign formats are unsupported', async (t) => {
  const unsupported = (source: string) => 'unsupported' in srgsGrammar(xml(source))
  t.ok(unsupported('<grammar root="r"><rule id="r">1</rule></grammar>'))
  t.ok(unsupported('<grammar mode="voice" root="r"><rule id="r">one</rule></grammar>'))
  t.ok(unsupported('<grammar mode="dtmf" type="application/srgs">root $r; $r = 1;</grammar>'))
  t.ok(unsupported('<grammar mode="dtmf">1 | 2</grammar>'))
  t.ok(unsupported('<lexicon/>'))
  t.ok(unsupported('<grammar mode="dtmf" type="application/x-gsl"><rule id="r">1</rule></grammar>'))
  t.ok(unsupported('<grammar mode="dtmf" version="2.0"><rule id="r">1</rule></grammar>'))
  t.ok('unsupported' in compiled('<rule id="r">1</rule>', 'root="r" tag-format="swi/1.0"'))
  t.ok('grammar' in compiled('<rule id="r">1</rule>', 'root="r" type="application/srgs+xml"'))
})

t.test('what a grammar may not say is a fault with its place', async (t) => {
  for (const [rules, message] of [
    ['<rule id="a">1</rule><rule id="b">2</rule>', /no rule r/],
    ['<rule id="r">1</rule><rule id="r">2</rule>', /two rules r/],
    ['<rule id="r">x</rule>', /x is not a key/],
    ['<rule id="r"><ruleref uri="#none"/></rule>', /no rule none/],
    ['<rule id="r"><ruleref/></rule>', /either uri or special/],
    ['<rule id="r">1<ruleref uri="#r"/></rule>', /leads back to itself without end/],
    ['<rule id="r"><ruleref uri="#a"/></rule><rule id="a">1<ruleref uri="#r"/></rule>', /without/],
    ['<rule id="r"><item repeat="0-1"><ruleref uri="#r"/></item>1</rule>', /before its end/],
    [
      '<rule id="r"><one-of><item>1<ruleref uri="#r"/>2</item><item>3</item></one-of></rule>',
      /rule r leads back to itself before its end/,
    ],
    ['<rule id="r"><item repeat="0-">1<ruleref uri="#r"/></item></rule>', /before its end/],
    [
      '<rule id="r">1<ruleref uri="#a"/>2</rule><rule id="a"><item repeat="0-1"><ruleref uri="#r"/></item></rule>',
      /before its end/,
    ],
    ['<rule>1</rule>', /name of its own/],
    ['<rule id="NULL">1</rule>', /name of its own/],
    ['<rule id="r" scope="global">1</rule>', /neither private nor public/],
    ['<rule id="r">1</rule><item>2</item>', /<item> does not belong between rules/],
    ['<rule id="r">1</rule> 2', /text does not belong between rules/],
    ['<rule id="r"><one-of><item weight="-1">1</item></one-of></rule>', /weight "-1"/],
    ['<rule id="r"><one-of><item weight="1e3">1</item></one-of></rule>', /weight "1e3"/],
    ['<rule id="r"><item repeat="0-1" repeat-prob="x">1</item></rule>', /repeat-prob "x"/],
    ['<rule id="r"><item repeat="0-1" repeat-prob="1.5">1</item></rule>', /more than 1/],
    ['<rule id="r"><ruleref uri="#r" special="NULL"/></rule>', /either uri or special/],
    ['<rule id="r"><item repeat="x">1</item></rule>', /repeat/],
    ['<rule id="r"><item repeat="1 2">1</item></rule>', /repeat/],
    ['<rule id="r"><item repeat="3-2">1</item></rule>', /repeat/],
    ['<rule id="r"><item repeat="1-1001">1</item></rule>', /more than 1000/],
    ['<rule id="r"><one-of>1</one-of></rule>', /only <item>/],
    ['<rule id="r"><one-of/></rule>', /empty/],
    ['<rule id="r"><prompt/></rule>', /does not belong/],
    ['<rule id="r">1<tag>out = ;</tag></rule>', /the tag/],
    ['<rule id="r">1<tag>out = /(x)\\1/</tag></rule>', /regular expression/],
    [
      '<rule id="r"><item repeat="255"><item repeat="255"><item repeat="255">1</item></item></item></rule>',
      /too many/,
    ],
  ] as const) {
    const result = compiled(rules)
    t.match(result, { fault: { message } }, rules)
  }
  t.match(compiled('<rule id="r">\n <prompt/></rule>'), {
    fault: { place: { line: 2, column: 2 }, file: null },
  })
  const chain = Array.from(
    { length: 300 },
    (_, n) => `<rule id="r${n}"><ruleref uri="#r${n + 1}"/></rule>`,
  )
  t.match(compiled(chain.join(''), 'root="r0"'), { fault: { message: /nested deeper/ } })
})

t.test('grammars that would explode are compiled or refused by a count of work', async (t) => {
  const nested = (times: string, depth: number) =>
    `<rule id="r">${`<item repeat="${times}">`.repeat(depth)}1${'</item>'.repeat(depth)}<tag>out = 1</tag></rule>`
  const any = '<one-of><item>0</item><item>1</item></one-of>'
  const outcome = (rules: string) => {
    const result = compiled(rules)
    if ('fault' in result) return result.fault.message
    if (!('grammar' in result)) return 'unsupported'
    t.ok(result.grammar.automaton.states.length <= 8_000)
    const match = activeGrammars([result.grammar]).match('1'.repeat(200))
    return match?.fault ?? 'taken'
  }
  const many = 'the grammar expands to too many alternatives'
  const states = 'the grammar needs too many states'
  for (const [rules, expected] of [
    [nested('1-1000', 1), 'taken'],
    [nested('1-1000', 2), many],
    [nested('1-1000', 30), many],
    [nested('200', 2), null],
    [nested('0-', 50), 'taken'],
    [nested('1-', 4), 'taken'],
    [nested('1-', 50), many],
    [nested('0-2', 12), null],
    [`<rule id="r">${'<item repeat="0-1">1</item>'.repeat(3_000)}</rule>`, states],
    [
      `<rule id="r">${'<ruleref special="GARBAGE"/>'.repeat(300)}<tag>out = 1</tag></rule>`,
      'taken',
    ],
    [`<rule id="r">${'<ruleref special="GARBAGE"/>1'.repeat(300)}</rule>`, states],
    [`<rule id="r"><item repeat="0-">${any}</item>1<item repeat="30">${any}</item></rule>`, states],
    [
      '<rule id="r"><item repeat="1000"><item repeat="0-1000"><ruleref special="NULL"/></item></item></rule>',
      many,
    ],
    [
      Array.from({ length: 40 }, (_, n) => {
        const next = `<ruleref uri="#r${n + 1}"/>`
        return `<rule id="r${n || ''}">${n < 39 ? next + next : '1'}</rule>`
      }).join(''),
      many,
    ],
    [`<rule id="r">${'1'.repeat(100_001)}</rule>`, 'the grammar is too large'],
  ] as const) {
    const actual = outcome(rules)
    if (expected !== null) t.equal(actual, expected, rules.slice(0, 60))
    else t.ok(['taken', many, states].includes(actual), `${rules.slice(0, 60)} ${actual}`)
  }
  const chain = Array.from({ length: 2_000 }, (_, n) => n)
  const backwards =
    `<rule id="r">${chain.map((n) => `<ruleref uri="#r${1999 - n}"/>`).join('')}</rule>` +
    chain
      .map((n) => `<rule id="r${n}">${n < 1999 ? `<ruleref uri="#r${n + 1}"/>` : '1'}</rule>`)
      .join('')
  t.equal(outcome(backwards), many, 'rules deep in one another, met from the innermost on')
})

t.test('property: ambiguous grammars are interpreted without explosion', async () => {
  const part = fc.constantFrom(
    '<item repeat="0-">1</item>',
    '<item repeat="0-2"><item repeat="0-">1<tag>out.n = (out.n || 0) + 1</tag></item></item>',
    '<one-of><item>1</item><item>1 1</item><item><ruleref special="NULL"/></item></one-of>',
    '<item repeat="0-1"><ruleref special="GARBAGE"/></item>',
  )
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), fc.nat(60), (parts, length) => {
      const result = compiled(`<rule id="r"><tag>out.ok = 1</tag>${parts.join('')}</rule>`)
      if ('fault' in result) return /too many|states/.test(result.fault.message)
      const match = ask(result).match('1'.repeat(length))
      return match === null || (match.fault === null && match.interpretation !== null)
    }),
    { numRuns: 60 },
  )
})
