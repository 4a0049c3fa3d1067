import t, { type Test } from 'tap'
import { dehydrate } from '../../../src/voicexml/expressions/dehydrate.ts'
import { evaluate, textOf } from '../../../src/voicexml/expressions/evaluate.ts'
import { isScriptFault } from '../../../src/voicexml/expressions/fault.ts'
import { toJson } from '../../../src/voicexml/expressions/json.ts'
import { createBudget } from '../../../src/voicexml/expressions/machine.ts'
import { parseExpression, parseScript } from '../../../src/voicexml/expressions/program.ts'
import { createScope, type Scope, type Value } from '../../../src/voicexml/expressions/value.ts'

const LONG = "var s = 'a'; for (var i = 0; i < 15; i++) s += s;"

/** What a script ends with: `ended` or its fault; the scope it ran in; the steps it made. */
const outcome = (source: string) => {
  const scope = createScope()
  const parsed = parseScript(source, 'hostile')
  if ('fault' in parsed) return { fault: `refused: ${parsed.fault.message}`, scope, steps: 0 }
  const budget = createBudget()
  const before = budget.steps
  try {
    evaluate(parsed.program, [scope], budget)
    return { fault: 'ended', scope, steps: before - budget.steps }
  } catch (error) {
    if (!isScriptFault(error)) throw error
    const fault = `${error.errorName}: ${error.message}`
    return { fault, scope, steps: before - budget.steps }
  }
}

const faults =
  (cases: readonly (readonly [source: string, expected: RegExp])[]) =>
  async (t: Test): Promise<void> => {
    for (const [source, expected] of cases) t.match(outcome(source).fault, expected, source)
  }

const TOO_LONG = /^BudgetError: the script runs too long/
const TOO_DEEP = /^BudgetError: nested too deeply/
const TEXT = /^BudgetError: a text grows too long/
const ARRAY = /^BudgetError: an array grows too long/

t.test(
  'recursion ends at a depth, however it is hidden',
  faults([
    ['function f() { return f() } f()', TOO_DEEP],
    ['function f() { return g() } function g() { return f() } f()', TOO_DEEP],
    ['(function f() { try { f() } catch (e) { f() } finally { f() } })()', TOO_DEEP],
    ['var o = {toString: function() { return String(o) }}; "" + o', TOO_DEEP],
    ['var o = {valueOf: function() { return +o }}; +o', TOO_DEEP],
    ['var o = {toString: function() { return [o] + "" }}; o + ""', TOO_DEEP],
    ['var a = []; a.push(a, [a]); a.join()', TOO_DEEP],
    ['var a = [1, 2, 3]; a.forEach(function f() { a.forEach(f) })', TOO_DEEP],
    ['var a = [2, 1]; a.sort(function f() { a.sort(f); return 1 })', TOO_DEEP],
    ['"a".replace(/a/, function f() { return "a".replace(/a/, f) })', TOO_DEEP],
    ['function f() { return f.apply(f, [1]) } f()', TOO_DEEP],
    ['var o = {o: 1}; o.o = o; JSON.stringify(o)', /TypeError: the object contains itself/],
    ['function F() { return new F() } new F()', TOO_DEEP],
    [
      'for (var o = {};;) { var F = function() {}; F.prototype = o; o = new F() }',
      /^BudgetError: too many prototypes/,
    ],
  ]),
)

t.test(
  'texts end at a length',
  faults([
    ["var s = 'x'; for (;;) s += s", TEXT],
    ["var s = 'x'; for (;;) s = s.concat(s)", TEXT],
    [`${LONG} s.replace(/a/g, 'aaa')`, /^BudgetError/],
    [`${LONG} s.replace('a', s + s)`, TEXT],
    [`${LONG} [s, s, s].join()`, TEXT],
    [`${LONG} escape(s.split('').join('ы'))`, /^BudgetError/],
    [`${LONG} new Array(9999).join(s)`, TEXT],
    ["Array(1e9).join('x')", ARRAY],
    ["var s = 'x'; for (;;) s = JSON.stringify(s + s)", TEXT],
    ["var s = '%'; for (;;) s = encodeURIComponent(s)", /^BudgetError/],
    [`${LONG} JSON.stringify([s, s, s])`, TEXT],
    ["'x'.repeat(1e9)", /^TypeError: 'x'.repeat is not a function/],
    ["'x'.padEnd(1e9)", /^TypeError: 'x'.padEnd is not a function/],
  ]),
)

t.test(
  'arrays end at a length',
  faults([
    ['new Array(4294967295)', ARRAY],
    ['new Array(4294967296)', /^RangeError/],
    ['var a = []; a[4294967294] = 1', ARRAY],
    ['var a = []; a.length = 4294967295', ARRAY],
    ['var a = []; a.length = -1', /^RangeError/],
    ['var a = []; for (;;) a.push(a, a, a)', /^BudgetError/],
    ['var a = [1, 2]; for (;;) a = a.concat(a)', ARRAY],
    ['var a = [1, 2]; for (;;) a.splice(0, 0, 1, 2, 3, 4)', /^BudgetError/],
    [`${LONG} s.split('')`, ARRAY],
    [`${LONG} s.match(/a/g)`, /^BudgetError/],
    ['JSON.parse("[" + new Array(9999).join("[],") + "1,1,1]")', /^BudgetError/],
  ]),
)

