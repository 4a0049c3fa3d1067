import t from 'tap'
import { carrierOf, line, type Page } from './wire-server.ts'

const run = async (
  pages: Readonly<Record<string, Page>>,
  act: (
    call: ReturnType<Awaited<ReturnType<typeof carrierOf>>['carrier']['dial']>,
  ) => unknown = () => {},
) => {
  const { server, carrier } = await carrierOf(pages)
  const call = carrier.dial({ to: line })
  const startedAt = carrier.clock.now()
  await act(call)
  const end = await call.ended
  const seconds = (carrier.clock.now() - startedAt) / 1000
  await call.settled
  await server.close()
  return {
    end,
    seconds,
    said: call.history.flatMap((report) => (report.type === 'utterance' ? [report.text] : [])),
    codes: call.history.flatMap((report) => (report.type === 'debugger' ? [report.code] : [])),
    answered: call.history.some(
      (report) => report.type === 'call' && report.state === 'in-progress',
    ),
    got: server.got,
    paths: server.got.map((got) => got.path),
    status: server.got.findLast((got) => got.path === '/status')?.form,
    history: call.history,
  }
}

t.test('say repeats as often as its loop tells', async (t) => {
  t.same((await run({ '/voice': '<Say loop="3">ha</Say>' })).said, ['ha', 'ha', 'ha'])
})

t.test('a loop of 0 goes on until hang-up or a thousand times', async (t) => {
  t.equal((await run({ '/voice': '<Say loop="0">ha</Say>' })).said.length, 1000)
})

t.test(
  'say speaks in its language, else in that of its voice, else in American English',
  async (t) => {
    const { history } = await run({
      '/voice':
        '<Say language="ru-RU">а</Say><Say voice="Polly.Tatyana">б</Say><Say voice="Google.ru-RU-Wavenet-A">в</Say><Say>d</Say>',
    })
    t.same(
      history.flatMap((report) => (report.type === 'utterance' ? [report.language] : [])),
      ['ru-RU', 'ru-RU', 'ru-RU', 'en-US'],
    )
  },
)

t.test('speech takes about fourteen characters a second, and breaks their time', async (t) => {
  const { history, said } = await run({
    '/voice': `<Say>${'a'.repeat(28)}</Say><Say>x <break time="1500ms"/>y</Say>`,
  })
  t.match(
    history.filter((report) => report.type === 'utterance'),
    [{ milliseconds: 2000 }, { milliseconds: 1714 }],
  )
  t.equal(said[1], 'x y')
})

t.test('a phone that reports an utterance as spoken is not kept waiting', async (t) => {
  const { seconds } = await run({ '/voice': `<Say>${'a'.repeat(1400)}</Say>` }, async (call) => {
    call.sound(true)
    const utterance = await call.next('utterance')
    call.spoken(utterance?.utterance ?? 0)
  })
  t.equal(seconds, 0)
})

t.test('a phone that speaks itself and never reports is given up in the end', async (t) => {
  const { end, seconds } = await run({ '/voice': '<Say>fourteen chars</Say>' }, (call) =>
    call.sound(true),
  )
  t.equal(end.reason, 'completed')
  t.equal(seconds, 8)
})

t.test('pause waits, a second unless told, and does not answer', async (t) => {
  const { seconds, answered } = await run({ '/voice': '<Pause/><Pause length="4"/>' })
  t.equal(seconds, 5)
  t.notOk(answered)
})

t.test(
  'redirect takes over, from the document it stands in, and verbs after it do not run',
  async (t) => {
    const { said, paths } = await run({
      '/voice': '<Redirect method="GET">other/place?x=1</Redirect><Say>never</Say>',
      '/other/place': '<Say>there</Say>',
    })
    t.same(said, ['there'])
    t.same(paths, ['/voice', '/other/place', '/status'])
  },
)

t.test('a request by GET has its parameters in the query', async (t) => {
  const { got } = await run({
    '/voice': '<Redirect method="GET">/next?x=1</Redirect>',
    '/next': '',
  })
  t.equal(got[1]?.method, 'GET')
  t.equal(got[1]?.form.get('x'), '1')
  t.equal(got[1]?.form.get('To'), line)
})

t.test('hangup answers and ends', async (t) => {
  const { end, answered } = await run({ '/voice': '<Hangup/><Say>never</Say>' })
  t.ok(answered)
  t.same(end, { reason: 'completed', status: 'completed' })
})

t.test('reject as first verb turns the call away unanswered, with its reason', async (t) => {
  const busy = await run({ '/voice': '<Reject reason="busy"/>' })
  t.same(busy.end, { reason: 'busy', status: 'busy' })
  t.notOk(busy.answered)
  t.equal(busy.status?.get('CallStatus'), 'busy')
  t.equal(busy.status?.get('CallDuration'), '0')
  t.equal((await run({ '/voice': '<Reject/>' })).end.reason, 'rejected')
})

t.test('reject after the answer hangs up', async (t) => {
  t.equal((await run({ '/voice': '<Say>a</Say><Reject/>' })).end.status, 'completed')
})

