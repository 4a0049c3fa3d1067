import fc from 'fast-check'
import t from 'tap'
import {
  canServe,
  type Free,
  inOrderOfService,
  mostAdvanceSeconds,
  pair,
  rankAt,
  type Waiting,
} from '../../src/routing/rank.ts'

const start = Temporal.Instant.from('2026-11-23T06:00:00Z')
const at = (seconds: number) => start.add({ seconds })

const place = (id: string, more: Partial<Waiting> = {}): Waiting => ({
  id,
  language: 'ru-RU',
  skills: [],
  rankAt: start,
  preferredOperator: null,
  ...more,
})

const operator = (login: string, more: Partial<Free> = {}): Free => ({
  login,
  skills: [],
  languages: ['ru-RU'],
  since: start,
  ...more,
})

const named = (pairs: ReturnType<typeof pair>) =>
  pairs.map((each) => [each.place.id, each.operator.login])

t.test('who came first is served first, by the operator idle longest', async (t) => {
  const places = [place('late', { rankAt: at(9) }), place('early', { rankAt: at(1) })]
  const operators = [operator('fresh', { since: at(5) }), operator('idle', { since: at(2) })]
  t.strictSame(named(pair(places, operators)), [
    ['early', 'idle'],
    ['late', 'fresh'],
  ])
})

t.test('a person nobody free can serve holds nobody up', async (t) => {
  const places = [
    place('rare', { rankAt: at(1), skills: ['passport'] }),
    place('tatar', { rankAt: at(2), language: 'tt-RU' }),
    place('plain', { rankAt: at(3) }),
  ]
  t.strictSame(named(pair(places, [operator('one')])), [['plain', 'one']])
})

t.test('a rare skill is kept for who needs it', async (t) => {
  const operators = [
    operator('expert', { skills: ['passport'] }),
    operator('any', { since: at(9) }),
  ]
  t.strictSame(
    named(
      pair([place('plain'), place('rare', { rankAt: at(1), skills: ['passport'] })], operators),
    ),
    [
      ['plain', 'any'],
      ['rare', 'expert'],
    ],
  )
})

t.test('a broken-off talk goes to the operator it was with', async (t) => {
  const operators = [operator('other'), operator('same', { since: at(60), skills: ['more'] })]
  t.strictSame(named(pair([place('p', { preferredOperator: 'same' })], operators)), [['p', 'same']])
  t.strictSame(named(pair([place('p', { preferredOperator: 'gone' })], operators)), [
    ['p', 'other'],
  ])
})

t.test('who has just turned a person down is not asked for that person again', async (t) => {
  const refused = place('refused', { refusedBy: ['one'] })
  t.strictSame(named(pair([refused], [operator('one')])), [])
  t.strictSame(named(pair([refused, place('next', { rankAt: at(5) })], [operator('one')])), [
    ['next', 'one'],
  ])
  t.strictSame(named(pair([refused], [operator('one'), operator('two', { since: at(9) })])), [
    ['refused', 'two'],
  ])
})

t.test('priority is worth waiting time, but never more than the bound', async (t) => {
  t.equal(String(rankAt(start, 0)), String(start))
  t.equal(String(rankAt(start, 2)), String(at(-60)))
  t.equal(String(rankAt(start, 100)), String(at(-mostAdvanceSeconds)))
  t.equal(String(rankAt(start, -100)), String(at(mostAdvanceSeconds)))
})

const letters = fc.subarray(['a', 'b', 'c'])
const languages = fc.subarray(['ru-RU', 'en-US', 'tt-RU'], { minLength: 1 })
const anyPlaces = fc.array(
  fc.record({
    skills: letters,
    language: fc.constantFrom('ru-RU', 'en-US', 'tt-RU'),
    since: fc.integer({ min: 0, max: 2000 }),
    priority: fc.integer({ min: -100, max: 100 }),
  }),
  { maxLength: 12 },
)
const anyOperators = fc.array(
  fc.record({ skills: letters, languages, since: fc.integer({ min: 0, max: 500 }) }),
  { maxLength: 8 },
)

