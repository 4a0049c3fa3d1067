import t from 'tap'
import {
  assign,
  evaluate,
  isReference,
  textOf,
} from '../../../src/voicexml/expressions/evaluate.ts'
import { isScriptFault } from '../../../src/voicexml/expressions/fault.ts'
import { fromJson, toJson } from '../../../src/voicexml/expressions/json.ts'
import { createBudget } from '../../../src/voicexml/expressions/machine.ts'
import {
  type Program,
  parseExpression,
  parseScript,
} from '../../../src/voicexml/expressions/program.ts'
import type { Budget } from '../../../src/voicexml/expressions/value.ts'
import {
  createScope,
  declare,
  isDeclared,
  type Scope,
  type Value,
} from '../../../src/voicexml/expressions/value.ts'

const program = (parsed: ReturnType<typeof parseExpression>): Program => {
  if ('fault' in parsed) throw new Error(parsed.fault.message)
  return parsed.program
}
const expression = (source: string) => program(parseExpression(source, 'expression'))
const script = (source: string) => program(parseScript(source, 'script'))

const value = (source: string, scopes: Scope[] = [createScope()], budget = createBudget()): Value =>
  evaluate(expression(source), scopes, budget)

const fault = (source: string, scopes?: Scope[], limits: Partial<Budget> = {}): string => {
  try {
    return `no fault: ${String(value(source, scopes, createBudget(limits)))}`
  } catch (error) {
    if (!isScriptFault(error)) throw error
    return `${error.errorName}: ${error.message}`
  }
}

const after = (source: string, limits: Partial<Budget> = {}): Scope => {
  const scope = createScope()
  evaluate(script(source), [scope], createBudget(limits))
  return scope
}

t.test('a name is looked up from the innermost scope outwards', async (t) => {
  const [inner, outer] = [createScope(), createScope()]
  declare(outer, 'a', 1)
  declare(outer, 'b', 2)
  declare(inner, 'a', 10)
  declare(inner, 'outer', outer)
  t.equal(value('a + b + outer.a', [inner, outer]), 13)
  value('b = 5', [inner, outer])
  t.equal(outer['b'], 5)
  t.notOk(Object.hasOwn(inner, 'b'))
  t.equal(isDeclared([inner, outer], 'b'), true)
  t.equal(isDeclared([inner, outer], 'toString'), false)
  t.equal(value('this.a', [inner, outer]), 10)
})

t.test('names that nobody declared are faults, but typeof may ask', async (t) => {
  t.equal(fault('x'), 'ReferenceError: x is not declared')
  t.equal(fault('x = 1'), 'ReferenceError: x is not declared')
  t.equal(fault('x++'), 'ReferenceError: x is not declared')
  t.equal(value('typeof x'), 'undefined')
  t.equal(fault('Math = 1'), 'TypeError: Math is read-only')
  t.equal(fault('undefined = 1'), 'TypeError: undefined is read-only')
})

t.test('a fault tells the program and the place', async (t) => {
  try {
    value('1 + (2 * missing)')
    t.fail('there is a fault')
  } catch (error) {
    if (!isScriptFault(error)) throw error
    t.same(error.at, { program: 'expression', offset: 9 })
    t.type(error, Error)
  }
  t.match(
    fault('o.name.first', [Object.assign(createScope(), { o: fromJson({}) })]),
    /first is read/,
  )
  t.match(fault('nothing.here()'), /nothing is not declared/)
  t.match(fault("'a'.nothing()"), /'a'.nothing is not a function/)
})

t.test('frozen scopes and objects are read-only', async (t) => {
  const session = Object.freeze(Object.assign(createScope(), { id: 'x', list: Object.freeze([1]) }))
  const scope = Object.assign(createScope(), { session })
  for (const source of [
    'session.id = 1',
    'session.more = 1',
    'session.list[0] = 2',
    'session.list.push(2)',
    'session.list.length = 0',
    'delete session.id',
  ]) {
    t.match(fault(source, [scope]), /^TypeError: .*read-only/, source)
  }
  t.match(fault('id = 2', [scope, session]), /id is read-only/)
})

t.test('scripts declare into the first scope and keep what is there', async (t) => {
  const scope = createScope()
  declare(scope, 'kept', 7)
  evaluate(
    script('var kept; var made = later(2); function later(n) { return n + kept }'),
    [scope],
    createBudget(),
  )
  t.same([scope['kept'], scope['made']], [7, 9])
  t.equal(value('later(1)', [scope]), 8)
})

