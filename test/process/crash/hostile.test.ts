import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { seededFaults, type WebhookSketch } from '../../../src/simulator/faults.ts'
import { seededTroubles, serverError, tooMany } from '../../../src/simulator/rest-trouble.ts'
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
    faults: (webhook) => {
      if (webhook.kind !== 'status') return []
      const drop = isOfRinging(webhook) ? 0.7 : 0.15
      return seededFaults('crash', { drop, duplicate: 0.3, delay: 0.3 })(webhook)
    },
  })
  await world.seatOperators(phones.length + 2)
  const times = Math.max(6, Math.round(crashes / 5))
  const { told, asked, callers, missed } = await crash(world, { names: points.lost, times, phones })
  t.comment(told)
  t.same(missed, [], 'every point was crashed at')
  await heal(world)
  await judge(t, world, asked)
  await judgeCallers(t, world, callers)
  const outcomes = Map.groupBy(await world.reservations(), ({ outcome }) => outcome)
  t.notOk(outcomes.has('leg-failed'), 'no order that was not taken is an operator’s miss')
})

t.test(
  'a carrier that is away is asked rarely, and when it is back everybody is served',
  async (t) => {
    const orders: number[] = []
    let isAway = true
    const phones = phonesFrom(5_000_010, 4)
    const world = await startWorld(t, {
      phones: behaviour,
      factor: 20,
      trouble: ({ method, path }) => {
        if (!isAway) return undefined
        if (method === 'POST' && path.endsWith('/Calls.json')) orders.push(performance.now())
        return orders.length % 2 === 0 ? tooMany : serverError
      },
    })
    await world.seatOperators(8)
    await world.startNode()
    await hasty(world, phones)
    const callers = [1, 2, 3, 4].map((at) => world.call(`+7921555000${at}`))
    // What was under way when it went away, which is no more than there are operators, and then some.
    while (orders.length < 14) await pause(10)
    // Once in ten seconds: half of that is what a busy machine makes of it, which is late with one and not the next.
    const gap = ((orders.at(-1) ?? 0) - (orders.at(-5) ?? 0)) / 4
    t.ok(gap * 20 > 5_000, `${Math.round(gap * 20)} ms from one to the next`)
    t.same(await world.onBreak(), [], 'nobody is sent on a break for it')
    isAway = false
    await heal(world)
    await judge(t, world, phones)
    await judgeCallers(t, world, callers)
  },
)

t.test('a node that was frozen past its lease does not dial when it wakes', async (t) => {
  const phones = phonesFrom(3_000_010, 4)
  const world = await startWorld(t, { phones: behaviour, factor: 20 })
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
  const world = await startWorld(t, { phones: behaviour, callsPerSecond: 0.1, factor: 20 })
  await world.seatOperators(8)
  await hasty(world, phones, ['caller-first'])
  const node = await world.startNode('callback.posted:3:kill9')
  await node.ended
  await heal(world)
  await judge(t, world, phones)
})

/** Lost most of the time, so that the carrier's list is the first to tell of a call. */
const isOfRinging = ({ parameters }: WebhookSketch) =>
  parameters.some(([, value]) => value === 'initiated' || value === 'ringing')

/** Until the system shows a process as stopped. */
const stopped = async (pid: number) => {
  const state = () => /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
  while (state() !== 'T') await pause(10)
}