t.test('whoever waits and whoever is free: the pairs are right, and none is left out', async () => {
  fc.assert(
    fc.property(anyPlaces, anyOperators, (drawnPlaces, drawnOperators) => {
      const places = drawnPlaces.map(({ skills, language, since, priority }, index) => ({
        ...place(`p${index}`, { skills, language, rankAt: rankAt(at(since), priority) }),
        since,
      }))
      const operators = drawnOperators.map(({ since, ...each }, index) =>
        operator(`o${index}`, { ...each, since: at(since) }),
      )
      const pairs = pair(places, operators)
      if (new Set(pairs.map((each) => each.place)).size !== pairs.length) return false
      if (new Set(pairs.map((each) => each.operator)).size !== pairs.length) return false
      if (!pairs.every((each) => canServe(each.operator, each.place))) return false
      const freeStill = operators.filter((each) => !pairs.some((one) => one.operator === each))
      const waitStill = places.filter((each) => !pairs.some((one) => one.place === each))
      if (waitStill.some((left) => freeStill.some((each) => canServe(each, left)))) return false
      // Nobody who could have had the same operator and waited beyond the bound was passed over.
      return pairs.every(({ place: served, operator: by }) =>
        waitStill.every(
          (left) => !canServe(by, left) || served.since - left.since <= 2 * mostAdvanceSeconds,
        ),
      )
    }),
  )
})

/** Pairing as it is meant, one person after the other, with no thought of speed. */
const plainly = (places: readonly Waiting[], operators: readonly Free[], most: number) => {
  const left = [...operators].sort(
    (a, b) =>
      a.skills.length - b.skills.length ||
      Temporal.Instant.compare(a.since, b.since) ||
      (a.login < b.login ? -1 : 1),
  )
  const pairs: (readonly [string, string])[] = []
  for (const each of [...places].sort(inOrderOfService)) {
    const able = left.filter((one) => canServe(one, each) && !each.refusedBy?.includes(one.login))
    const chosen = able.find(({ login }) => login === each.preferredOperator) ?? able[0]
    if (chosen === undefined || pairs.length === most) continue
    left.splice(left.indexOf(chosen), 1)
    pairs.push([each.id, chosen.login])
  }
  return pairs
}

t.test('quick pairing is the same as plain pairing', async () => {
  const login = fc.nat({ max: 7 }).map((index) => `o${index}`)
  const wishes = fc.array(
    fc.record({
      preferredOperator: fc.option(login),
      refusedBy: fc.array(login, { maxLength: 3 }),
    }),
    { minLength: 12, maxLength: 12 },
  )
  fc.assert(
    fc.property(
      anyPlaces,
      anyOperators,
      wishes,
      fc.nat({ max: 12 }),
      (drawn, free, wished, most) => {
        const places = drawn.map(({ skills, language, since, priority }, index) =>
          place(`p${index}`, {
            skills,
            language,
            rankAt: rankAt(at(since), priority),
            ...wished[index],
          }),
        )
        const operators = free.map(({ since, ...each }, index) =>
          operator(`o${index}`, { ...each, since: at(since) }),
        )
        const quick = named(pair(places, operators, most))
        return JSON.stringify(quick) === JSON.stringify(plainly(places, operators, most))
      },
    ),
    { numRuns: 300 },
  )
})

t.test('the order of what is given does not matter', async () => {
  fc.assert(
    fc.property(anyPlaces, anyOperators, (drawnPlaces, drawnOperators) => {
      const places = drawnPlaces.map(({ skills, language, since, priority }, index) =>
        place(`p${index}`, { skills, language, rankAt: rankAt(at(since), priority) }),
      )
      const operators = drawnOperators.map(({ since, ...each }, index) =>
        operator(`o${index}`, { ...each, since: at(since) }),
      )
      const one = JSON.stringify(named(pair(places, operators)))
      return one === JSON.stringify(named(pair([...places].reverse(), [...operators].reverse())))
    }),
  )
})