t.test('closures keep their variables', async (t) => {
  const scope = after(
    'function counter() { var n = 0; return { next: function() { return ++n } } } var one = counter(), two = counter(); one.next(); one.next(); two.next()',
  )
  t.equal(value('one.next() * 10 + two.next()', [scope]), 32)
})

t.test('functions of the document make objects with a prototype behind them', async (t) => {
  const scope = after(`
    function Account(sum) { this.sum = sum }
    Account.prototype.add = function(more) { this.sum += more; return this };
    Account.prototype.toString = function() { return this.sum + ' rub' };
    function Savings(sum) { Account.call(this, sum) }
    Savings.prototype = new Account(0);
    Savings.prototype.rate = null;
    var mine = new Savings(5), other = new Account(1), keys = [];
    for (var key in mine) keys.push(key)`)
  t.equal(value('mine.add(2).add(3) + ""', [scope]), '10 rub')
  t.equal(value('other.sum', [scope]), 1)
  t.same(scope['keys'], ['sum', 'rate', 'add', 'toString'])
  t.same(
    value(
      `[mine instanceof Account, mine instanceof Savings, other instanceof Savings, mine.rate,
        mine.hasOwnProperty('add'), 'add' in mine, mine.constructor, [] instanceof Account]`,
      [scope],
    ),
    [true, true, false, null, false, true, undefined, false],
  )
  t.equal(value('String(Account.prototype)', [scope]), 'undefined rub')
  t.match(fault('({}) instanceof ({})'), /instanceof needs a constructor/)
})

t.test('errors are objects with name and message, whoever made them', async (t) => {
  const scope = after(`
    var seen = [];
    try { missing } catch (e) { seen.push(e.name, e.message, e instanceof ReferenceError, '' + e) }
    try { null.x } catch (e) { seen.push(e instanceof TypeError, e instanceof Error) }
    try { throw new RangeError('far') } catch (e) { seen.push(String(e), typeof e, e instanceof TypeError) }
    try { throw 'plain' } catch (e) { seen.push(e) } finally { seen.push('last') }`)
  t.same(scope['seen'], [
    ...[
      'ReferenceError',
      'missing is not declared',
      true,
      'ReferenceError: missing is not declared',
    ],
    ...[true, true, 'RangeError: far', 'object', false, 'plain', 'last'],
  ])
  t.equal(fault('(function() { throw {code: 5} })()'), 'Error: an object was thrown')
  t.equal(fault("(function() { throw new TypeError('bad') })()"), 'Error: TypeError: bad')
})

t.test('there is no way to a prototype, a constructor or code from text', async (t) => {
  for (const source of [
    ...[
      '({}).constructor',
      '[].constructor',
      "''.constructor",
      '(1).constructor',
      'true.constructor',
    ],
    ...[
      '({}).__proto__',
      '[].__proto__',
      "''.__proto__",
      '(function() {}).prototype.constructor',
      '(new (function() {})).constructor',
      '(new (function() {})).__proto__',
      'Math.max.constructor',
    ],
    ...['Object.getPrototypeOf', 'Object.defineProperty', 'Array.prototype.constructor'],
    ...['Object.prototype.__proto__', 'RegExp.prototype.constructor', '/x/.constructor'],
    ...["'x'.slice.constructor", 'String.raw', '({}).__defineGetter__', '[].at', "''.matchAll"],
    ...["[]['con' + 'structor']", '({})[["__proto__"]]', '(function() {}).caller', 'Object.create'],
  ]) {
    t.equal(value(source), undefined, source)
  }
  for (const source of [
    'eval("1")',
    'setTimeout',
    'globalThis',
    'process',
    'require',
    'Symbol',
    'Proxy',
  ]) {
    t.match(fault(source), /ReferenceError/, source)
  }
  t.match(fault("Function('return 1')()"), /not made from text/)
  t.match(fault("new Function('return 1')"), /not made from text/)
  t.equal(value('typeof new Function()() + typeof Function()'), 'undefinedfunction')
  t.match(fault('Array.prototype.evil = 1'), /read-only/)
  t.match(fault('Object.prototype.toString = 1'), /read-only/)
  t.match(fault('[].__proto__ = {}'), /cannot be set/)
  t.equal(value("(function() { var o = {}; o['__proto__'] = {x: 1}; return o.x })()"), undefined)
  t.equal(value('{__proto__: {x: 1}}.x'), undefined)
  const parsed = fromJson(JSON.parse('{"__proto__": {"x": 1}}'))
  t.equal(value('o.x', [Object.assign(createScope(), { o: parsed })]), undefined)
  t.equal(({} as { x?: unknown }).x, undefined)
})

