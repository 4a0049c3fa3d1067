import { createHash } from 'node:crypto'
import t from 'tap'
import type { Line } from '../../src/calls/flow-set.ts'
import { createCallStore } from '../../src/db/call-store.ts'
import { createActivationStore } from '../../src/db/flow-activations.ts'
import { createFlowVersions } from '../../src/db/flow-versions.ts'
import { newCallSid, openingTurn } from '../support/call-records.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const versions = createFlowVersions(database)
const store = createActivationStore(database)
const encode = (text: string) => new TextEncoder().encode(text)
const hashOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')

type Files = Readonly<Record<string, string>>

/** Stores a version of these files, and answers which of them had to be stored. */
const save = (version: string, files: Files, lines = 0) =>
  store.inTurn(async (turn) => {
    const contents = new Map(
      Object.values(files).map((text) => [hashOf(encode(text)), encode(text)] as const),
    )
    const missing = await turn.missing(new Set(contents.keys()))
    const manifest = new Map(
      Object.entries(files).map(([path, text]) => [path, hashOf(encode(text))] as const),
    )
    const flowSet = {
      version,
      manifest,
      lines: new Map(Array.from({ length: lines }, (_, at) => [String(at), {} as Line])),
    }
    await turn.save(flowSet, new Map([...contents].filter(([hash]) => missing.has(hash))))
    return missing.size
  })

const activate = (version: string, origin: 'start' | 'rollback' = 'start') =>
  store.inTurn((turn) =>
    turn.activate({ version, at: Temporal.Instant.from('2026-11-21T10:00Z'), origin, by: 'node' }),
  )

const first: Files = {
  'lines.yaml': 'lines: []',
  'hotline/main.vxml': '<vxml/> Привет',
  empty: '',
}

t.test('a version is read back byte for byte, and shared files are stored once', async (t) => {
  t.equal(await save('one', first), 3)
  t.equal(await save('one', first), 0, 'again is nothing new')
  t.equal(await save('two', { ...first, 'lines.yaml': 'lines: [1]' }), 1)
  const loaded = await versions.load('one')
  t.same(
    Object.fromEntries(
      [...(loaded ?? [])].map(([path, content]) => [path, Buffer.from(content).toString()]),
    ),
    first,
  )
  t.equal(await versions.load('three'), null)
  t.same(
    (await versions.files('one'))?.map(({ path, bytes }) => [path, bytes]),
    [
      ['empty', 0],
      ['hotline/main.vxml', 20],
      ['lines.yaml', 9],
    ],
  )
  t.equal(await versions.files('three'), null)
})

t.test('files of many megabytes go in portions', async (t) => {
  const files = Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((name) => [`${name}.wav`, name.repeat(2_000_000)]),
  )
  t.equal(await save('large', files), 4)
  t.same(
    (await versions.files('large'))?.map(({ bytes }) => bytes),
    [2_000_000, 2_000_000, 2_000_000, 2_000_000],
  )
})

t.test('the latest activation says what is active, and the list tells of all', async (t) => {
  t.equal(await store.active(), null)
  await save('one', first, 2)
  t.match(await activate('one'), { number: 1, version: 'one' })
  await activate('two')
  t.match(await activate('one', 'rollback'), { number: 3 })
  t.match(await store.active(), { number: 3, version: 'one', origin: 'rollback', by: 'node' })
  const calls = createCallStore(database, () => {
    throw new Error('No effects here')
  })
  const callSid = newCallSid()
  await calls.commit(openingTurn({ callSid, flowVersion: 'two' }))
  const since = Temporal.Now.instant().subtract({ hours: 5 })
  const listed = await versions.versions({ limit: 10 }, since)
  t.match(
    listed.map(({ version, lines, documents, files, isActive, liveCalls, activation }) => ({
      version,
      counts: [lines, documents, files],
      isActive,
      liveCalls,
      number: activation?.number ?? null,
    })),
    [
      { version: 'large', counts: [0, 0, 4], isActive: false, liveCalls: 0, number: null },
      { version: 'two', counts: [0, 1, 3], isActive: false, liveCalls: 1, number: 2 },
      { version: 'one', counts: [2, 1, 3], isActive: true, liveCalls: 0, number: 3 },
    ],
  )
  const [large, two] = listed
  const after = { storedAt: large?.storedAt ?? since, version: 'large' }
  const page = await versions.versions({ limit: 1, after }, since)
  t.same(
    page.map(({ version }) => version),
    [two?.version],
  )
  t.match(
    (await versions.activations({ limit: 2, before: 3 })).map(({ number }) => number),
    [2, 1],
  )
})

t.test(
  'an activation that another node does not end is waited for no longer than can be',
  async (t) => {
    const hurried = createActivationStore(database, { tries: 2, milliseconds: 20 })
    const held = Promise.withResolvers<void>()
    const holding = Promise.withResolvers<void>()
    const slow = store.inTurn(async () => {
      holding.resolve()
      await held.promise
    })
    await holding.promise
    t.equal(await hurried.inTurn(async () => t.fail('it is not its turn')), 'busy')
    held.resolve()
    await slow
    t.equal(await hurried.inTurn(async () => 'done'), 'done')
  },
)

t.test('activations take turns, and whatever a failed one wrote is gone', async (t) => {
  const order: string[] = []
  const first = Promise.withResolvers<void>()
  const holding = Promise.withResolvers<void>()
  const slow = store.inTurn(async (turn) => {
    order.push('first in')
    holding.resolve()
    await first.promise
    await turn.activate({ version: 'two', at: Temporal.Now.instant(), origin: 'api', by: 'a' })
    order.push('first out')
  })
  await holding.promise
  const second = store.inTurn(async ({ active }) => {
    order.push(`second sees ${active?.version}`)
  })
  first.resolve()
  await Promise.all([slow, second])
  t.same(order, ['first in', 'first out', 'second sees two'])
  await t.rejects(
    store.inTurn(async (turn) => {
      await turn.activate({ version: 'one', at: Temporal.Now.instant(), origin: 'api', by: 'a' })
      throw new Error('no')
    }),
    { message: 'no' },
  )
  t.match(await store.active(), { version: 'two' })
})
