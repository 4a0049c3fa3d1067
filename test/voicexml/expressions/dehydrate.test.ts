import fc from 'fast-check'
import t from 'tap'
import { createError } from '../../../src/voicexml/expressions/builtin/error.ts'
import { createRegexp } from '../../../src/voicexml/expressions/builtin/regexp.ts'
import { dehydrate } from '../../../src/voicexml/expressions/dehydrate.ts'
import { evaluate } from '../../../src/voicexml/expressions/evaluate.ts'
import { createBudget } from '../../../src/voicexml/expressions/machine.ts'
import { type Program, parseScript } from '../../../src/voicexml/expressions/program.ts'
import { compileRegexp, type Regexp } from '../../../src/voicexml/expressions/regexp/regexp.ts'
import { rehydrate } from '../../../src/voicexml/expressions/rehydrate.ts'
import {
  createObject,
  createScope,
  declare,
  type Scope,
  slot,
  slotOf,
  type Value,
} from '../../../src/voicexml/expressions/value.ts'

const programs = new Map<string, Program>()
const run = (source: string, scope: Scope): void => {
  const parsed = parseScript(source, `p${programs.size}`)
  if ('fault' in parsed) throw new Error(parsed.fault.message)
  programs.set(parsed.program.id, parsed.program)
  evaluate(parsed.program, [scope], createBudget())
}

const saved = (value: Value): Value =>
  rehydrate(JSON.parse(JSON.stringify(dehydrate(value))), (id) => programs.get(id))

t.test('functions keep the variables they share', async (t) => {
  const scope = createScope()
  run(
    `function pair() { var n = 0; return { up: function() { return ++n }, get: function() { return n } } }
     var a = pair(), b = a, c = pair(); a.up();
     var fact = function self(n) { return n < 2 ? 1 : n * self(n - 1) }; fact.note = 'tagged'`,
    scope,
  )
  const copy = saved(scope) as Scope
  run('var r = [a.up(), b.get(), c.get(), a === b, a === c, fact(5), fact.note]', copy)
  t.same(copy['r'], [2, 2, 0, true, false, 120, 'tagged'])
  t.equal((scope['a'] as Scope)['n'], undefined)
  run('var r = a.get()', scope)
  t.equal(scope['r'], 1)
})

t.test('identity, cycles and what JSON lacks come back', async (t) => {
  const scope = createScope()
  run(
    `var u, nan = NaN, zero = -0, inf = [Infinity, -Infinity], nul = null, holes = [1,,3], list = [1];
     list.name = 'x'; list.self = list; var max = Math.max, when = new Date(5), err = new TypeError('no');
     var odd = '\\u0000\\ud800', o = { '\\u0000': 1, __proto__: 2, 2: 'two', 1: 'one' }`,
    scope,
  )
  declare(scope, 'dialog', scope)
  declare(scope, 'frozen', Object.freeze(Object.assign(createObject(), { id: Object.freeze([1]) })))
  const copy = saved(scope) as Scope
  t.equal(copy['dialog'], copy)
  t.ok(Object.hasOwn(copy, 'u') && copy['u'] === undefined)
  t.ok(Number.isNaN(copy['nan']) && Object.is(copy['zero'], -0))
  t.same(copy['inf'], [Infinity, -Infinity])
  t.notOk(1 in (copy['holes'] as Value[]))
  t.equal(copy['odd'], '\0\ud800')
  t.ok(Object.isFrozen(copy['frozen']) && Object.isFrozen((copy['frozen'] as Scope)['id']))
  t.same(Object.keys(copy['o'] as Scope), Object.keys(scope['o'] as Scope))
  run(
    `var r = [list.name, list.self === list, max(1, 2), max === Math.max, when.getTime(), err instanceof TypeError,
      err.message, holes.length, dialog.dialog.nul, o.__proto__]; for (var k in err) r.push(k)`,
    copy,
  )
  t.same(copy['r'], ['x', true, 2, true, 5, true, 'no', 3, null, 2])
})

t.test('what is kept elsewhere is referred to, from variables and from functions', async (t) => {
  const elsewhere = () => {
    const session = createScope()
    session['session'] = session
    session['line'] = Object.freeze(
      Object.assign(createObject(), { languages: Object.freeze(['ru-RU']) }),
    )
    return Object.freeze(session)
  }
  const session = elsewhere()
  const scope = createScope()
  const parsed = parseScript(
    'var line = session.line, own = [1]; function first() { return session.line.languages[0] }',
    'elsewhere',
  )
  if ('fault' in parsed) throw new Error(parsed.fault.message)
  evaluate(parsed.program, [scope, session], createBudget())
  const json = JSON.stringify(dehydrate(scope, session))
  t.notMatch(json, 'ru-RU')
  const again = elsewhere()
  const find = () => parsed.program
  const copy = rehydrate(JSON.parse(json), find, again) as Scope
  t.equal(copy['line'], again['line'])
  const said = parseScript('var r = first()', 'said')
  if ('fault' in said) throw new Error(said.fault.message)
  evaluate(said.program, [copy], createBudget())
  t.equal(copy['r'], 'ru-RU')
})

