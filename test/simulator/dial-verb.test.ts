import t from 'tap'
import type { Call } from '../../src/simulator/call.ts'
import type { PhoneBehaviour } from '../../src/simulator/called-phones.ts'
import { carrierOf, line } from './wire-server.ts'

const called = '+79161112233'

/** One call to a line that dials; the form that its action got, and how long all took. */
const run = async (
  verb: string,
  phones: Readonly<Record<string, PhoneBehaviour>> = {},
  act: (call: Call) => unknown = () => {},
  pages: Readonly<Record<string, string>> = {},
) => {
  const { server, carrier } = await carrierOf(
    { '/voice': `${verb}<Say>on</Say>`, '/done': '<Hangup/>', ...pages },
    { phones: (address) => phones[address] },
  )
  const call = carrier.dial({ to: line })
  const startedAt = carrier.clock.now()
  await act(call)
  const end = await call.ended
  const seconds = (carrier.clock.now() - startedAt) / 1000
  await call.settled
  await carrier.close()
  await server.close()
  const forms = (path: string) =>
    server.got.filter((got) => got.path === path).map(({ form }) => Object.fromEntries(form))
  return {
    forms,
    news: forms('/news').map((form) => `${form['SequenceNumber']} ${form['CallStatus']}`),
    end,
    seconds,
    rung: carrier.rung().map(({ to }) => to),
    done: forms('/done'),
    said: call.history.flatMap((report) => (report.type === 'utterance' ? [report.text] : [])),
    codes: call.history.flatMap((report) => (report.type === 'debugger' ? [report.code] : [])),
    transfers: call.history.flatMap((report) =>
      report.type === 'transfer' ? [`${report.state} ${report.status ?? ''}`.trim()] : [],
    ),
  }
}

const dial = (attributes = '', noun = `<Number>${called}</Number>`) =>
  `<Dial action="/done" ${attributes}>${noun}</Dial>`

t.test('a telephone rings, is talked to, and the action is told for how long', async (t) => {
  const talk: PhoneBehaviour = { kind: 'answers', afterSeconds: 4, talksSeconds: 42 }
  const { done, seconds, said, transfers, rung } = await run(dial(), { [called]: talk })
  t.match(done, [
    {
      CallStatus: 'in-progress',
      DialCallStatus: 'completed',
      DialCallSid: /^CA[0-9a-f]{32}$/,
      DialCallDuration: '42',
      DialBridged: 'true',
    },
  ])
  t.notOk('DialSipCallId' in (done[0] ?? {}))
  t.same([seconds, said, rung], [46, [], [called]])
  t.same(transfers, ['ringing', 'connected', 'ended completed'])
})

t.test('without an action the next verb follows', async (t) => {
  const { done, said } = await run(`<Dial>${called}</Dial>`)
  t.same([done, said], [[], ['on']])
})

t.test('nobody answers: it rings five seconds longer than told', async (t) => {
  const silent = await run(dial('timeout="10"'), { [called]: { kind: 'no-answer' } })
  t.match(silent.done, [
    { DialCallStatus: 'no-answer', DialCallDuration: '0', DialBridged: 'false' },
  ])
  t.equal(silent.seconds, 15)
  const slow: PhoneBehaviour = { kind: 'answers', afterSeconds: 16, talksSeconds: 5 }
  t.match((await run(dial('timeout="10"'), { [called]: slow })).done, [
    { DialCallStatus: 'no-answer' },
  ])
})

t.test('busy and failed calls come back at once', async (t) => {
  for (const kind of ['busy', 'failed'] as const) {
    const { done, seconds } = await run(dial(), { [called]: { kind } })
    t.match(done, [{ DialCallStatus: kind, DialBridged: 'false' }])
    t.equal(seconds, 1)
  }
})

t.test('a SIP call tells its response code', async (t) => {
  const address = 'sip:duty@pbx.example'
  const noun = `<Sip>${address}?User-to-User=00</Sip>`
  const { done } = await run(dial('', noun), { [address]: { kind: 'failed', sipCode: 404 } })
  t.match(done, [{ DialCallStatus: 'failed', DialSipResponseCode: '404', DialSipCallId: /@/ }])
  t.match((await run(dial('', noun))).done, [
    { DialCallStatus: 'completed', DialSipResponseCode: '200' },
  ])
})

