import t from 'tap'
import { carrierOf, line } from './wire-server.ts'

/** Runs one call against a document and tells what the server got on `/menu` and what was said. */
const run = async (
  voice: string,
  act: (
    call: ReturnType<Awaited<ReturnType<typeof carrierOf>>['carrier']['dial']>,
  ) => Promise<void>,
) => {
  const { server, carrier } = await carrierOf({ '/voice': voice, '/menu': '<Say>menu</Say>' })
  t.teardown(server.close)
  const call = carrier.dial({ to: line })
  const startedAt = carrier.clock.now()
  await act(call)
  await call.settled
  const said = call.history.flatMap((report) => (report.type === 'utterance' ? [report.text] : []))
  const cut = call.history.some(
    (report) => report.type === 'utterance-end' && report.how === 'cut-by-key',
  )
  const form = server.got.find((got) => got.path === '/menu')?.form
  return {
    said,
    cut,
    digits: form?.get('Digits') ?? null,
    finishedOnKey: form?.get('FinishedOnKey') ?? null,
    message: form?.get('msg') ?? null,
    callStatus: form?.get('CallStatus') ?? null,
    paths: server.got.map((got) => got.path),
    seconds: (carrier.clock.now() - startedAt) / 1000,
    history: call.history,
  }
}

const menu = (attributes: string, prompts = '<Say>One or two</Say>'): string =>
  `<Gather action="/menu" ${attributes}>${prompts}</Gather><Say>nothing heard</Say>`

t.test('the key of a one-digit menu goes to the action at once', async (t) => {
  const result = await run(menu('numDigits="1"'), async (call) => {
    await call.next('prompted')
    call.press('2')
  })
  t.match(result, {
    digits: '2',
    finishedOnKey: '',
    message: 'Gather End',
    callStatus: 'in-progress',
  })
  t.same(result.said, ['One or two', 'menu'])
  t.notOk(result.cut)
})

t.test('the first key stops the prompts, those still to come as well', async (t) => {
  const result = await run(
    menu('numDigits="1"', '<Say>first</Say><Pause length="9"/><Say>second</Say>'),
    async (call) => {
      await call.next('utterance')
      call.press('1')
    },
  )
  t.same(result.said, ['first', 'menu'])
  t.ok(result.cut)
})

t.test('a pause between prompts is cut by a key too', async (t) => {
  const result = await run(
    menu('numDigits="1"', '<Say>first</Say><Pause length="9"/><Say>second</Say>'),
    async (call) => {
      await call.next('utterance-end')
      call.press('1')
    },
  )
  t.same(result.said, ['first', 'menu'])
})

t.test('silence runs into the next verb after the timeout, without a request', async (t) => {
  const result = await run(menu('timeout="7"', ''), async () => {})
  t.same(result.said, ['nothing heard'])
  t.notOk(result.paths.includes('/menu'))
  t.match(
    result.history.find((report) => report.type === 'listening'),
    {
      maxDigits: null,
      finishOnKey: '#',
      timeoutSeconds: 7,
    },
  )
  t.equal(Math.floor(result.seconds), 7)
})

t.test(
  'silence goes to the action with empty digits where actionOnEmptyResult asks for it',
  async (t) => {
    const result = await run(menu('actionOnEmptyResult="true"'), async () => {})
    t.equal(result.digits, '')
  },
)

t.test(
  'keys without a number of digits end with the finishing key, which is not one of them',
  async (t) => {
    const result = await run(menu(''), async (call) => {
      await call.next('prompted')
      call.press('2026#')
    })
    t.match(result, { digits: '2026', finishedOnKey: '#' })
  },
)

t.test('another finishing key leaves the hash among the digits', async (t) => {
  const result = await run(menu('finishOnKey="*"'), async (call) => {
    await call.next('prompted')
    call.press('1#2*')
  })
  t.match(result, { digits: '1#2', finishedOnKey: '*' })
})

t.test('an empty finishing key turns it off', async (t) => {
  const result = await run(menu('finishOnKey="" numDigits="3"'), async (call) => {
    await call.next('prompted')
    call.press('*#1')
  })
  t.equal(result.digits, '*#1')
})

t.test('the finishing key alone counts as no input', async (t) => {
  const result = await run(menu(''), async (call) => {
    await call.next('prompted')
    call.press('#')
  })
  t.same(result.said, ['One or two', 'nothing heard'])
})

t.test('between keys the timeout starts anew, and its end sends what there is', async (t) => {
  const result = await run(menu('timeout="4"', ''), async (call) => {
    await call.next('prompted')
    call.press('1')
  })
  t.equal(result.digits, '1')
  t.equal(Math.floor(result.seconds), 4)
})

t.test('keys pressed outside a gather are lost', async (t) => {
  const result = await run(`<Say>hello</Say>${menu('numDigits="1"')}`, async (call) => {
    await call.next('utterance')
    call.press('1')
  })
  t.same(result.said, ['hello', 'One or two', 'nothing heard'])
})

t.test(
  'there is no type-ahead: keys beyond the last digit do not reach the next gather',
  async (t) => {
    const second = '<Gather action="/menu" numDigits="1"><Say>second</Say></Gather>'
    const { server, carrier } = await carrierOf({
      '/voice': '<Gather action="/second" numDigits="1"/>',
      '/second': second,
      '/menu': '',
    })
    t.teardown(server.close)
    const call = carrier.dial({ to: line })
    await call.next('listening')
    call.press('12')
    await call.settled
    t.notOk(server.got.some((got) => got.path === '/menu'))
  },
)

t.test('a gather without an action asks for its own document again', async (t) => {
  const { server, carrier } = await carrierOf({
    '/voice': (got) => (got.form.has('Digits') ? '<Hangup/>' : '<Gather numDigits="1"/>'),
  })
  t.teardown(server.close)
  const call = carrier.dial({ to: line })
  await call.next('listening')
  call.press('5')
  await call.settled
  t.same(
    server.got.map((got) => got.path),
    ['/voice', '/voice', '/status'],
  )
})

t.test('bargeIn="false" lets the prompts finish and keeps the keys', async (t) => {
  const result = await run(menu('numDigits="1" bargeIn="false"'), async (call) => {
    await call.next('utterance')
    call.press('1')
  })
  t.notOk(result.cut)
  t.equal(result.digits, '1')
})

t.test('a hang-up in a gather asks for no action, only the status callback comes', async (t) => {
  const result = await run(menu(''), async (call) => {
    await call.next('utterance')
    call.press('1')
    call.hangUp()
  })
  t.same(result.paths, ['/voice', '/status'])
})

t.test('a hang-up while an answer is awaited makes the carrier ignore the answer', async (t) => {
  const result = await run(menu('numDigits="1"'), async (call) => {
    await call.next('prompted')
    call.press('1')
    await call.next('heard')
    call.hangUp()
  })
  t.same(result.said, ['One or two'])
  t.match(result.history.at(-1), { type: 'webhook' })
})

t.test('only speech is listened for where the input says so, and never heard', async (t) => {
  const result = await run(menu('input="speech"'), async (call) => {
    await call.next('prompted')
    call.press('1')
  })
  t.same(result.said, ['One or two', 'nothing heard'])
})
