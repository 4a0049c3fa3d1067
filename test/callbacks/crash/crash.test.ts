import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import type { PhoneBehaviour } from '../../../src/simulator/called-phones.ts'
import { seededFaults } from '../../../src/simulator/faults.ts'
import { seededTroubles } from '../../../src/simulator/rest-trouble.ts'
import { startWorld, type World } from './world.ts'

/** Crashes of the first test; more for a thorough run. */
const crashes = Number(process.env['CRASHES'] ?? 60)

const sources = join(import.meta.dirname, '../../../src')

/** Every point between two statements of a callback's life. */
const allPoints = globSync(['callbacks/*.ts', 'db/callback-*.ts'], { cwd: sources })
  .flatMap((file) => [
    ...readFileSync(join(sources, file), 'utf8').matchAll(/failpoint\('([^']+)'\)/g),
  ])
  .map(([, name = '']) => name)
  .sort()
  .concat('test.keys', 'test.confirmed')

const answers: PhoneBehaviour = {
  kind: 'answers',
  afterSeconds: 2,
  talksSeconds: null,
  presses: [{ keys: '1' }],
}

/** By the last digit: two of ten never answer, one is engaged; all others answer and press 1. */
const behaviour = (number: string): PhoneBehaviour => {
  if (number.endsWith('7') || number.endsWith('8')) return { kind: 'no-answer' }
  return number.endsWith('9') ? { kind: 'busy' } : answers
}

const phonesFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, at) => `+7916${String(first + at).padStart(7, '0')}`)

/** Ended for good, and the end that the telephone's owner deserves; no telephone rung while another ring lasted. */
const judge = async (
  t: { same(found: unknown, wanted: unknown): unknown },
  world: World,
  phones: readonly string[],
) => {
  const rings = world.rings()
  const rows = new Map((await world.rows()).map((row) => [row.phone, row]))
  const faults: string[] = []
  for (const phone of phones) {
    const row = rows.get(phone)
    const rang = rings.get(phone) ?? 0
    const kind = behaviour(phone).kind
    const expected = kind === 'answers' ? ['done', 1, 1] : ['failed', kind === 'busy' ? 0 : 3, -1]
    const [state, attempts, most] = expected
    if (row?.state !== state || row?.attempts !== attempts)
      faults.push(`${phone} ${kind}: ${row?.state} after ${row?.attempts} attempts`)
    if (kind === 'answers' && rang !== most) faults.push(`${phone} rang ${rang} times`)
    if (kind === 'no-answer' && rang !== row?.attempts) faults.push(`${phone} rang ${rang} times`)
  }
  for (const [to, spans] of Map.groupBy(world.carrier.calls(), (call) => call.record().to)) {
    const sorted = spans.map((call) => call.record()).sort((a, b) => a.startedAt - b.startedAt)
    sorted.forEach((call, at) => {
      const next = sorted[at + 1]
      if (next !== undefined && (call.endedAt ?? Infinity) > next.startedAt)
        faults.push(`${to} was dialled while it was being dialled`)
    })
  }
  t.same(faults, [])
}

const allEnded = async (world: World) =>
  (await world.rows()).every(({ state }) =>
    ['done', 'failed', 'expired', 'cancelled'].includes(state),
  )

/** Until all is ended: what is left after the crashes goes its way without them. */
const heal = async (world: World, seconds = 40) => {
  await world.startNode()
  const patience = performance.now() + seconds * 1000
  while (!(await allEnded(world)) && performance.now() < patience) await pause(50)
}

/** By the rule of the broken-off call: three times, ten seconds apart. */
const hasty = (world: World, phones: readonly string[]) => world.ask(phones, 'broken-off')

/** These are reached only where the carrier's answer is lost. */
const points = {
  smooth: allPoints.filter((name) => !/doubted|evidence|missing/.test(name)),
  lost: allPoints.filter((name) => /doubted|evidence|missing|doubtful/.test(name)),
}