t.test('an object of the host never shows what it inherits', async (t) => {
  const scope = Object.assign(createScope(), { o: { own: 1 } as unknown as Value })
  t.equal(value('o.constructor', [scope]), undefined)
  t.equal(value('o.own', [scope]), 1)
  t.match(fault('hasOwnProperty', [{} as Scope]), /ReferenceError/)
})

t.test('budgets end what would not end, and no catch of the document holds them up', async (t) => {
  const runaway = (source: string, limits?: Partial<Budget>) => {
    try {
      after(source, limits)
      return 'ended'
    } catch (error) {
      if (!isScriptFault(error)) throw error
      return error.errorName
    }
  }
  for (const source of [
    'while (true);',
    'for (;;) { try { null.x } catch (e) {} }',
    'function f() { try { f() } catch (e) { f() } finally { f() } } f()',
    'function f() { return f() } f()',
    'var o = {toString: function() { return "" + o }}; "" + o',
    'var a = []; a[0] = a; "" + a',
    'var o = {}; o.o = o; JSON.stringify(o)',
    "var s = 'x'; for (;;) s += s",
    "var s = 'x'; while (true) s = s.concat(s, s)",
    'var a = []; for (;;) a.push(a, a, a)',
    'var a = [1]; for (;;) a = a.concat(a)',
    'var a = []; a[100000] = 1',
    'var a = []; a.length = 100000',
    'new Array(100000)',
    "var s = ',,,,,,,,'; for (;;) s = s.split(',').join(',,,')",
    'var a = [2, 1]; a.sort(function f() { return a.sort(f) })',
    'var a = [1, 2, 3]; a.forEach(function f(x) { a.forEach(f) })',
    'function F() { return new F() } new F()',
    'function f() { return f.call(f) } f()',
    "var s = '%'; for (;;) s = encodeURIComponent(s)",
    "var s = 'ab'; for (var i = 0; i < 14; i++) s += s; for (;;) s.replace('b', s.split('a').join('$`'))",
    "var s = 'a', a = []; for (var i = 0; i < 15; i++) s += s; for (i = 0; i < 9000; i++) a[i] = s; JSON.stringify(a)",
    "var s = 'a', a = []; for (var i = 0; i < 15; i++) s += s; for (;;) a.push(s.toUpperCase())",
    'var s = "abcdefgh"; for (;;) { s = s.replace("a", function() { return "aa" + s }) }',
  ]) {
    t.match(runaway(source), /BudgetError|RangeError|TypeError/, source)
  }
  t.equal(runaway('for (var i = 0; i < 1000; i++);'), 'ended')
  t.equal(runaway('for (var i = 0; i < 1000; i++);', { steps: 1_000 }), 'BudgetError')
  t.equal(runaway('function f(n) { return n ? f(n - 1) : 0 } f(100)'), 'ended')
})

t.test('one budget is used up by many evaluations, its depth is not', async (t) => {
  const budget = createBudget({ steps: 1_000 })
  const { depth } = budget
  value('1 + 1', [createScope()], budget)
  t.equal(budget.steps, 997)
  t.throws(() => value('missing + 1', [createScope()], budget))
  t.equal(budget.depth, depth)
})

t.test('what the parser refuses has a message and a place', async (t) => {
  const refused = (parsed: ReturnType<typeof parseExpression>) =>
    'fault' in parsed ? `${parsed.fault.offset} ${parsed.fault.message}` : 'taken'
  for (const [source, expected] of [
    ['', /^0 Unexpected token/],
    ['1 +', /^3 Unexpected token/],
    ['a b', /^2 more than one/],
    ['a;', /^1 more than one/],
    ['1) + (2', /^1 more than one/],
    ['/(x)\\1/', /^0 the regular expression refers back/],
    ['/(?=x)/', /^0 the regular expression looks ahead/],
    ['{get a() { return 1 }}', /^1 getters/],
    ['x => x', /^\d more than one|Unexpected/],
    ['`a`', /^0 Unexpected/],
    ['function() { with (a) {} }', /^13 with/],
    ['('.repeat(50_000), /nested too deeply/],
    [`${'!'.repeat(5_000)}1`, /nested too deeply/],
    ['1'.repeat(70_000), /too long/],
  ] as const) {
    t.match(refused(parseExpression(source, 'x')), expected, source.slice(0, 40))
  }
  t.equal(refused(parseExpression(' a /* all */ // rest', 'x')), 'taken')
  t.match(refused(parseScript('let a = 1', 'x')), /^4 /)
  t.match(refused(parseScript('return 1', 'x')), /^0 /)
  t.match(refused(parseScript('var a = 1;\nvar b = /(?!x)/', 'x')), /^19 the regular/)
})

