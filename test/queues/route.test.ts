import t from 'tap'
import type { Claimed, Reservation } from '../../src/queues/ports.ts'
import { cutOnce, routeOnce } from '../../src/queues/route.ts'

const reservation = (id: string) => ({ id }) as Claimed

/** A router without anything real; what it did, in order. */
const router = (claimed: readonly string[], legs: readonly string[] = []) => {
  const done: string[] = []
  const faults: string[] = []
  const routing = {
    claims: {
      sweep: async () => done.push('sweep'),
      legsToCut: async () => legs,
      claim: async (limit: number) => claimed.slice(0, limit).map(reservation),
    },
    carrier: {
      hangUp: async (leg: string) => {
        done.push(`cut ${leg}`)
        if (leg.startsWith('bad')) throw new Error('no such leg')
        return true
      },
    },
    restraint: { take: (most: number) => most, spare: () => done.push('spare') },
    ring: async ({ id }: Reservation) => {
      done.push(`ring ${id}`)
      if (id.startsWith('bad')) throw new Error('no carrier')
    },
    onFault: (what: string) => faults.push(what),
  }
  return { routing, done, faults }
}

t.test('a tick sweeps, claims and rings', async (t) => {
  const { routing, done } = router(['one', 'two'])
  t.strictSame(await routeOnce(routing), { swept: 1, claimed: 2, isFull: false })
  t.strictSame(done, ['sweep', 'ring one', 'ring two'])
})

t.test('what rings for nobody is cut', async (t) => {
  const { routing, done } = router([], ['one', 'two'])
  t.strictSame(await cutOnce(routing), { isFull: false })
  t.strictSame(done, ['cut one', 'cut two'])
})

t.test('a hundred at once tell that there may be more', async (t) => {
  const hundred = Array.from({ length: 100 }, (_, index) => String(index))
  t.match(await routeOnce(router(hundred).routing), { isFull: true })
  t.match(await cutOnce(router([], hundred).routing), { isFull: true })
})

t.test('after a hint nothing is swept', async (t) => {
  const { routing, done } = router(['one'])
  await routeOnce(routing, { sweeps: false })
  t.strictSame(done, ['ring one'])
})

t.test('what goes wrong with one call harms no other', async (t) => {
  const { routing, done, faults } = router(['bad', 'good'], ['bad leg', 'leg'])
  t.match(await routeOnce(routing, { sweeps: false }), { claimed: 2 })
  await cutOnce(routing)
  await new Promise(setImmediate)
  t.strictSame(new Set(done), new Set(['cut bad leg', 'cut leg', 'ring bad', 'ring good']))
  t.strictSame(new Set(faults), new Set(['cut', 'ring']))
})

t.test('for a carrier that takes no orders nobody is claimed', async (t) => {
  const { routing, done } = router(['one'])
  const restraint = { ...routing.restraint, take: () => 0 }
  t.match(await routeOnce({ ...routing, restraint }, { sweeps: false }), { claimed: 0 })
  t.strictSame(done, [], 'and the order that is being tried is not tried by others too')
})

t.test('the one order that may be tried is left to others where nobody waits', async (t) => {
  const { routing, done } = router([])
  await routeOnce({ ...routing, restraint: { ...routing.restraint, take: () => 1 } })
  t.strictSame(done, ['sweep', 'spare'])
})