t.test('a long chain is saved without recursion, too many objects are a fault', async (t) => {
  const head = createObject()
  let tail = head
  for (let n = 0; n < 20_000; n += 1) {
    const next = createObject()
    tail['next'] = next
    tail = next
  }
  let copy: Value = saved(head)
  let length = 0
  while (typeof copy === 'object' && copy !== null && !Array.isArray(copy)) {
    copy = copy['next']
    length += 1
  }
  t.equal(length, 20_001)
  t.throws(() => dehydrate(Array.from({ length: 60_000 }, createObject)), /too many/)
})

t.test('what was not saved here is refused', async (t) => {
  const none = () => undefined
  for (const json of [
    {},
    null,
    [[0]],
    [['n', 'process.exit']],
    [['s', 1]],
    [['f', 0, ['p', 0]]],
    [['x']],
    [['o', 0, null], {}],
  ]) {
    t.throws(() => rehydrate(json, none), JSON.stringify(json))
  }
})

const sharing = parseScript('function f(a) { return a + n }', 'sharing')
if ('fault' in sharing) throw new Error(sharing.fault.message)
const { program: shared } = sharing
programs.set(shared.id, shared)

const expressionOf = (source: string): Regexp => {
  const compiled = compileRegexp(source, 'gi')
  if ('fault' in compiled) throw new Error(compiled.fault)
  return compiled
}

/** An empty object of a kind, or a function whose variables are those of the objects given. */
const madeAs = (kind: string, scopes: readonly Scope[]): Scope | Value[] => {
  const object = createObject()
  switch (kind) {
    case 'list':
      return []
    case 'error':
      return createError('TypeError', 'no')
    case 'regexp':
      return createRegexp(expressionOf('(a|b)+?c'), 3)
    case 'date':
      object[slot] = { kind: 'date', milliseconds: Number.NaN }
      return object
    case 'function': {
      const [code] = shared.functions.values()
      if (!code) throw new Error('no function')
      object[slot] = { kind: 'closure', program: shared, code, scopes }
      return object
    }
    default:
      return object
  }
}

const graph = fc
  .tuple(
    fc.array(
      fc.record({
        kind: fc.constantFrom(
          ...['object', 'object', 'list', 'list', 'function', 'error', 'regexp', 'date'],
        ),
        scopes: fc.array(fc.nat(9), { maxLength: 3 }),
        frozen: fc.boolean(),
        entries: fc.array(
          fc.tuple(
            fc.oneof(
              fc.string({ unit: 'binary', maxLength: 4 }),
              fc.constantFrom('__proto__', '0', '7', 'length'),
            ),
            fc.oneof(
              fc.nat(9).map((ref) => ({ ref })),
              fc.constantFrom(undefined, null, true, NaN, -0, Infinity, 1.5),
              fc.string({ unit: 'binary', maxLength: 5 }),
            ),
          ),
          { maxLength: 5 },
        ),
      }),
      { minLength: 1, maxLength: 10 },
    ),
  )
  .map(([specs]) => {
    const scopesOf = specs.map((): Scope[] => [])
    const objects = specs.map(({ kind }, at) => madeAs(kind, scopesOf[at] ?? []))
    specs.forEach(({ scopes }, at) => {
      for (const ref of scopes) {
        const scope = objects[ref % objects.length]
        if (scope && !Array.isArray(scope)) scopesOf[at]?.push(scope)
      }
    })
    specs.forEach(({ entries, frozen }, at) => {
      const object = objects[at]
      if (!object) return
      for (const [key, item] of entries) {
        const value = typeof item === 'object' && item ? objects[item.ref % objects.length] : item
        if (Array.isArray(object) && key === 'length') continue
        if (slotOf(object)?.kind === 'error' && /name|message/.test(key)) continue
        if (slotOf(object)?.kind === 'regexp' && key === 'lastIndex') continue
        Object.defineProperty(object, key, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        })
      }
      if (frozen) Object.freeze(object)
    })
    return objects[0]
  })

