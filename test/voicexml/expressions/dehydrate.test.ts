import fc from 'fast-check'
import t from 'tap'
import { dehydrate } from '../../../src/voicexml/expressions/dehydrate.ts'
import { evaluate } from '../../../src/voicexml/expressions/evaluate.ts'
import { createBudget } from '../../../src/voicexml/expressions/machine.ts'
import { type Program, parseScript } from '../../../src/voicexml/expressions/program.ts'
import { rehydrate } from '../../../src/voicexml/expressions/rehydrate.ts'
import {
  createObject,
  createScope,
  declare,
  type Scope,
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

const graph = fc
  .tuple(
    fc.array(
      fc.record({
        list: fc.boolean(),
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
    const objects = specs.map((spec): Scope | Value[] => (spec.list ? [] : createObject()))
    specs.forEach(({ entries, frozen }, at) => {
      const object = objects[at]
      if (!object) return
      for (const [key, item] of entries) {
        const value = typeof item === 'object' && item ? objects[item.ref % objects.length] : item
        if (Array.isArray(object) && key === 'length') continue
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
    keys.every((key) => same((left as Scope)[key], (right as Scope)[key], seen))
  )
}

t.test('property: any graph of objects comes back the same', async () => {
  fc.assert(
    fc.property(graph, (root) => same(root, saved(root))),
    { numRuns: 400, examples: [[Object.assign(createObject(), { a: '\0\u{10000}\ud800' })]] },
  )
})
