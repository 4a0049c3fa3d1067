import t from 'tap'
import type { Place, PlaceState } from '../../src/queues/place.ts'
import type { Standing } from '../../src/queues/ports.ts'
import { speakWait } from '../../src/queues/spoken-wait.ts'

const since = Temporal.Instant.from('2026-11-23T06:00:00Z')

const place: Place = {
  ...{ id: 'p', callSid: 'CA1', phone: '+79161234567', queue: 'general', topic: null },
  ...{ language: 'ru-RU', skills: [], priority: 0, tier: null, businessNumber: null, since },
  ...{ rankAt: since, mode: 'hold', state: 'waiting', result: null, preferredOperator: null },
  window: null,
}

/** Somebody in this standing, and what was noted of what they were told. */
const waiting = (more: Partial<Standing> & { readonly state?: PlaceState } = {}) => {
  const noted: number[] = []
  const { state = 'waiting', ...rest } = more
  const standing: Standing = {
    ...{
      place: { ...place, state },
      ahead: 3,
      operators: 4,
      free: 0,
      waitedSeconds: 0,
      told: null,
    },
    ...rest,
  }
  const ports = {
    places: {
      noteTold: async (_id: string, seconds: number) => void noted.push(seconds),
    },
    estimates: { of: async () => ({ handleSeconds: 240, patienceSeconds: 300 }) },
  }
  return { noted, speak: () => speakWait(ports, standing) }
}

t.test('place and wait are told, and the promise is noted', async (t) => {
  const { speak, noted } = waiting()
  t.match(await speak(), { position: 4, wait: { minutes: 5, hasGrown: false } })
  t.strictSame(noted, [300])
})

t.test('a promise that stands is not made anew', async (t) => {
  const { speak, noted } = waiting({ told: { seconds: 300, agoSeconds: 30 } })
  t.match(await speak(), { wait: { minutes: 5, hasGrown: false } })
  t.strictSame(noted, [])
})

t.test('a wait that got longer is told as such', async (t) => {
  const { speak, noted } = waiting({ told: { seconds: 120, agoSeconds: 60 } })
  t.match(await speak(), { wait: { minutes: 5, hasGrown: true } })
  t.strictSame(noted, [300])
})

t.test('who is next with an operator free hears of a minute, no more', async (t) => {
  const { speak } = waiting({ ahead: 0, free: 1, state: 'reserved' })
  t.match(await speak(), { position: 1, wait: { minutes: 1, hasGrown: false } })
})

t.test('with no operator nothing is promised', async (t) => {
  const { speak, noted } = waiting({ operators: 0 })
  t.match(await speak(), { position: 4, wait: null })
  t.strictSame(noted, [])
})

t.test('who no longer waits is told nothing', async (t) => {
  t.equal(await waiting({ state: 'talking' }).speak(), null)
  t.equal(await waiting({ state: 'ended' }).speak(), null)
})