t.test('assign writes variables and properties and nothing else', async (t) => {
  const scope = Object.assign(createScope(), { a: 1, o: fromJson({ list: [1, 2] }) })
  assign(expression('a'), 2, [scope], createBudget())
  assign(expression('o.list[1]'), 'x', [scope], createBudget())
  t.same(toJson(scope), { a: 2, o: { list: [1, 'x'] } })
  t.throws(() => assign(expression('b'), 1, [scope], createBudget()), /b is not declared/)
  t.throws(() => assign(expression('a + 1'), 1, [scope], createBudget()), /only variables/)
  t.throws(() => assign(script('a'), 1, [scope], createBudget()), /cannot be assigned/)
  t.same(
    ['a', 'a.b', 'a + 1', 'f()'].map((source) => isReference(expression(source))),
    [true, true, false, false],
  )
})

t.test('values become text as the document wants it', async (t) => {
  const text = (source: string) => textOf(value(source), createBudget())
  t.equal(text("'a'"), 'a')
  t.equal(text('[1, [2, null], undefined]'), '1,2,,')
  t.equal(text('{}'), '[object Object]')
  t.equal(text("{toString: function() { return 'me' }}"), 'me')
  t.equal(text('function(a) { return a }'), 'function(a) { return a }')
  t.equal(text('undefined'), 'undefined')
  t.throws(() => text('{toString: function() { return {} }, valueOf: 0}'), /no primitive value/)
})

t.test('JSON crosses the border as copies', async (t) => {
  const scope = after(
    "var o = {a: [1, , undefined], b: undefined, c: function() {}, d: NaN, e: new Date(0), f: {g: 'x'}}",
  )
  t.same(toJson(scope['o']), {
    a: [1, null, null],
    d: null,
    e: '1970-01-01T00:00:00.000Z',
    f: { g: 'x' },
  })
  t.equal(toJson(undefined), null)
  t.throws(() => toJson(after('var o = {}; o.o = [o]')['o']), /contains itself/)
  let deep: unknown = 1
  for (let n = 0; n < 1_000; n += 1) deep = [deep]
  t.throws(() => fromJson(deep as never), /too deeply/)
  const source = { a: [1] }
  const copy = fromJson(source)
  value('o.a.push(2)', [Object.assign(createScope(), { o: copy })])
  t.same(source, { a: [1] })
})

t.test('dates are UTC and know the present only from the budget', async (t) => {
  t.match(fault('new Date()'), /current time/)
  const budget = createBudget({ now: Date.UTC(2026, 10, 25, 8, 30) })
  t.equal(value('new Date().toISOString()', [createScope()], budget), '2026-11-25T08:30:00.000Z')
  t.same(
    value(
      '[new Date(2026, 1, 3).getDate(), new Date("2026-02-03").getDay(), new Date("2026-02-03T04:05").getHours()]',
    ),
    [3, 2, 4],
  )
  t.ok(Number.isNaN(value('new Date("3 Feb 2026").getTime()')))
  t.equal(value('new Date(5) - new Date(2)'), 3)
  t.equal(value('new Date(5) + 1'), '1970-01-01T00:00:00.005Z1')
  t.equal(value('new Date(5) instanceof Date && typeof new Date(5)'), 'object')
})

t.test('methods of arrays read the length before their arguments change it', async (t) => {
  const returned = (call: string, change: string, names = 'toString') =>
    value(`(function () { var c = [1, 2, 3, 4]
      return c.${call}{ ${names}: function () { ${change} } }) })()`)
  t.same(returned('slice(', 'return c.shift()'), [3, 4, undefined])
  t.equal(returned('join(', "c.pop(); return '-'"), '1-2-3-')
  t.equal(returned('indexOf(3, ', 'c.shift(); return -2', 'valueOf'), -1)
  t.equal(returned('lastIndexOf(3, ', 'c.shift(); return -2', 'valueOf'), 1)
  t.equal(returned('lastIndexOf(4, ', 'c.shift(); return -5', 'valueOf'), -1)
  t.equal(value('[].lastIndexOf(1)'), -1)
})

t.test('arrays carry named properties, as application.lastresult$ does', async (t) => {
  const scope = after(
    "var r = [{utterance: '1'}]; r.utterance = '1'; r.confidence = 1; var keys = []; for (var k in r) keys.push(k)",
  )
  t.equal(value('r.length + r.utterance + r[0].utterance', [scope]), '111')
  t.same(scope['keys'], ['0', 'utterance', 'confidence'])
})
