import t from 'tap'
import type { Reservation } from '../../src/queues/ports.ts'
import { routeOnce } from '../../src/queues/route.ts'

const reservation = (id: string) => ({ id }) as Reservation

/** A router without anything real; what it did, in order. */
const router = (claimed: readonly string[], legs: readonly string[] = []) => {
  const done: string[] = []
  const faults: string[] = []
  const routing = {
    claims: {
      sweep: async () => done.push('sweep'),
      legsToCut: async () => legs,
      claim: async () => claimed.map(reservation),
    },
    carrier: {
      hangUp: async (leg: string) => {
        done.push(`cut ${leg}`)
        if (leg.startsWith('bad')) throw new Error('no such leg')
        return true
      },
    },
    ring: async ({ id }: Reservation) => {
      done.push(`ring ${id}`)
      if (id.startsWith('bad')) throw new Error('no carrier')
    },
    onFault: (what: string) => faults.push(what),
  }
  return { routing, done, faults }
}

t.test('a tick sweeps, cuts what rings for nobody, claims and rings', async (t) => {
  const { routing, done } = router(['one', 'two'], ['leg'])
  t.strictSame(await routeOnce(routing), { swept: 1, cut: 1, claimed: 2 })
  t.equal(done[0], 'sweep')
  t.strictSame(new Set(done), new Set(['sweep', 'cut leg', 'ring one', 'ring two']))
})

t.test('after a hint nothing is swept', async (t) => {
  const { routing, done } = router(['one'])
  await routeOnce(routing, { sweeps: false })
  t.strictSame(done, ['ring one'])
})

t.test('what goes wrong with one call harms no other', async (t) => {
  const { routing, done, faults } = router(['bad', 'good'], ['bad leg', 'leg'])
  t.match(await routeOnce(routing, { sweeps: false }), { claimed: 2 })
  await new Promise(setImmediate)
  t.strictSame(new Set(done), new Set(['cut bad leg', 'cut leg', 'ring bad', 'ring good']))
  t.strictSame(new Set(faults), new Set(['cut', 'ring']))
})