t.test('record goes on until silence and hands its file to the action', async (t) => {
  const { got, seconds } = await run(
    {
      '/voice':
        '<Record action="/done" timeout="3" recordingStatusCallback="/recorded"/><Say>never</Say>',
      '/done': '<Hangup/>',
      '/recorded': '',
    },
    async (call) => {
      await call.next('recording')
      call.speak(10_000)
    },
  )
  const done = got.find((one) => one.path === '/done')?.form
  t.equal(done?.get('RecordingDuration'), '13')
  t.match(done?.get('RecordingUrl'), /\/Recordings\/RE[0-9a-f]{32}$/)
  t.equal(seconds, 13)
  const recorded = got.find((one) => one.path === '/recorded')?.form
  t.match(recorded?.get('RecordingStatus'), 'completed')
  t.match(recorded?.get('RecordingSource'), 'RecordVerb')
  t.notOk(recorded?.has('From'), 'the recording callback names no caller')
})

t.test('record ends with a finishing key, and no other', async (t) => {
  const { got } = await run(
    { '/voice': '<Record action="/done" finishOnKey="#"/>', '/done': '' },
    async (call) => {
      await call.next('recording')
      call.press('1#')
    },
  )
  t.equal(got.find((one) => one.path === '/done')?.form.get('Digits'), '#')
})

t.test('record ends at its longest time, and with timeout 0 no silence ends it', async (t) => {
  const { seconds } = await run({
    '/voice': '<Record action="/done" timeout="0" maxLength="60"/>',
    '/done': '',
  })
  t.equal(seconds, 60)
})

t.test('a hang-up in a recording still asks for the action', async (t) => {
  const { got, said } = await run(
    { '/voice': '<Record action="/done"/>', '/done': '<Say>never</Say>' },
    async (call) => {
      await call.next('recording')
      call.hangUp()
    },
  )
  const done = got.find((one) => one.path === '/done')?.form
  t.equal(done?.get('Digits'), 'hangup')
  t.equal(done?.get('CallStatus'), 'completed')
  t.same(said, [])
})

t.test('a verb that the carrier does not run is noted and passed', async (t) => {
  const { said, codes } = await run({ '/voice': '<Refer/><Say>on</Say>' })
  t.same(said, ['on'])
  t.same(codes, [12200])
})

t.test('unknown verbs, attributes and nesting are noted, and the rest runs', async (t) => {
  const { said, codes } = await run({
    '/voice':
      '<say>a</say><Say lang="ru">b</Say><Gather timeout="x" numDigits="0"><Record/></Gather><Say language="tt-RU">c</Say>',
  })
  t.same(said, ['b', 'c'])
  t.same(codes, [12200, 12200, 13313, 13314, 13320, 13512])
})

t.test('a text beyond the voice’s limit is noted', async (t) => {
  const polly = await run({ '/voice': `<Say voice="Polly.Maxim">${'а'.repeat(3001)}</Say>` })
  t.same(polly.codes, [13521])
  const basic = await run({ '/voice': `<Say>${'a'.repeat(4096)}</Say>` })
  t.same(basic.codes, [])
})

t.test('play fetches its file without call parameters and takes its length from it', async (t) => {
  const wav = Buffer.alloc(44 + 16_000)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(8000, 28)
  wav.write('data', 36)
  wav.writeUInt32LE(16_000, 40)
  const { history, got, seconds } = await run({
    '/voice': '<Play>/greeting.wav</Play>',
    '/greeting.wav': () => (response) => {
      response.writeHead(200, { 'content-type': 'audio/wav' }).end(wav)
    },
  })
  t.match(
    history.find((report) => report.type === 'utterance'),
    { audioUrl: /greeting\.wav$/, milliseconds: 2000 },
  )
  t.equal(got[1]?.method, 'GET')
  t.equal([...(got[1]?.form ?? [])].length, 0)
  t.equal(seconds, 2)
})

t.test('the words of a recording are shown when its server tells them', async (t) => {
  const wav = Buffer.alloc(100)
  const told = async (words: string) => {
    const { history } = await run({
      '/voice': '<Play>/hello.wav</Play>',
      '/hello.wav': () => (response) => {
        const headers = { 'content-type': 'audio/wav', 'content-language': 'tt-RU' }
        response.writeHead(200, { ...headers, 'x-words': words }).end(wav)
      },
    })
    return history.find((report) => report.type === 'utterance')
  }
  t.match(await told(encodeURIComponent('Исәнмесез.')), { text: 'Исәнмесез.', language: 'tt-RU' })
  t.match(await told('%'), { text: '' })
})

t.test('a file that cannot be had is a failed document', async (t) => {
  const { codes, end } = await run({ '/voice': '<Play>/missing.wav</Play><Say>never</Say>' })
  t.same(codes, [11200])
  t.equal(end.reason, 'failed')
})

t.test('play can send tones', async (t) => {
  const { seconds } = await run({ '/voice': '<Play digits="W12w"/>' })
  t.equal(seconds, 1.9)
})

t.test('a document that turns in a circle without waiting is given up', async (t) => {
  const { server, carrier } = await carrierOf({ '/voice': '<Redirect/>' }, { documentLimit: 20 })
  t.teardown(server.close)
  const call = carrier.dial({ to: line })
  t.equal((await call.ended).reason, 'failed')
  t.equal(server.got.length, 20)
  await call.settled
})

t.test('no call lasts longer than four hours', async (t) => {
  const { seconds, end } = await run({ '/voice': '<Pause length="3600"/><Redirect/>' })
  t.equal(seconds, 4 * 3600)
  t.equal(end.status, 'completed')
})
