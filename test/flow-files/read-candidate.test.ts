import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Candidate } from '../../src/calls/activation.ts'
import { proveApart } from '../../src/flow-files/proof.ts'
import { readCandidate, readSteadyCandidate } from '../../src/flow-files/read-candidate.ts'
import { smallFlow } from '../support/small-flow.ts'
import { wav } from './wav-file.ts'

const noPause = async () => {}

const errorsIn = ({ findings }: Candidate) =>
  findings.filter(({ severity }) => severity === 'error')

t.test('a folder that stands still is read and proved', async (t) => {
  const read = await readSteadyCandidate(t.testdir(smallFlow()), noPause, proveApart)
  if (read.kind !== 'read') return t.fail(read.kind)
  t.strictSame(errorsIn(read.candidate), [])
  const { manifest } = read.candidate.flowSet
  const hash = manifest.get('lines.yaml') ?? ''
  const contents = await read.candidate.contents(new Set([hash]))
  t.equal(Buffer.from(contents?.get(hash) ?? []).toString(), smallFlow()['lines.yaml'])
  t.equal(contents?.size, 1)
})

t.test('a file that is being saved is read when it is whole', async (t) => {
  const folder = t.testdir({ ...smallFlow('Old') })
  const document = join(folder, 'main.vxml')
  const whole = smallFlow('New')['main.vxml']
  // As an editor writes: empty, half, whole; and it is gone for a moment where a new file takes its place.
  const steps = [
    () => writeFileSync(document, ''),
    () => writeFileSync(document, whole.slice(0, 500)),
    () => rmSync(document),
    () => writeFileSync(document, whole),
  ]
  let looks = 0
  const pause = async () => {
    looks += 1
    steps.shift()?.()
  }
  const read = await readSteadyCandidate(folder, pause, proveApart)
  if (read.kind !== 'read') return t.fail(read.kind)
  t.strictSame(errorsIn(read.candidate), [])
  t.equal(looks, 5)
  t.match(JSON.stringify([...read.candidate.flowSet.setting.flow.documents]), 'New')
})

t.test('a folder that never comes to rest is not taken', async (t) => {
  const folder = t.testdir(smallFlow())
  let times = 0
  const pause = async () => {
    times += 1
    writeFileSync(join(folder, 'note.yaml'), `times: ${times}`)
  }
  const read = await readSteadyCandidate(folder, pause, proveApart)
  t.strictSame(read, { kind: 'changing' })
})

t.test('a file that changes after it was proved is not stored', async (t) => {
  const folder = t.testdir(smallFlow())
  writeFileSync(join(folder, 'hello.wav'), wav())
  const read = await readCandidate(folder)
  if (read.kind !== 'read') return t.fail(read.kind)
  const { candidate } = read
  const hashes = new Set(candidate.flowSet.manifest.values())
  t.equal((await candidate.contents(hashes))?.size, 3)
  rmSync(join(folder, 'hello.wav'))
  t.equal(await candidate.contents(hashes), null)
  writeFileSync(join(folder, 'hello.wav'), 'other')
  t.equal(await candidate.contents(hashes), null)
})

t.test('a folder that is not there is told as a finding', async (t) => {
  const none = join(t.testdir({}), 'none')
  t.same(await readSteadyCandidate(none, noPause, proveApart), await readCandidate(none))
  t.match(await readCandidate(none), {
    kind: 'unreadable',
    findings: [{ severity: 'error', code: 'unreadable-file', message: /ENOENT/ }],
  })
})

t.test('the proof in a thread of its own finds the same as here', async (t) => {
  const flow = smallFlow()
  const folder = t.testdir({
    ...flow,
    'main.vxml': flow['main.vxml'].replace('next="#one"', 'next="#none"'),
  })
  const here = await readCandidate(folder)
  const apart = await readSteadyCandidate(folder, noPause, proveApart)
  if (here.kind !== 'read' || apart.kind !== 'read') return t.fail('it cannot be read')
  t.strictSame(apart.candidate.findings, here.candidate.findings)
  t.match(errorsIn(apart.candidate), [{ code: 'dead-target' }])
  t.equal(apart.candidate.flowSet.version, here.candidate.flowSet.version)
})

t.test('a proof that breaks off is told as a fault and harms nothing else', async (t) => {
  const broken = { texts: null } as unknown as Parameters<typeof proveApart>[0]
  await t.rejects(proveApart(broken), { message: 'The flows cannot be proved' })
})
