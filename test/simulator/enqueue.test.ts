import t from 'tap'
import type { Call } from '../../src/simulator/call.ts'
import { carrierOf, line, ownCall, type Page } from './wire-server.ts'

const verb = '<Enqueue action="/done" waitUrl="/wait">general</Enqueue><Say>on</Say>'

/** One call to a line that queues it, what it was asked, and what else calls do meanwhile. */
const run = async (
  pages: Readonly<Record<string, Page>>,
  act: (
    call: Call,
    carrier: Awaited<ReturnType<typeof carrierOf>>['carrier'],
  ) => unknown = () => {},
) => {
  const { server, carrier } = await carrierOf({ '/voice': verb, '/done': '<Hangup/>', ...pages })
  const call = carrier.dial({ to: line })
  await act(call, carrier)
  const end = await call.ended
  await carrier.close()
  await call.settled
  await server.close()
  const formsOf = (path: string) =>
    server.got.filter((got) => got.path === path).map(({ form }) => Object.fromEntries(form))
  return {
    end,
    carrier,
    done: formsOf('/done'),
    waits: formsOf('/wait'),
    paths: server.got.map(({ path }) => path),
    said: call.history.flatMap((report) => (report.type === 'utterance' ? [report.text] : [])),
    codes: call.history.flatMap((report) => (report.type === 'debugger' ? [report.code] : [])),
  }
}

t.test('the waiting document is asked for again and again, with place and time', async (t) => {
  const { waits, done, said, end } = await run({
    '/wait': (_got, count) =>
      count < 4 ? '<Say>soon</Say><Pause length="9"/>' : '<Leave/><Say>never</Say>',
  })
  t.match(waits, [
    {
      CallStatus: 'in-progress',
      QueuePosition: '1',
      QueueSid: /^QU[0-9a-f]{32}$/,
      QueueTime: '0',
      AvgQueueTime: '0',
      CurrentQueueSize: '1',
      MaxQueueSize: '1000',
    },
    { QueueTime: '9' },
    { QueueTime: '19' },
    { QueueTime: '28' },
  ])
  t.match(done, [{ QueueResult: 'leave', QueueTime: '28', QueueSid: /^QU/ }])
  t.same(said, ['soon', 'soon', 'soon'])
  t.equal(end.reason, 'completed')
})

t.test('keys work while waiting, and a redirect stays in the queue', async (t) => {
  const { paths, done } = await run(
    {
      '/wait': '<Gather numDigits="1" action="/key" timeout="60"/>',
      '/key': '<Redirect>/choice</Redirect>',
      '/choice': '<Leave/>',
    },
    async (call) => {
      await call.next('prompted')
      call.press('*')
    },
  )
  t.same(paths, ['/voice', '/wait', '/key', '/choice', '/done', '/status'])
  t.match(done, [{ QueueResult: 'leave' }])
})

t.test('who hangs up is out of the queue, and the action hears of it', async (t) => {
  const { done, carrier, end } = await run(
    { '/wait': '<Pause length="600"/>' },
    async (call, carrier) => {
      await call.next('queue')
      carrier.clock.after(30_000, () => call.hangUp())
    },
  )
  t.match(done, [{ QueueResult: 'hangup', QueueTime: '30', CallStatus: 'completed' }])
  t.equal(end.reason, 'hung-up-by-caller')
  t.equal(carrier.queues.find('general')?.members.length, 0)
})

t.test('a waiting document that fails or hangs up ends the wait', async (t) => {
  t.match((await run({ '/wait': '<Play>/nothing.wav</Play>' })).done, [{ QueueResult: 'error' }])
  t.match((await run({})).done, [{ QueueResult: 'error' }])
  const hung = await run({ '/wait': '<Hangup/>' })
  t.equal(hung.end.reason, 'completed')
  t.same(hung.said, [])
})

t.test('a full queue takes nobody in', async (t) => {
  const full = '<Enqueue action="/done" maxQueueSize="1">general</Enqueue>'
  const { done } = await run({ '/voice': full }, async (call, carrier) => {
    await call.next('queue')
    const second = carrier.dial({ to: line })
    await second.ended
    call.hangUp()
  })
  t.match(done, [{ QueueResult: 'queue-full' }, { QueueResult: 'hangup' }])
})

t.test('a document that takes no time does not hammer the server', async (t) => {
  const { waits } = await run({
    '/wait': (_got, count) => (count === 4 ? '<Leave/>' : ''),
  })
  t.same(
    waits.map(({ QueueTime }) => QueueTime),
    ['0', '1', '2', '3'],
  )
})

t.test('whoever dials the queue talks to the one who waited longest', async (t) => {
  const agent = '+78005550000'
  const { server, carrier } = await carrierOf({
    '/voice': verb,
    '/wait': '<Pause length="60"/>',
    '/done': '<Say>bye</Say>',
    '/agent': '<Dial action="/agent-done"><Queue url="/hello">general</Queue></Dial>',
    '/agent-done': '<Hangup/>',
    '/hello': '<Say>You are through</Say>',
  })
  carrier.setNumber(agent, { voiceUrl: `${server.url}/agent` })
  const first = carrier.dial({ to: line, from: '+79160000001' })
  await first.next('queue')
  const second = carrier.dial({ to: line, from: '+79160000002' })
  await second.next('queue')
  const operator = carrier.dial({ to: agent })
  for (;;) {
    const said = await first.next('utterance')
    if (said === null || said.text === 'You are through') break
  }
  carrier.clock.after(60_000, () => operator.hangUp())
  await first.settled
  await operator.settled
  t.match(
    server.got.filter(({ path }) => path === '/done').map(({ form }) => form.get('QueueResult')),
    ['bridged'],
  )
  const done = server.got.find(({ path }) => path === '/agent-done')
  t.match(Object.fromEntries(done?.form ?? []), {
    DialCallStatus: 'completed',
    DialCallSid: first.callSid,
    DialBridged: 'true',
  })
  t.match(
    server.got.find(({ path }) => path === '/hello')?.form.get('DequeingCallSid'),
    operator.callSid,
  )
  t.equal(carrier.queues.find('general')?.members[0]?.callSid, second.callSid)
  await carrier.close()
  await server.close()
})

t.test('an operator who dials an empty queue waits for somebody, but not for ever', async (t) => {
  const { server, carrier } = await carrierOf({
    '/agent-done': '<Hangup/>',
  })
  carrier.queues.open('general', 0)
  const dial = (url: string) =>
    `<Dial action="${url}/agent-done" timeout="15"><Queue>general</Queue></Dial>`
  const lone = carrier.originate(
    ownCall('sip:a@b', {
      kind: 'twiml',
      text: `<Response>${dial(server.url)}</Response>`,
    }),
  )
  await lone.settled
  t.match(
    server.got.find(({ path }) => path === '/agent-done')?.form.get('DialCallStatus'),
    'no-answer',
  )
  await carrier.close()
  await server.close()
})
