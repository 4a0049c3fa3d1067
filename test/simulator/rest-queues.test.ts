import t from 'tap'
import { restClientOf } from './rest-client.ts'
import { carrierOf, line } from './wire-server.ts'

const open = async () => {
  const { server, carrier } = await carrierOf({
    '/voice': '<Enqueue action="/queued" waitUrl="/wait">general</Enqueue>',
    '/wait': '<Pause length="60"/>',
    '/queued': '<Say>ignored</Say>',
    '/taken': '<Say>taken</Say>',
  })
  const go = carrier.clock.hold()
  const { app, client } = await restClientOf(carrier)
  t.teardown(async () => {
    go()
    await carrier.close()
    await app.close()
    await server.close()
  })
  const wait = async () => {
    const call = carrier.dial({ to: line })
    await call.next('queue')
    return call
  }
  return { server, carrier, client, go, wait }
}

t.test('queues and those who wait in them are listed in order', async (t) => {
  const { client, wait } = await open()
  const [first, second] = [await wait(), await wait()]
  const [queue] = await client.queues.list()
  t.match(queue, { friendlyName: 'general', currentSize: 2, maxSize: 1000 })
  const queueOf = client.queues(queue?.sid ?? '')
  t.match(await queueOf.members.list(), [
    { callSid: first.callSid, position: 1, waitTime: 0 },
    { callSid: second.callSid, position: 2 },
  ])
  t.match(await queueOf.members('Front').fetch(), { callSid: first.callSid })
  t.match(await queueOf.members(second.callSid).fetch(), { position: 2 })
  await t.rejects(queueOf.members('CA0').fetch(), { code: 20404 })
  await t.rejects(queueOf.remove(), { code: 22002 })
})

t.test('the one in front is led to a document, and the action hears of it', async (t) => {
  const { client, wait, server, go } = await open()
  const [first, second] = [await wait(), await wait()]
  const [queue] = await client.queues.list()
  const members = client.queues(queue?.sid ?? '').members
  const update = { url: `${server.url}/taken`, method: 'POST' }
  t.match(await members('Front').update(update), { callSid: first.callSid, position: 1 })
  t.match(await members.list(), [{ callSid: second.callSid, position: 1 }])
  second.hangUp()
  go()
  await first.settled
  t.ok(first.history.some((one) => one.type === 'utterance' && one.text === 'taken'))
  t.same(
    server.got
      .filter(({ path }) => path === '/queued')
      .map(({ form }) => [form.get('CallSid'), form.get('QueueResult')])
      .toSorted(),
    [
      [first.callSid, 'redirected'],
      [second.callSid, 'hangup'],
    ].toSorted(),
  )
})

t.test('a queue is made, changed and taken away', async (t) => {
  const { client } = await open()
  const made = await client.queues.create({ friendlyName: 'doctors', maxSize: 7 })
  t.match(made, { friendlyName: 'doctors', maxSize: 7, currentSize: 0, sid: /^QU[0-9a-f]{32}$/ })
  await t.rejects(client.queues.create({ friendlyName: 'doctors' }), { code: 22003 })
  t.match(await client.queues(made.sid).update({ maxSize: 9 }), { maxSize: 9 })
  t.equal(await client.queues(made.sid).remove(), true)
  await t.rejects(client.queues(made.sid).fetch(), { code: 20404 })
})
