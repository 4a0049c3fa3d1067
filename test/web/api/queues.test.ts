import t from 'tap'
import { createPlaceStore } from '../../../src/db/places.ts'
import { addOperator, placeOf } from '../../support/queue-scene.ts'
import { startTestServer } from '../../support/server.ts'

const server = await startTestServer(t)
const { database, api } = server
const skills = ['services']

t.test('before anybody is there, every queue of the flows is listed and empty', async (t) => {
  const { status, body } = await api('/queues')
  t.equal(status, 200)
  const { items, nextCursor } = JSON.parse(body)
  t.equal(nextCursor, null)
  t.strictSame(
    items.map(({ queue }: { queue: string }) => queue),
    ['business', 'cabinet', 'doctors', 'emergency', 'general', 'services', 'status'],
  )
  const nobody = { offline: 0, available: 0, break: 0, reserved: 0, talking: 0, 'wrap-up': 0 }
  t.strictSame(items[0], {
    ...{ queue: 'business', waiting: 0, longestSince: null, talking: 0, callbacks: 0 },
    ...{ callbacksDue: 0, expectedWait: null, operators: nobody },
    toldWaits: { kept: 0, broken: 0, unknown: 0 },
  })
})

t.test('waiting people, expected wait and operators are told, to the metrics too', async (t) => {
  await addOperator(database, 'anna', { skills, state: 'break' })
  await addOperator(database, 'boris', { skills, state: 'talking' })
  await addOperator(database, 'clara', { state: 'offline' })
  const first = await placeOf(database, { queue: 'services', skills })
  await placeOf(database, { queue: 'services', skills })
  const away = await placeOf(database, { queue: 'services', skills })
  await createPlaceStore(database).leave(away.callSid ?? '', 'left')
  const { items } = JSON.parse((await api('/queues')).body)
  const services = items.find(({ queue }: { queue: string }) => queue === 'services')
  t.match(services, {
    ...{ waiting: 2, talking: 0, callbacks: 0 },
    operators: { offline: 0, available: 0, break: 1, talking: 1 },
  })
  t.ok(services.expectedWait > 240)
  t.equal(
    Temporal.Instant.from(services.longestSince).epochMilliseconds,
    first.since.epochMilliseconds,
  )
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  t.match(metrics, 'hotline_queue_waiting{queue="services",mode="hold"} 2')
  t.match(metrics, 'hotline_queue_operators{queue="services",state="talking"} 1')
  t.match(metrics, /hotline_queue_longest_wait_seconds\{queue="services"\} \d/)
  t.match(metrics, 'hotline_queue_told_waits{queue="services",outcome="kept"} 0')
  t.match(metrics, 'hotline_claims_total 0')
})

t.test('parameters that there are not are refused', async (t) => {
  t.equal((await api('/queues?state=waiting')).status, 400)
})
