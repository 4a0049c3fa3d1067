import t from 'tap'
import type { Activation } from '../../src/calls/activation.ts'
import type { FlowSet } from '../../src/calls/flow-set.ts'
import { flowVersions } from '../../src/calls/flow-versions.ts'
import { followFlows } from '../../src/calls/follow-flows.ts'

const flowSet = (version: string) => ({ version }) as FlowSet

const activation = (number: number, version: string): Activation => ({
  number,
  version,
  at: Temporal.Instant.from('2026-11-21T10:00Z'),
  origin: 'api',
  by: 'administrator',
})

t.test('a node follows what is active, and says so once', async (t) => {
  let active: Activation | null = null
  const loaded: string[] = []
  const switched: number[] = []
  const flows = flowVersions(flowSet('one'), async (version) => {
    loaded.push(version)
    return version === 'gone' ? null : flowSet(version)
  })
  const follow = followFlows({ active: async () => active }, flows, ({ number }) =>
    switched.push(number),
  )
  await follow()
  t.equal(flows.current().version, 'one', 'nothing is active yet')
  active = activation(1, 'one')
  await follow()
  active = activation(2, 'two')
  await Promise.all([follow(), follow(), follow()])
  t.equal(flows.current().version, 'two')
  active = activation(3, 'one')
  await follow()
  t.equal(flows.current().version, 'one')
  t.strictSame(switched, [1, 2, 3])
  t.strictSame(loaded, ['two'])

  active = activation(4, 'gone')
  await t.rejects(follow(), { message: 'Active flow version is not stored' })
  t.equal(flows.current().version, 'one', 'the old one goes on')
  active = activation(5, 'two')
  await follow()
  t.equal(flows.current().version, 'two')
})