t.test(
  'work that one call hides is counted',
  faults([
    ['for (;;);', TOO_LONG],
    ['while (true) { try { null.x } catch (e) {} finally { continue } }', TOO_LONG],
    [`${LONG} var p = s.slice(0, 16000) + 'b'; for (;;) s.lastIndexOf(p)`, TOO_LONG],
    [`${LONG} var p = s.slice(0, 16000) + 'b'; for (;;) s.indexOf(p)`, TOO_LONG],
    [`${LONG} var p = s.slice(0, 16000) + 'b'; for (;;) s.split(p)`, TOO_LONG],
    [`${LONG} var p = s + 'b', q = s + 'c'; for (;;) p == q`, TOO_LONG],
    [`${LONG} var p = s + 'b', q = s + 'c'; for (;;) switch (p) { case q: }`, TOO_LONG],
    [`${LONG} for (;;) /(a*)*b/.test(s)`, TOO_LONG],
    [`${LONG} for (;;) parseInt(s, 36)`, TOO_LONG],
    [`for (;;) new RegExp('((a{9}){9}){9}')`, TOO_LONG],
    ['for (;;) (5e-324).toString(3)', TOO_LONG],
    [
      `function f() { var ${Array.from({ length: 9_000 }, (_, n) => `v${n}`).join()} } for (;;) f()`,
      TOO_LONG,
    ],
    ['var a = []; for (var i = 0; i < 9000; i++) a[i] = i; for (;;) a.sort()', TOO_LONG],
    ['var o = {}; for (var i = 0; i < 9000; i++) o[i] = i; for (;;) Object.isFrozen(o)', TOO_LONG],
    [
      'var o = {}; for (var i = 0; i < 9000; i++) o[i] = i; for (;;) for (var k in o) break',
      TOO_LONG,
    ],
    ['var a = [1]; for (var i = 0; i < 60; i++) a = [a, a]; "" + a', TOO_LONG],
    ['var a = [1]; for (var i = 0; i < 60; i++) a = [a, a]; JSON.stringify(a)', TOO_LONG],
    [
      'Math.max.apply(null, new Array(10000)); for (;;) Math.max.apply(null, new Array(9999))',
      TOO_LONG,
    ],
  ]),
)

t.test('a comparison that changes what is sorted sorts it all the same', async (t) => {
  const { fault, scope } = outcome(
    `var a = [5, 3, 4, 1]; a.sort(function(x, y) { a.length = 0; a.push(9); return x - y }); var n = a.length`,
  )
  t.equal(fault, 'ended')
  t.ok(Number(scope['n']) <= 10)
  t.match(
    outcome('var a = [3, 1, 2]; a.sort(function() { Object.freeze(a); return 1 })').fault,
    /^TypeError|^Error|^ended/,
  )
  t.match(outcome('var a = [3, 1]; a.sort(function() { throw 7 })').fault, /^Error: 7/)
})

t.test('what is thrown is told in a short message', async (t) => {
  t.ok(outcome(`${LONG} throw s`).fault.length < 300)
  t.ok(outcome(`${LONG} throw new Error(s)`).fault.length < 300)
  t.ok(outcome(`${LONG} throw {toString: function() { return s }}`).fault.length < 300)
  t.ok(outcome(`${LONG} null[s]`).fault.length < 300)
  t.ok(outcome(`${LONG} ({})[s]()`).fault.length < 300)
})

t.test('numbers are written in a bounded length', async (t) => {
  for (const source of [
    '(1e308).toFixed(100)',
    '(5e-324).toFixed(100)',
    '(1.7976931348623157e308).toString(2)',
    '(5e-324).toString(2)',
    '(123.456).toPrecision(100)',
    '(123.456).toExponential(100)',
  ]) {
    const { fault, scope } = outcome(`var text = ${source}`)
    t.equal(fault, 'ended', source)
    t.ok(String(scope['text']).length < 1_200, source)
  }
  for (const source of [
    '(1).toFixed(101)',
    '(1).toFixed(1e9)',
    '(1).toString(37)',
    '(1).toPrecision(0)',
  ]) {
    t.match(outcome(source).fault, /^RangeError/, source)
  }
})

