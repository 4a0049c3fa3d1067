import t from 'tap'
import type { DialPorts } from '../../src/callbacks/dial.ts'
import { dialCallbacks } from '../../src/jobs/dial-callbacks.ts'
import { alwaysOpen } from '../../src/schedules/schedule.ts'

/** Callbacks without end, and a clock that stands still. */
const scene = (callsPerSecond: number) => {
  let now = 0
  let isFree = true
  let due = Number.POSITIVE_INFINITY
  const done: string[] = []
  const store = {
    sweep: async () => ({ expired: 0, servedOtherwise: 0 }),
    ripe: async () => [],
    makeDue: async () => {},
    postpone: async () => {},
    claim: async (_token: string, paceMs: number) => {
      if (due === 0) return null
      due -= 1
      done.push(`claim at ${paceMs}`)
      return { token: 'token', phone: '+7', line: null, queue: 'general', reason: 'asked' }
    },
    mayPost: async () => true,
    place: async () => 'placed',
  }
  const ports = {
    store,
    carrier: { dial: async () => ({ kind: 'placed', legSid: 'CA1' }) },
    callerId: () => '+78005557373',
    elapsed: () => now,
    failpoint: async () => {},
  } as unknown as DialPorts
  const pace = {
    isFree: async () => isFree,
    begun: async (count: number) => {
      done.push(`begun ${count}`)
    },
  }
  const restraint = { take: (most: number) => most, spare: () => {} }
  const job = dialCallbacks(
    ports,
    () => alwaysOpen('Europe/Moscow'),
    restraint,
    { swept: () => {} },
    { pace, callsPerSecond },
  )
  return {
    ...job,
    free: (does: boolean) => {
      isFree = does
    },
    none: () => {
      due = 0
    },
    more: () => {
      due = Number.POSITIVE_INFINITY
    },
    /** What a run did. */
    after: async (milliseconds: number) => {
      now += milliseconds
      done.length = 0
      await job.run()
      return [...done]
    },
  }
}

t.test('a callback counts as one of the calls that the account begins', async (t) => {
  const { after, everyMs, none } = scene(1)
  t.equal(everyMs, 1_000)
  t.strictSame(await after(1_000), ['claim at 1000', 'begun 1'])
  none()
  t.strictSame(await after(1_000), [], 'where nobody is due nothing is begun')
  t.equal(scene(4).everyMs, 250)
  t.equal(scene(100).everyMs, 100, 'no job runs more often')
  t.equal(scene(0.1).everyMs, 1_000, 'what becomes due is seen within a second')
  t.strictSame(await scene(4).after(0), ['claim at 250', 'begun 1'])
})

t.test('where nothing was due nobody looks again for a second, whatever the pace', async (t) => {
  const { after, none, more } = scene(10)
  none()
  t.strictSame(await after(100), [])
  more()
  t.strictSame(await after(100), [], 'it rests')
  t.strictSame(await after(800), ['claim at 100', 'begun 1'])
  t.strictSame(await after(100), ['claim at 100', 'begun 1'], 'and goes on at its pace')
})

t.test('callbacks stand back for callers on hold, for five seconds at most', async (t) => {
  const { after, free } = scene(1)
  free(false)
  t.strictSame(await after(1_000), [])
  t.strictSame(await after(4_000), [])
  t.equal((await after(1_000)).length, 2, 'the operator of a callback waits on the line')
  t.strictSame(await after(4_000), [], 'and the next five seconds begin')
  free(true)
  t.equal((await after(0)).length, 2)
  free(false)
  t.strictSame(await after(4_900), [], 'from anew')
})