const sameSlots = (left: Value, right: Value, seen: Map<Value, Value>): boolean => {
  const [one, two] = [slotOf(left), slotOf(right)]
  const [a, b] = [left as Scope, right as Scope]
  if (one?.kind === 'closure' && two?.kind === 'closure') {
    return (
      one.code === two.code &&
      one.scopes.length === two.scopes.length &&
      one.scopes.every((scope, at) => same(scope, two.scopes[at], seen))
    )
  }
  if (one?.kind === 'date' && two?.kind === 'date') {
    return Object.is(one.milliseconds, two.milliseconds)
  }
  if (one?.kind === 'regexp' && two?.kind === 'regexp') {
    return (
      one.regexp.source === two.regexp.source &&
      one.regexp.flags === two.regexp.flags &&
      a['lastIndex'] === b['lastIndex']
    )
  }
  if (one?.kind === 'error') return a['name'] === b['name'] && a['message'] === b['message']
  return one?.kind === two?.kind
}

/** Walks two values side by side. */
const same = (left: Value, right: Value, seen = new Map<Value, Value>()): boolean => {
  if (typeof left !== 'object' || left === null) return Object.is(left, right)
  if (typeof right !== 'object' || right === null) return false
  if (seen.has(left)) return seen.get(left) === right
  seen.set(left, right)
  const [keys, others] = [Object.keys(left), Object.keys(right)]
  return (
    Array.isArray(left) === Array.isArray(right) &&
    Object.isFrozen(left) === Object.isFrozen(right) &&
    (!Array.isArray(left) || left.length === (right as Value[]).length) &&
    keys.join('\n') === others.join('\n') &&
    sameSlots(left, right, seen) &&
    keys.every((key) => same((left as Scope)[key], (right as Scope)[key], seen))
  )
}

t.test('property: any graph of objects comes back the same', async () => {
  fc.assert(
    fc.property(graph, (root) => same(root, saved(root))),
    { numRuns: 400, examples: [[Object.assign(createObject(), { a: '\0\u{10000}\ud800' })]] },
  )
})

const statement = fc.oneof(
  fc.constantFrom(
    'var a = [], o = {}, n = 0',
    'var up = (function() { var n = 10; return function() { return ++n } })()',
    'var pair = (function() { var n = 0; return {up: function() { return ++n }, get: function() { return n }} })()',
    'n += up ? up() : 0',
    'n = pair ? pair.up() + pair.get() : -1',
    'var other = pair, same = other === pair',
    'a.push(o, a, a.length)',
    'o.self = o; o.list = a; o[n] = {deep: [o]}',
    'o.fn = function fact(k) { return k < 2 ? 1 : k * fact(k - 1) }',
    'n = o.fn ? o.fn(5) : n',
    'a.tag = "t"; a[7] = undefined',
    'var re = re || /(\\d)/g; re.exec("1a2b3c"); n = re.lastIndex',
    'var d = new Date(86400000 * n); d.setUTCDate(15); n = d.getUTCDate()',
    'try { nothing.here } catch (e) { var err = e; n = err.message.length }',
    'var m = Math, max = Math.max; n = max(n, 1)',
    'for (var k in o) n += k.length',
    'delete o.list; a.reverse()',
    'o = {was: o}; a = a.concat([a])',
    'var fs = []; for (var i = 0; i < 3; i++) fs.push((function(k) { return function() { return k += i } })(i))',
    'n = fs ? fs[1]() + fs[2]() : n',
    'up = pair = undefined',
    'function K(n) { this.n = n } K.prototype.add = function(m) { return this.n += m }; var x = new K(n)',
    'n = x ? x.add(2) : n; a.push(x)',
    'var same2 = x && x instanceof K && K.prototype.add === x.add',
  ),
)

t.test('property: scripts do not notice that they are saved after every statement', async () => {
  const declared =
    'var a = [], o = {}, n = 0, up, pair, other, same, re, d, err, m, max, k, fs, i, e, K, x, same2'
  fc.assert(
    fc.property(fc.array(statement, { minLength: 2, maxLength: 12 }), (statements) => {
      const kept = createScope()
      let restored: Scope = createScope()
      for (const source of [declared, ...statements]) {
        const name = `s:${source}`
        const parsed = parseScript(source, name)
        if ('fault' in parsed) throw new Error(parsed.fault.message)
        const program = programs.get(name) ?? parsed.program
        programs.set(name, program)
        evaluate(program, [kept], createBudget())
        evaluate(program, [restored], createBudget())
        restored = saved(restored) as Scope
      }
      const [one, two] = [kept, restored].map((scope) => JSON.stringify(dehydrate(scope)))
      if (one !== two) throw new Error(`${one}\n${two}`)
    }),
    { numRuns: 300 },
  )
})