/** Lets two nodes at a time die, each at the next point, while people go on asking to be called. */
const crash = async (
  world: World,
  { names, times, phones }: { names: readonly string[]; times: number; phones: readonly string[] },
) => {
  const waiting = [...phones]
  const reached = new Set<string>()
  await hasty(world, waiting.splice(0, 12))
  let next = 0
  const die = async () => {
    while (next < times) {
      const name = names[next % names.length] ?? ''
      const nth = 1 + (Math.floor(next / names.length) % 3)
      next += 1
      await hasty(world, waiting.splice(0, Math.ceil(waiting.length / (times - next + 1))))
      const node = await world.startNode(`${name}:${nth}:kill9`)
      // A point that is not reached soon: killed wherever it is.
      const late = await Promise.race([node.ended, pause(1_500, 'late')])
      if (late === 'late') node.child.kill('SIGKILL')
      else reached.add(name)
      await node.ended
    }
  }
  const begun = performance.now()
  await Promise.all([die(), die()])
  const each = Math.round((performance.now() - begun) / times)
  return { each, missed: names.filter((name) => !reached.has(name)) }
}

t.test(
  `${crashes} crashes between any two statements lose nobody and ring nobody twice`,
  async (t) => {
    const phones = phonesFrom(1_000_000, Math.max(40, crashes))
    const world = await startWorld(t, { phones: behaviour })
    await world.seatOperators(phones.length + 2)
    const { each, missed } = await crash(world, { names: points.smooth, times: crashes, phones })
    t.comment(`${each} ms a crash`)
    if (crashes >= 2 * points.smooth.length) t.same(missed, [], 'every point was crashed at')
    await heal(world)
    await judge(t, world, phones)
    t.same(world.complaints.slice(0, 3), [])
  },
)

t.test('a carrier that loses answers and webhooks rings nobody twice, crash or not', async (t) => {
  const phones = phonesFrom(2_000_000, 20)
  const world = await startWorld(t, {
    phones: behaviour,
    trouble: seededTroubles('callbacks', {
      'error-after': 0.15,
      'reset-after': 0.15,
      'error-before': 0.1,
      'reset-before': 0.1,
      'too-many': 0.1,
    }),
    faults: (webhook) =>
      webhook.kind === 'status'
        ? seededFaults('callbacks', { drop: 0.15, duplicate: 0.3, delay: 0.3 })(webhook)
        : [],
  })
  await world.seatOperators(phones.length + 2)
  const times = Math.max(6, Math.round(crashes / 10))
  await crash(world, { names: points.lost, times, phones })
  await heal(world)
  await judge(t, world, phones)
  t.same(world.complaints.slice(0, 3), [])
})

t.test('a node that was frozen past its lease does not dial when it wakes', async (t) => {
  const phones = phonesFrom(3_000_000, 4)
  const world = await startWorld(t, { phones: () => answers })
  await world.seatOperators(8)
  await hasty(world, phones)
  const frozen = await Promise.all(
    ['callback.claimed', 'callback.checked'].map((name) =>
      world.startNode(`${name}:1:stop`, { serves: false }),
    ),
  )
  for (const { child } of frozen) await stopped(child.pid ?? 0)
  await heal(world)
  for (const { child } of frozen) child.kill('SIGCONT')
  await pause(300)
  await judge(t, world, phones)
})

t.test("calls that stand in the carrier's line are neither dialled again nor lost", async (t) => {
  const phones = phonesFrom(4_000_000, 6)
  const world = await startWorld(t, { phones: () => answers, callsPerSecond: 0.05 })
  await world.seatOperators(8)
  await hasty(world, phones)
  const node = await world.startNode('callback.posted:3:kill9')
  await node.ended
  await heal(world)
  await judge(t, world, phones)
})

/** Until the system shows a process as stopped. */
const stopped = async (pid: number) => {
  const state = () => /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
  while (state() !== 'T') await pause(10)
}
