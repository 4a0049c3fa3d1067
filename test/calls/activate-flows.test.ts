import t from 'tap'
import {
  type ActivationPorts,
  activateFolder,
  activateStored,
  startFlows,
} from '../../src/calls/activate-flows.ts'
import type {
  Activation,
  ActivationStore,
  Candidate,
  ReadFolder,
} from '../../src/calls/activation.ts'
import type { FlowSet } from '../../src/calls/flow-set.ts'
import { flowVersions } from '../../src/calls/flow-versions.ts'
import type { Finding } from '../../src/voicexml/element.ts'

const now = Temporal.Instant.from('2026-11-21T12:00Z')

const flowSet = (version: string) =>
  ({
    version,
    manifest: new Map([['main.vxml', `hash of ${version}`]]),
    lines: new Map(),
  }) as Partial<FlowSet> as FlowSet

const error: Finding = {
  file: 'main.vxml',
  place: { line: 1, column: 1 },
  severity: 'error',
  code: 'dead-target',
  message: 'nowhere',
}

const candidate = (version: string, findings: readonly Finding[] = []): Candidate => ({
  flowSet: flowSet(version),
  findings,
  contents: async (hashes) => new Map([...hashes].map((hash) => [hash, new Uint8Array()])),
})

/** What all nodes share, in memory. */
const installation = () => {
  const activations: Activation[] = []
  const folders = new Map<string, string>()
  const stored = new Set<string>()
  let isBusy = false
  const store: ActivationStore = {
    active: async () => activations.at(-1) ?? null,
    inTurn: async (work) => {
      if (isBusy) return 'busy'
      return work({
        active: activations.at(-1) ?? null,
        lastOf: async (node) => folders.get(node) ?? null,
        wasActive: async (version) => activations.some((each) => each.version === version),
        missing: async (hashes) => hashes,
        save: async ({ version }) => {
          stored.add(version)
        },
        remember: async (node, version) => {
          folders.set(node, version)
        },
        activate: async (activation) => {
          const made = { ...activation, number: activations.length + 1 }
          activations.push(made)
          return made
        },
      })
    },
  }
  const node = (name: string, folder = 'A') => {
    const content = { folder: { kind: 'read', candidate: candidate(folder) } as ReadFolder }
    const ports: ActivationPorts = {
      store,
      readFolder: async () => content.folder,
      readStored: async (version) => (stored.has(version) ? candidate(version) : null),
      flows: flowVersions(flowSet(folder), async (version) => flowSet(version)),
      clock: { now: () => now },
      node: name,
      refuses: (findings) => findings.length > 0,
    }
    return {
      ports,
      content,
      start: () => startFlows(ports, candidate(folder)),
      activate: () => activateFolder(ports, 'api', 'administrator'),
      rollBack: (version: string) => activateStored(ports, version, 'administrator'),
      current: () => ports.flows.current().version,
    }
  }
  return {
    node,
    history: () => activations.map(({ version, origin, by }) => `${version} ${origin} ${by}`),
    makeBusy: () => {
      isBusy = true
    },
  }
}

t.test(
  'the first start makes its folder active, the same folder again changes nothing',
  async (t) => {
    const { node, history } = installation()
    t.match(await node('one').start(), { kind: 'activated', activation: { number: 1 } })
    t.match(await node('one').start(), { kind: 'unchanged', activation: { number: 1 } })
    t.match(await node('two').start(), { kind: 'unchanged', activation: { number: 1 } })
    t.strictSame(history(), ['A start one'])
  },
)

t.test('a node that starts with another folder deploys it, one after the other', async (t) => {
  const { node, history } = installation()
  await node('one').start()
  await node('two').start()
  t.match(await node('one', 'B').start(), { kind: 'activated' })
  t.match(await node('two', 'A').start(), { kind: 'unchanged', activation: { version: 'B' } })
  t.match(await node('two', 'B').start(), { kind: 'unchanged', activation: { version: 'B' } })
  t.match(await node('one', 'A').start(), { kind: 'activated' }, 'also back to what was before')
  t.strictSame(history(), ['A start one', 'B start one', 'A start one'])
})

t.test('a rollback outlives restarts and new nodes, until the next deployment', async (t) => {
  const { node, history } = installation()
  await node('one', 'A').start()
  await node('one', 'B').start()
  const one = node('one', 'B')
  t.match(await one.rollBack('A'), { kind: 'activated', activation: { origin: 'rollback' } })
  t.equal(one.current(), 'A')
  t.match(await node('one', 'B').start(), { kind: 'unchanged', activation: { version: 'A' } })
  t.match(await node('new', 'B').start(), { kind: 'unchanged', activation: { version: 'A' } })
  t.match(await node('newer', 'C').start(), { kind: 'activated' })
  t.strictSame(history().slice(2), ['A rollback administrator', 'C start newer'])
  t.match(await one.rollBack('none'), { kind: 'unknown-version' })
})

t.test('a folder that is activated while running is no deployment at the next start', async (t) => {
  const { node, history } = installation()
  const one = node('one', 'A')
  await one.start()
  one.content.folder = { kind: 'read', candidate: candidate('B') }
  t.match(await one.activate(), { kind: 'activated' })
  t.equal(one.current(), 'B')
  t.match(await one.activate(), { kind: 'unchanged' })
  await one.rollBack('A')
  t.match(await node('one', 'B').start(), { kind: 'unchanged', activation: { version: 'A' } })
  t.strictSame(history(), ['A start one', 'B api administrator', 'A rollback administrator'])
})

t.test('what cannot be taken changes nothing', async (t) => {
  const { node, history, makeBusy } = installation()
  const one = node('one', 'A')
  await one.start()
  for (const [folder, result] of [
    [
      { kind: 'read', candidate: candidate('B', [error]) },
      { kind: 'refused', findings: [error] },
    ],
    [
      { kind: 'unreadable', findings: [error] },
      { kind: 'refused', findings: [error] },
    ],
    [{ kind: 'changing' }, { kind: 'changing' }],
    [
      { kind: 'read', candidate: { ...candidate('B'), contents: async () => null } },
      { kind: 'changing' },
    ],
  ] as const satisfies readonly (readonly [ReadFolder, object])[]) {
    one.content.folder = folder
    t.strictSame(await one.activate(), result)
  }
  makeBusy()
  t.strictSame(await one.activate(), { kind: 'busy' })
  t.strictSame(await one.rollBack('A'), { kind: 'busy' })
  t.equal(one.current(), 'A')
  t.strictSame(history(), ['A start one'])
})