t.test(
  'the one who is called hears a document first, and may turn the call down there',
  async (t) => {
    const noun = `<Number url="/whisper" statusCallback="/news"
    statusCallbackEvent="initiated ringing answered completed">${called}</Number>`
    const whisper = `<Gather numDigits="1" action="/accepted"><Say>Press 1</Say></Gather><Hangup/>`
    const pages = { '/whisper': whisper, '/accepted': '<Say>Through</Say>', '/news': '' }
    const willing: PhoneBehaviour = {
      kind: 'answers',
      afterSeconds: 2,
      talksSeconds: 60,
      presses: [{ keys: '1' }],
    }
    const { done, said, news, forms } = await run(
      dial('', noun),
      { [called]: willing },
      undefined,
      pages,
    )
    t.match(done, [{ DialCallStatus: 'completed', DialBridged: 'true' }])
    t.ok(Number(done[0]?.['DialCallDuration']) < 60)
    t.same(said, [])
    t.same(news, ['0 initiated', '1 ringing', '2 in-progress', '3 completed'])
    t.match(forms('/whisper'), [
      { Direction: 'outbound-dial', ParentCallSid: /^CA/, To: called, CallStatus: 'in-progress' },
    ])
    const unwilling: PhoneBehaviour = { ...willing, presses: [] }
    const refused = await run(dial('', noun), { [called]: unwilling }, undefined, pages)
    t.match(refused.done, [{ DialCallStatus: 'completed', DialBridged: 'false' }])
  },
)

t.test('the time limit cuts the talk', async (t) => {
  const endless: PhoneBehaviour = { kind: 'answers', afterSeconds: 1, talksSeconds: null }
  const { done, seconds } = await run(dial('timeLimit="60"'), { [called]: endless })
  t.match(done, [{ DialCallStatus: 'completed', DialCallDuration: '60' }])
  t.equal(seconds, 61)
})

t.test('the star key ends the talk where the document says so', async (t) => {
  const press = async (call: Call) => {
    for (;;) {
      const report = await call.next('transfer')
      if (report === null || report.state === 'connected') break
    }
    call.press('1*')
  }
  const ended = await run(dial('hangupOnStar="true"'), {}, press)
  t.match(ended.done, [{ DialCallStatus: 'completed', DialCallDuration: '0' }])
  t.match((await run(dial(), {}, press)).done, [{ DialCallDuration: '20' }])
})

t.test('the caller who hangs up ends it; the action is still asked for', async (t) => {
  const hangUp = (state: string) => async (call: Call) => {
    for (;;) {
      const report = await call.next('transfer')
      if (report === null || report.state === state) break
    }
    call.hangUp()
  }
  const ringing = await run(dial(), {}, hangUp('ringing'))
  t.match(ringing.done, [{ CallStatus: 'completed', DialCallStatus: 'canceled' }])
  t.equal(ringing.end.reason, 'hung-up-by-caller')
  const talking = await run(dial(), {}, hangUp('connected'))
  t.match(talking.done, [{ CallStatus: 'completed', DialCallStatus: 'completed' }])
  t.same(talking.said, [])
})

t.test(
  'several telephones ring at once and the first is talked to, or one after another',
  async (t) => {
    const other = '+79164445566'
    const nouns = `<Number>${called}</Number><Number>${other}</Number>`
    const phones: Readonly<Record<string, PhoneBehaviour>> = {
      [called]: { kind: 'answers', afterSeconds: 9, talksSeconds: 1 },
      [other]: { kind: 'answers', afterSeconds: 2, talksSeconds: 1 },
    }
    const together = await run(dial('', nouns), phones)
    t.same([together.seconds, together.rung], [3, [called, other]])
    const busy = { ...phones, [called]: { kind: 'busy' } as const }
    const inTurn = await run(dial('sequential="true"', nouns), busy)
    t.same([inTurn.seconds, inTurn.rung], [4, [called, other]])
    t.match(inTurn.done, [{ DialCallStatus: 'completed' }])
  },
)

t.test('what is no number fails, and what this carrier cannot ring is noted', async (t) => {
  const wrong = await run(dial('', '<Number>8916</Number>'))
  t.match([wrong.done, wrong.codes], [[{ DialCallStatus: 'failed' }], [13223]])
  const other = await run(dial('', '<Application>general</Application>'))
  t.same([other.said, other.codes], [['on'], [12200]])
})

t.test('what a telephone does can be changed while calls go on', async (t) => {
  const { server, carrier } = await carrierOf({ '/voice': dial(), '/done': '<Hangup/>' })
  carrier.setPhone(called, { kind: 'busy' })
  const call = carrier.dial({ to: line })
  await call.settled
  t.match(server.got.find(({ path }) => path === '/done')?.form.get('DialCallStatus'), 'busy')
  await server.close()
})