t.test('nothing leads out of the values of the document', async (t) => {
  for (const source of [
    'var x = ({}).constructor',
    "var x = ''['constructor']",
    'var x = (function() {}).constructor',
    'var x = Object.prototype.constructor',
    'var x = Function.prototype.constructor',
    "var x = 'a'.replace.constructor",
    'var x = [].__proto__',
    'var x = Math.max.prototype',
    'var x = (function() { return this })()',
    'var x = (function() { return arguments.callee })()',
    'var x = (function f() { return f.caller })()',
    'var x; try { null.x } catch (e) { x = e.stack || e.constructor || e.__proto__ }',
    'var x = JSON.parse(\'{"__proto__": {"polluted": 1}}\').polluted',
    'var x = {}.polluted',
    "var o = {}; o['__proto__'] = {polluted: 1}; var x = o.polluted",
    'var x = Object.defineProperty || Object.getPrototypeOf || Object.create || Object.assign',
    'var x = /a/.constructor || /a/.compile || RegExp.$1 || RegExp.input',
    'var x = String.prototype.at || Array.prototype.at || Array.from',
  ]) {
    const { fault, scope } = outcome(source)
    t.equal(fault, 'ended', source)
    t.equal(scope['x'], undefined, source)
  }
  for (const source of [
    ...[
      'eval',
      'process',
      'globalThis',
      'window',
      'require',
      'module',
      'global',
      'console',
      'fetch',
    ],
    ...[
      'setTimeout',
      'Symbol',
      'Proxy',
      'Reflect',
      'WebAssembly',
      'SharedArrayBuffer',
      'importScripts',
    ],
  ]) {
    t.match(outcome(source).fault, /^ReferenceError/, source)
  }
  for (const source of [
    "new Function('return 1')",
    "Function('a', 'return a')",
    'Array.prototype.push = 1',
    'Object.prototype.polluted = 1',
    'String.prototype.slice.polluted = 1',
    'Math.PI = 3',
    "Math['max'] = 1",
    'JSON.parse = 1',
    '[].__proto__ = {polluted: 1}',
    "[]['constructor'] = 1",
    "'text'.polluted = 1",
    '(5).polluted = 1',
    'undefined = 1',
    'NaN = 1',
  ]) {
    t.match(outcome(source).fault, /^TypeError/, source)
  }
  t.equal(({} as { polluted?: unknown }).polluted, undefined)
  t.equal(([] as { polluted?: unknown }).polluted, undefined)
})

t.test('getters, setters, with, generators and what is younger are not read', async (t) => {
  for (const source of [
    'var o = {get a() { return 1 }}',
    'var o = {set a(v) {}}',
    'with ({a: 1}) a',
    'let a = 1',
    'const a = 1',
    'var f = () => 1',
    'class A {}',
    'var a = `text`',
    'function* g() {}',
    'async function f() {}',
    'var [a] = [1]',
    'var {a} = {a: 1}',
    'f(...[1])',
    'var a = 1n',
    'import("fs")',
    'new.target',
    'for (var a of [1]);',
    'a?.b',
    'a ?? b',
    '2 ** 3',
  ]) {
    t.match(outcome(source).fault, /^refused: /, source)
  }
})

t.test('sources that would exhaust the parser are refused', async (t) => {
  for (const source of [
    `${'('.repeat(30_000)}1${')'.repeat(30_000)}`,
    `${'['.repeat(30_000)}`,
    `${'!'.repeat(60_000)}1`,
    `${'a.'.repeat(30_000)}a`,
    `1${'+1'.repeat(30_000)}`,
    `${'{'.repeat(30_000)}`,
    `${'function f() {'.repeat(4_000)}`,
    `var r = /${'('.repeat(30_000)}/`,
    'x'.repeat(70_000),
  ]) {
    t.match(outcome(source).fault, /^refused: /, source.slice(0, 30))
    t.ok('fault' in parseExpression(source, 'hostile'), source.slice(0, 30))
  }
})

t.test('what is shared many times is neither copied nor saved without end', async (t) => {
  const doubled = outcome('var a = ["x"]; for (var i = 0; i < 60; i++) a = [a, a]').scope
  t.throws(() => toJson(doubled['a']), /the data is (too large|nested too deeply)/)
  t.throws(() => textOf(doubled['a'], createBudget()), /runs too long|nested too deeply/)
  t.ok(JSON.stringify(dehydrate(doubled)).length < 5_000, 'identity keeps it small')
  const repeated = outcome(`${LONG} var a = []; for (i = 0; i < 5000; i++) a[i] = s`).scope
  t.throws(() => toJson(repeated['a']), /the data is too large/)
  t.throws(() => dehydrate(repeated), /too much to save/)
  const keyed = createScope()
  for (let n = 0; n < 30; n += 1) keyed[`${n}${'k'.repeat(40_000)}`] = 1
  t.throws(() => dehydrate(keyed), /too much to save/)
  const sparse = createScope()
  sparse['lists'] = Array.from({ length: 200 }, (): Value[] => new Array(10_000))
  t.throws(() => dehydrate(sparse), /too much to save/)
})

t.test('a document spends one budget, however many expressions it has', async (t) => {
  const budget = createBudget()
  const parsed = parseExpression('[1, 2, 3].join().length', 'hostile')
  if ('fault' in parsed) throw new Error(parsed.fault.message)
  const scope: Scope = createScope()
  let evaluated = 0
  try {
    for (;;) {
      evaluate(parsed.program, [scope], budget)
      evaluated += 1
    }
  } catch (error) {
    t.match(error, { errorName: 'BudgetError' })
  }
  t.ok(evaluated > 1_000 && evaluated < 100_000, `${evaluated}`)
})
