import t from 'tap'
import { behaviour, crash, crashes, heal, phonesFrom, points } from './crashing.ts'
import { judge, judgeCallers } from './judge.ts'
import { startWorld } from './world.ts'

t.setTimeout(200_000 + 3_000 * crashes)

t.test(
  `${crashes} crashes on the way to an operator and back lose nobody and ring nobody twice`,
  async (t) => {
    const phones = phonesFrom(1_000_000, Math.max(30, crashes))
    const world = await startWorld(t, { phones: behaviour })
    await world.seatOperators(phones.length + 2)
    const { told, asked, callers, missed } = await crash(world, {
      ...{ names: points.smooth, times: crashes, phones },
    })
    t.comment(told)
    t.same(missed, [], 'every point was crashed at')
    await heal(world)
    await judge(t, world, asked)
    await judgeCallers(t, world, callers)
    t.same(world.complaints.slice(0, 3), [])
  },
)
