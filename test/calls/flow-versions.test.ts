import t from 'tap'
import type { FlowSet } from '../../src/calls/flow-set.ts'
import { flowVersions } from '../../src/calls/flow-versions.ts'

const flowSet = (version: string) => ({ version }) as FlowSet

t.test('the current version is at hand; an older one is loaded once', async (t) => {
  const loaded: string[] = []
  const flows = flowVersions(flowSet('now'), async (version) => {
    loaded.push(version)
    return flowSet(version)
  })
  t.equal(flows.current().version, 'now')
  t.equal((await flows.byVersion('now'))?.version, 'now')
  const [one, other] = await Promise.all([flows.byVersion('old'), flows.byVersion('old')])
  t.equal(one, other)
  t.strictSame(loaded, ['old'])
})

t.test('a version that could not be read is read again the next time', async (t) => {
  let away = true
  const flows = flowVersions(flowSet('now'), async (version) => {
    if (away) throw new Error('away')
    return flowSet(version)
  })
  await t.rejects(flows.byVersion('old'), { message: 'away' })
  away = false
  t.equal((await flows.byVersion('old'))?.version, 'old')
})

t.test('a version that is not there is looked for again the next time', async (t) => {
  let stored: FlowSet | null = null
  const flows = flowVersions(flowSet('now'), async () => stored)
  t.equal(await flows.byVersion('new'), null)
  stored = flowSet('new')
  t.equal((await flows.byVersion('new'))?.version, 'new')
})

t.test('however many versions there were, the current one stays', async (t) => {
  const loaded: string[] = []
  const flows = flowVersions(flowSet('now'), async (version) => {
    loaded.push(version)
    return flowSet(version)
  })
  for (let at = 0; at < 20; at++) await flows.byVersion(`v${at}`)
  await flows.byVersion('now')
  t.notOk(loaded.includes('now'))
  await flows.byVersion('v0')
  t.equal(loaded.filter((version) => version === 'v0').length, 2)
})

t.test('a version of which no copy is left', async (t) => {
  t.equal(await flowVersions(flowSet('now'), async () => null).byVersion('gone'), null)
})

t.test('another version becomes the current one at once, and an older word does not', async (t) => {
  const flows = flowVersions(flowSet('one'), async (version) => flowSet(version))
  t.equal(flows.activation(), 0)
  t.equal(flows.adopt({ number: 2 }, flowSet('two')), true)
  t.equal(flows.current().version, 'two')
  t.equal(flows.adopt({ number: 1 }, flowSet('one')), false)
  t.equal(flows.adopt({ number: 2 }, flowSet('one')), false)
  t.equal(flows.current().version, 'two')
  t.equal(flows.activation(), 2)
  t.equal((await flows.byVersion('one'))?.version, 'one', 'calls on it go on')
})
