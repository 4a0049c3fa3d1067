import vm from 'node:vm'
import fc from 'fast-check'
import t from 'tap'
import { evaluate } from '../../../src/voicexml/expressions/evaluate.ts'
import { isScriptFault } from '../../../src/voicexml/expressions/fault.ts'
import { createBudget } from '../../../src/voicexml/expressions/machine.ts'
import { parseExpression } from '../../../src/voicexml/expressions/program.ts'
import { createScope, slotOf, type Value } from '../../../src/voicexml/expressions/value.ts'

// Dates of scripts are UTC; so are those they are compared with here.
process.env['TZ'] = 'UTC'

/** A value as text that tells all that a script could tell about it. */
const describe = (value: unknown, depth = 0): string => {
  if (typeof value === 'function') return 'function'
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const hidden = slotOf(value as Value)
  if (hidden?.kind === 'closure' || hidden?.kind === 'native') return 'function'
  if (hidden?.kind === 'error' || Object.prototype.toString.call(value) === '[object Error]') {
    const { name, message } = value as { name?: unknown; message?: unknown }
    return name === 'Error' ? `error ${message}` : `error ${name}`
  }
  if (hidden?.kind === 'regexp') return `/${hidden.regexp.source}/ ${at(value)}`
  if (value instanceof RegExp || Object.prototype.toString.call(value) === '[object RegExp]') {
    return `/${(value as RegExp).source}/ ${at(value)}`
  }
  if (hidden?.kind === 'date') return `date ${hidden.milliseconds}`
  if (Object.prototype.toString.call(value) === '[object Date]') {
    return `date ${(value as Date).getTime()}`
  }
  if (depth > 6) return '…'
  const entries = Object.entries(value)
    .filter(([key, item]) => key !== 'groups' || item !== undefined)
    .map(([key, item]) => `${key}:${describe(item, depth + 1)}`)
  return Array.isArray(value) ? `[${value.length};${entries}]` : `{${entries}}`
}

const at = (value: object): string => String((value as { lastIndex?: unknown }).lastIndex)

const ours = (source: string): string => {
  const parsed = parseExpression(source, 'test')
  if ('fault' in parsed) return 'SyntaxError'
  try {
    return describe(evaluate(parsed.program, [createScope()], createBudget({ steps: 20_000 })))
  } catch (error) {
    if (!isScriptFault(error)) throw error
    return error.thrown ? `threw ${describe(error.thrown.value)}` : error.errorName
  }
}

/** True for an error that the generated script made itself, which it does with a number only. */
const madeByScript = (error: unknown): boolean => (error as Error).name === 'Error'

const context = vm.createContext()
const theirs = (source: string): string => {
  try {
    return describe(vm.runInContext(`(${source}\n)`, context, { timeout: 5_000 }))
  } catch (error) {
    const thrown = Object.prototype.toString.call(error) !== '[object Error]'
    return thrown || madeByScript(error) ? `threw ${describe(error)}` : (error as Error).name
  }
}

const DECLARATIONS =
  "var a = 3, b = 'x1', c = [1, '2', [3], null], d, o = {x: 1, y: {z: 'q'}, f: function(p) { return this.x + p }}, n = null;" +
  'function g(p, q) { return q === undefined ? p : [q, p] }'

