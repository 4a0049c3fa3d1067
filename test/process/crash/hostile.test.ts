import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { seededFaults } from '../../../src/simulator/faults.ts'
import { seededTroubles } from '../../../src/simulator/rest-trouble.ts'
import { behaviour, crash, crashes, hasty, heal, phonesFrom, points } from './crashing.ts'
import { judge, judgeCallers } from './judge.ts'
import { startWorld } from './world.ts'

t.setTimeout(200_000 + 3_000 * crashes)

t.test('a carrier that loses answers and webhooks rings nobody twice, crash or not', async (t) => {
  const phones = phonesFrom(2_000_010, Math.max(14, Math.round(crashes / 5)))
  const world = await startWorld(t, {
    phones: behaviour,
    trouble: seededTroubles('crash', {
      'error-after': 0.15,
      'reset-after': 0.15,
      'error-before': 0.1,
      'reset-before': 0.1,
      'too-many': 0.1,
    }),
    faults: (webhook) =>
      webhook.kind === 'status'
        ? seededFaults('crash', { drop: 0.15, duplicate: 0.3, delay: 0.3 })(webhook)
        : [],
  })
  await world.seatOperators(phones.length + 2)
  const times = Math.max(6, Math.round(crashes / 5))
  const { told, callers, missed } = await crash(world, { names: points.lost, times, phones })
  t.comment(told)
  if (times >= 8 * points.lost.length) t.same(missed, [], 'every point was crashed at')
  await heal(world)
  await judge(t, world, phones)
  await judgeCallers(t, world, callers)
  t.same(await world.missed(), [], 'no operator has missed a call')
})

t.test('a node that was frozen past its lease does not dial when it wakes', async (t) => {
  const phones = phonesFrom(3_000_010, 4)
  const world = await startWorld(t, { phones: behaviour })
  await world.seatOperators(8)
  await hasty(world, phones, ['caller-first'])
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
  const phones = phonesFrom(4_000_010, 4)
  const world = await startWorld(t, { phones: behaviour, callsPerSecond: 0.1 })
  await world.seatOperators(8)
  await hasty(world, phones, ['caller-first'])
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
