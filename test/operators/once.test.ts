import t from 'tap'
import type { ActionOutcome } from '../../src/operators/console-actions.ts'
import { once } from '../../src/operators/once.ts'
import type { CommandLog } from '../../src/operators/ports.ts'

const anna = { login: 'anna', sessionId: 'session-1' }

const memory = (): CommandLog => {
  const known = new Map<string, ActionOutcome | null>()
  return {
    begin: async ({ login }, id) => {
      const key = `${login} ${id}`
      const found = known.get(key)
      if (found === undefined) known.set(key, null)
      return found === undefined ? 'new' : (found ?? 'running')
    },
    finish: async (login, id, outcome) => {
      known.set(`${login} ${id}`, outcome)
    },
  }
}

t.test('the answer of the first time is the answer of every time', async (t) => {
  const log = memory()
  let times = 0
  const work = async (): Promise<ActionOutcome> => {
    times += 1
    return { kind: 'done' }
  }
  const answers = await Promise.all([1, 2, 3].map(() => once(log, anna, 'a', work)))
  t.match(answers, [{ kind: 'done' }, { code: 'busy' }, { code: 'busy' }])
  t.strictSame(await once(log, anna, 'a', work), { kind: 'done' })
  t.equal(times, 1)
})

t.test('of a session that is over nothing is carried out', async (t) => {
  const log: CommandLog = { ...memory(), begin: async () => 'signed-out' }
  const work = (): never => {
    throw new Error('carried out')
  }
  t.equal(await once(log, anna, 'a', work), 'signed-out')
})

t.test('a fault is an answer too, without its words', async (t) => {
  const log = memory()
  const work = async (): Promise<ActionOutcome> => {
    throw new Error('password of the database')
  }
  const faults: unknown[] = []
  const answer = await once(log, anna, 'a', work, (cause) => faults.push(cause))
  t.match(answer, { kind: 'refused', code: 'unavailable' })
  t.notMatch(JSON.stringify(answer), 'password')
  t.match(faults, [{ message: 'password of the database' }])
  t.strictSame(await once(log, anna, 'a', work), answer)
})