const { expression, statement } = fc.letrec((tie) => {
  const e = tie('expression')
  const s = tie('statement')
  const join = (...parts: (string | fc.Arbitrary<unknown>)[]) =>
    fc
      .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
      .map((all) => all.join(''))
  const of = (...texts: string[]) => fc.constantFrom(...texts)
  const variable = of('a', 'b', 'c', 'd', 'o', 'n', 'i')
  const place = of('a', 'b', 'd', 'o.x', 'o.y.z', 'o.w', 'c[0]', 'c[2]', 'c.tag', "o['k k']")
  const literal = of(
    ...['0', '1', '-1', '2.5', '1e3', '010', '0x1F', "''", "'a'", "'12'", "' 7 '", "'10'", 'true'],
    ...[
      'false',
      'null',
      'undefined',
      'NaN',
      'Infinity',
      '[]',
      '{}',
      '[1,,2]',
      "'\\u00e9'",
      '4294967297',
    ],
  )
  const method = of(
    ...["'abcabc'.indexOf(", "'abcabc'.lastIndexOf(", "'abc'.charAt(", "'abc'.charCodeAt("],
    ...["'a,b,c'.split(", "'abcdef'.slice(", "'abcdef'.substring(", "'abcdef'.substr(", 'c.slice('],
    ...[
      "' Ab '.trim(",
      "'aXb'.toUpperCase(",
      "'aXb'.toLowerCase(",
      "'aba'.replace('b', ",
      "'x'.concat(",
    ],
    ...['c.concat(', 'c.join(', 'c.push(', 'c.unshift(', 'c.pop(', 'c.shift(', 'c.reverse('],
    ...['[3,20,1].sort(', 'c.map(', 'c.filter(', 'c.some(', 'c.every(', 'c.forEach('],
    ...['c.reduce(g, ', 'c.reduceRight(g, ', 'o.hasOwnProperty(', 'Array.isArray('],
    ...[
      'String(',
      'Number(',
      'Boolean(',
      'parseInt(',
      'parseFloat(',
      'isNaN(',
      'isFinite(',
      'g(',
      'o.f(',
    ],
    ...[
      'Math.max(',
      'Math.min(',
      'Math.floor(',
      'Math.round(',
      'Math.abs(',
      'Math.pow(2, ',
      'Math.sqrt(',
    ],
    ...['(5.678).toFixed(', '(255).toString(', '(0.00012).toPrecision(', '(12345).toExponential('],
    ...[
      'encodeURIComponent(',
      'decodeURIComponent(',
      'JSON.stringify(',
      'g.call(o, ',
      'o.f.call({x: 2}, ',
    ],
    ...['String.fromCharCode(', 'Array(', 'new Array(', 'new Error('],
    ...['Array.prototype.slice.call(c, ', 'Array.prototype.concat.call([1], '],
    ...['Object.prototype.toString.call(', 'Object.prototype.hasOwnProperty.call(o, '],
    ...['Math.max.apply(null, [1].concat(', 'g.apply(o, [1, 2].concat('],
    ...['JSON.stringify({x: [1, {}], y: "я"}, null, ', 'JSON.stringify([o, c], ["x", "z"], '],
    ...['escape(', 'unescape(', 'encodeURI(', 'decodeURI(', 'Object.isFrozen('],
    ...["parseInt('17', ", '(1e21).toFixed(', '(0.1).toString(', '(-7.5).toExponential('],
    ...["'a-b'.localeCompare('a-b') + (", "'abc'.split('', ", "'ab'.charAt(1) + (", '[5,4].sort('],
    ...['Date.UTC(2026, ', 'new Date(86400000).setUTCMonth(', 'new Date(0).setHours(1, '],
    ...['new Date(951782400000).setUTCDate(', 'new Date(5).getTime() + ('],
  )
  const regexp = of(
    ...['/a/', '/[a-c]+/g', '/(b)(x)?/', '/\\d+/g', '/^x|c$/i', '/(?:)/g', '/(,|b)+?/', '/\\s*/'],
  )
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'e', withCrossShrink: true },
      { arbitrary: literal, weight: 3 },
      { arbitrary: variable, weight: 2 },
      {
        arbitrary: join(
          '(',
          e,
          of(' + ', ' - ', ' * ', ' / ', ' % ', ' < ', ' > ', ' <= ', ' >= ', ' == ', ' != '),
          e,
          ')',
        ),
        weight: 3,
      },
      {
        arbitrary: join(
          '(',
          e,
          of(' === ', ' !== ', ' & ', ' | ', ' ^ ', ' << ', ' >> ', ' >>> ', ' && ', ' || ', ', '),
          e,
          ')',
        ),
        weight: 2,
      },
      join('(', e, ' ? ', e, ' : ', e, ')'),
      join('(', of('!', '-', '+', '~', 'typeof ', 'void '), e, ')'),
      join('(', place, of(' = ', ' += ', ' -= ', ' *= ', ' /= ', ' %= ', ' |= ', ' <<= '), e, ')'),
      join('(', of('++', '--'), place, ')'),
      join('(', place, of('++', '--'), ')'),
      join('(', e, ' in ', of('o', 'c', 'o.y'), ')'),
      join('(', e, ' instanceof ', of('Array', 'Object', 'Function', 'Error'), ')'),
      join('(delete ', of('o.x', 'c[1]', 'o.none', 'o.y'), ')'),
      join(of('o', 'c', 'o.y', 'b'), '[', e, ']'),
      join(e, of('.length', '.x', '.y', '.nothing', '.toString()', '.valueOf()')),
      { arbitrary: join(method, e, ')'), weight: 4 },
      join(method, e, ', ', e, ')'),
      join(
        of('c.indexOf(', 'c.lastIndexOf(', 'c.slice(', 'c.splice('),
        literal,
        of(', ', ', 0 + '),
        literal,
        ')',
      ),
      join(regexp, of('.test(', '.exec('), e, ')'),
      join('String(', e, ')', of('.match(', '.search(', '.split('), regexp, ')'),
      join('String(', e, ').replace(', regexp, ', ', e, ')'),
      join("'abcab'.replace(", regexp, ", function(x, y) { return '<' + x + y + ", e, ' })'),
      join("'a,b c'.replace(", regexp, ', ', of("'$&$&'", "'[$1]'", "'$$'", "'$`'", '"$\'"'), ')'),
      join('JSON.parse(JSON.stringify([', e, ']))'),
      join('c.map(function(x, i, all) { return [i, all.length, ', e, '] })'),
      join('[3,1,2].sort(function(x, y) { return y - x + 0 * ', e, ' })'),
      join('[1,2,3].reduce(function(x, y, i) { return x + y * i }, ', e, ')'),
      join('new Date(Number(', e, ')).getTime()'),
      join('new Date(2024, 1, ', e, ', ', e, ').toISOString()'),
      join('(', e, ', ', e, ' || ', e, ' && ', e, ')'),
      join('[', e, ', ', e, ']'),
      join('{x: ', e, ", 'y y': ", e, ', 3: ', e, '}'),
      join('(function(p, i) { ', s, '; return ', e, ' })(', e, ')'),
      join('{toString: function() { return ', e, ' }}'),
      join('{valueOf: function() { return ', e, ' }, k: 1}'),
      of(
        'typeof nowhere',
        'nowhere',
        '(this === undefined || true)',
        'arguments.length',
        'typeof g',
        'g.length',
        'Object.keys(o)',
        'Object.keys(c)',
      ),
    ),
    statement: fc.oneof(
      { maxDepth: 3, depthIdentifier: 's' },
      { arbitrary: join(place, ' = ', e, ';'), weight: 2 },
      join('var v = ', e, ';'),
      join('if (', e, ') { ', s, ' } else ', s),
      join(
        'for (var i = 0; i < 3; i++) { ',
        s,
        ' if (',
        e,
        ') ',
        of('break', 'continue'),
        '; ',
        s,
        ' }',
      ),
      join(
        'for (var i in ',
        of('o', 'c', "'ab'", 'n', '{p: 1, 2: 2, 1: 1}'),
        ') { a += i; ',
        s,
        ' }',
      ),
      join('var w = 0; while (w++ < 2) { ', s, ' }'),
      join('var w = 0; do { ', s, ' } while (w++ < 2 && ', e, ');'),
      join(
        'switch (',
        e,
        ') { case 1: ',
        s,
        ' case ',
        e,
        ': ',
        s,
        ' break; default: ',
        s,
        " case '12': a++ }",
      ),
      join('try { ', s, ' } catch (x) { b = typeof x; ', s, ' }'),
      join('try { ', s, ' } finally { ', s, ' }'),
      join('try { throw {k: ', e, '} } catch (x) { a = x.k } finally { b = 1 }'),
      join('throw ', e, ';'),
      join('return ', e, ';'),
      join('l: for (var i = 0; i < 2; i++) { for (;;) { ', s, ' if (i) break l; continue l } }'),
      join('k: { ', s, ' break k; }'),
      join('(function() { a = h(1); function h(p) { return p + ', e, ' } })();'),
      join('d = (function r(p) { return p > 3 ? p : r(p + 1) })(', e, ');'),
      of(
        ';',
        'a++;',
        "b += 'z';",
        'c.push(a);',
        'a = (function() { return Array.prototype.slice.call(arguments, 1) })(1, 2, 3);',
        "for (var i in o) { if (i === 'x') delete o.y; b += i }",
        'var fs = []; for (var i = 0; i < 3; i++) fs.push((function(k) { return function() { return k++ + i } })(i)); a = [fs[0](), fs[0](), fs[2]()];',
        'a = typeof later + typeof hoisted(); var later = 1; function hoisted() { return later }'.replace(
          /(.*)/,
          '(function() { $1 })();',
        ),
      ),
      join('d = (function() { try { return ', e, ' } finally { ', s, ' } })();'),
      join('try { try { throw ', e, ' } finally { ', s, ' } } catch (x) { d = x }'),
      join(
        'try { ',
        s,
        ' throw ',
        e,
        ' } catch (x) { d = [x]; try { throw d } catch (y) { d.push(1) } }',
      ),
      join(
        'outer: for (var i = 0; i < 3; i++) { inner: for (var j = 0; j < 3; j++) { if (',
        e,
        ') continue outer; if (',
        e,
        ') break inner; ',
        s,
        ' a = i + j } }',
      ),
      join(
        'for (var i = 0; i < 4; i++) switch (i) { case 1: continue; case ',
        e,
        ': ',
        s,
        ' break; default: a += i }',
      ),
      join(
        'function Base(k) { this.k = k; this.own = 1 } Base.prototype.up = function() { return ++this.k }; Base.prototype.tag = ',
        e,
        '; function Sub(k) { Base.call(this, k); this.s = 1 } Sub.prototype = new Base(7); ',
        'var p = new Base(1), q = new Sub(2), r = []; for (var i in q) r.push(i); Base.prototype.late = 5; ',
        "a = [p.up(), q.up(), q.tag, q.late, q instanceof Base, p instanceof Sub, q.hasOwnProperty('tag'), 'up' in q, r, p, delete q.k, q.k];",
      ).map((text) => `(function() { ${text} })();`),
      join(
        'function T(v) { this.v = v } T.prototype.toString = function() { return "T" + this.v }; T.prototype.valueOf = function() { return ',
        e,
        ' }; a = new T(1) + ""; b = String(new T(2)); d = +new T(3);',
      ).map((text) => `(function() { ${text} })();`),
      join('d = {n: 0, up: function() { ', s, ' return ++this.n }}; d.up(); d.up();'),
      join('if (', e, ') ', s),
      join('do { ', s, ' } while (false);'),
    ),
  }
})

t.test('property: expressions have the value that node:vm gives them', async (t) => {
  let compared = 0
  fc.assert(
    fc.property(expression, (text) => {
      const source = `(function() { ${DECLARATIONS} var i; return [${text}, a, b, c, d, o] })()`
      const actual = ours(source)
      if (actual === 'BudgetError') return
      const expected = theirs(source)
      compared += 1
      if (expected !== actual) throw new Error(`${text}\n  vm:   ${expected}\n  ours: ${actual}`)
    }),
    { numRuns: 2_000 },
  )
  t.ok(compared > 1_800)
})

t.test('property: statements do what they do in node:vm', async (t) => {
  let compared = 0
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (lines) => {
      const source = `(function() { ${DECLARATIONS} var i; var end = (function() { ${lines.join('\n')} })(); return [end, a, b, c, d, o] })()`
      const actual = ours(source)
      if (actual === 'BudgetError') return
      const expected = theirs(source)
      compared += 1
      if (expected !== actual) {
        throw new Error(`${lines.join('\n')}\n  vm:   ${expected}\n  ours: ${actual}`)
      }
    }),
    { numRuns: 1_000 },
  )
  t.ok(compared > 800)
})
