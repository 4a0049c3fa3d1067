import t from 'tap'
import { contentServer } from '../../support/content-server.ts'
import { accountSid, startTestServer, type TestServer } from '../../support/server.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

const vxml = (body: string) =>
  `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">${body}</vxml>`

const key = (prompt: string, filled = '') =>
  `<field name="k" type="digits?length=1"><prompt>${prompt}</prompt><filled>${filled}</filled></field>`

const recordingSid = `RE${'0'.repeat(32)}`
const audio = `RIFF${'\x01'.repeat(40)}`
let triesForAudio = 0

const content = await contentServer(t, {
  '/next.vxml': ({ path }) =>
    vxml(`<script>function said() { return 'said ${path.slice(-1)}' }</script>
      <data name="d" src="data.xml"/>
      <form>${key(
        '<value expr="said()"/>?',
        `<value expr="said()"/>, <value expr="d.documentElement.textContent"/>.
         <goto next="flow:/through.vxml"/>`,
      )}</form>`),
  '/data.xml': '<a>from the data</a>',
  '/order': '<n>12</n>',
  '/done': () => vxml('<form><block>Ordered.<exit/></block></form>'),
  '/hang': 'hang',
  '/nonsense': '{"no": "xml"}',
  '/tell': ({ body }) => `<t>${body.replace('c.ticket=', '')}</t>`,
  '/log': '',
  '/take': () => vxml('<form><block>Thank you.<exit/></block></form>'),
  [`/2010-04-01/Accounts/${accountSid}/Recordings/${recordingSid}.wav`]: () => {
    triesForAudio += 1
    return triesForAudio === 1 ? 404 : audio
  },
})

/** Documents of the flow folder, each with a line of its own; `ORIGIN` is the web server's. */
const documents = {
  through: `<form>${key('Home?', '<submit next="ORIGIN/next.vxml" namelist="k"/>')}</form>`,
  order: `<form>${key(
    'Home?',
    `<data name="d" src="ORIGIN/order" method="post" namelist="k"/>
     <submit next="ORIGIN/done" method="post" namelist="k"/>`,
  )}</form>`,
  number: `<form>${key(
    'Home?',
    `<data name="d" src="ORIGIN/order" method="post" namelist="k"/>
     Number <value expr="d.documentElement.textContent"/>.<exit/>`,
  )}</form>`,
  faults: `<form>${key(
    'Home?',
    `<if cond="k == '1'"><goto next="ORIGIN/hang" fetchtimeout="80ms"/><elseif cond="k == '2'"/><goto next="ORIGIN/gone"/>
       <elseif cond="k == '3'"/><goto next="http://127.0.0.2:9/x?k=1"/>
       <elseif cond="k == '4'"/><data name="d" src="ORIGIN/hang" fetchtimeout="80ms"/>
       <elseif cond="k == '5'"/><goto next="ORIGIN/nonsense"/></if>`,
  )}
    <catch event="error.badfetch.http.404">Gone.<clear namelist="k"/></catch>
    <catch event="error.badfetch">Sorry.<clear namelist="k"/></catch></form>`,
  written: `<form>${key('Home?')}
    <object name="c" classid="builtin:hotline/callback-request">
      <filled><prompt>Ticket <value expr="c.ticket"/>.</prompt></filled></object>
    <block><data name="d" src="ORIGIN/tell" method="post" namelist="c.ticket"/>
      Told <value expr="d.documentElement.textContent"/>.<exit/></block></form>`,
  circles: `<form id="f"><object name="c" classid="builtin:hotline/callback-request"/>
    <block><data src="ORIGIN/log"/><goto next="#f"/></block></form>`,
  hangup: `<catch event="connection.disconnect.hangup">
      <data src="ORIGIN/log" method="post" namelist="_event"/></catch>
    <form>${key('Home?')}</form>`,
  record: `<form><record name="r" beep="true" maxtime="10s"><prompt>Speak.</prompt>
    <filled><submit next="ORIGIN/take" method="post" enctype="multipart/form-data" namelist="r"/></filled>
    </record></form>`,
}

const names = Object.keys(documents)
const lineOf = (name: keyof typeof documents) => `+7800555737${names.indexOf(name)}`
const flowsDir = t.testdir({
  'lines.yaml': `lines:\n${names
    .map((name, index) => `  - { number: "+7800555737${index}", flow: ${name}.vxml }\n`)
    .join('')}`,
  ...Object.fromEntries(
    Object.entries(documents).map(([name, body]) => [
      `${name}.vxml`,
      vxml(body.replaceAll('ORIGIN', content.origin)),
    ]),
  ),
})

const start = (database?: TestServer['database']) =>
  startTestServer(t, {
    flowsDir,
    publicUrl: 'http://hotline.test',
    env: {
      FLOWS_CHECK: 'off',
      FLOWS_FETCH_ALLOW: content.origin,
      TWILIO_API_URL: content.origin,
    },
    ...(database === undefined ? {} : { database }),
  })
const home = await start()
const second = await start(home.database)

t.beforeEach(() => {
  content.received.length = 0
})
const posted = () =>
  content.received.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body])

t.test('what is posted is posted once, however often and wherever it is delivered', async (t) => {
  for (const nodes of [
    [home, home, home],
    [home, second],
    [second, home, second, home],
  ]) {
    const { dial, press } = webhookCaller(home, lineOf('order'))
    await dial()
    content.received.length = 0
    const answers = await Promise.all(nodes.map((each) => press(1, '7', each)))
    answers.push(await press(1, '7'), await press(1, '7', second), await press(1, '8'))
    const bodies = new Set(answers.map(({ body }) => body))
    t.equal(bodies.size, 1, 'the same bytes each time')
    t.match([...bodies][0], 'Ordered.')
    t.same(posted(), [
      ['/order', 'k=7'],
      ['/done', 'k=7'],
    ])
  }
})

t.test('a turn that failed after it posted is taken again without posting again', async (t) => {
  const { dial, press, fallback } = webhookCaller(home, lineOf('number'))
  await dial()
  await home.database.pool.query('alter table turns rename to turns_away')
  t.match((await press(1, '7')).body, '/voice/fallback')
  await home.database.pool.query('alter table turns_away rename to turns')
  t.match((await fallback()).body, 'Home?')
  t.match((await press(1, '7')).body, 'Number 12.')
  t.same(posted(), [['/order', 'k=7']])
})

t.test('what cannot be fetched is an event of the flow and never silence', async (t) => {
  const { dial, press, events } = webhookCaller(home, lineOf('faults'))
  await dial()
  t.match((await press(1, '1')).body, 'Sorry.')
  t.match((await press(2, '2')).body, 'Gone.')
  t.match((await press(3, '3')).body, 'Sorry.')
  t.match((await press(4, '4')).body, 'Sorry.')
  t.match((await press(5, '5')).body, 'Sorry.')
  const messages = (await events()).flatMap(({ type, data }) =>
    type === 'flow-event' ? [data['message']] : [],
  )
  t.match(messages, [
    `${content.origin}/hang: no answer within 80 ms`,
    `${content.origin}/gone: the server answered 404`,
    'http://127.0.0.2:9/x?…: http://127.0.0.2:9 is not an origin that documents may fetch from',
    `${content.origin}/hang: no answer within 80 ms`,
    /nonsense: 1:1 xml-not-well-formed/,
  ])
})

t.test('after something was written a fetch waits for the next turn', async (t) => {
  const { dial, press } = webhookCaller(home, lineOf('written'))
  await dial()
  const written = await press(1, '1')
  t.match(written.body, /<Redirect method="POST">\/voice\/turn\/2<\/Redirect>/)
  t.same(posted(), [], 'no transaction is held open for a web server')
  const { rows } = await home.database.pool.query('select ticket from callbacks')
  t.equal(rows.length, 1)
  const told = await press(2, '', second)
  t.match(told.body, `Told ${rows[0].ticket}.`)
  t.match(written.body + told.body, `Ticket ${rows[0].ticket}.`)
  t.equal((await press(2, '')).body, told.body)
  t.equal((await press(1, '1')).body, written.body)
  t.same(posted(), [['/tell', `c.ticket=${rows[0].ticket}`]])
})

t.test('a flow that writes and fetches for ever without a word from the caller ends', async (t) => {
  const { dial, press, row } = webhookCaller(home, lineOf('circles'))
  let { body } = await dial()
  let turn = 0
  while (body.includes('/voice/turn/') && turn < 40) {
    turn += 1
    body = (await press(turn, '')).body
  }
  t.equal(turn, 20)
  t.match(body, '<Hangup/>')
  t.match(await row(), { outcome: 'failed' })
})

t.test('a caller who hangs up before that turn ends the call', async (t) => {
  const { dial, press, status, row } = webhookCaller(home, lineOf('written'))
  await dial()
  t.match((await press(1, '1')).body, '<Redirect')
  t.equal((await status('completed', { SequenceNumber: '1' })).status, 204)
  t.match(await row(), { outcome: 'callback-requested' })
  t.match((await press(2, '')).body, '<Hangup/>')
  t.same(posted(), [])
})

t.test('when the caller has hung up the flow still tells it to others, once', async (t) => {
  const { dial, status } = webhookCaller(home, lineOf('hangup'))
  await dial()
  t.equal((await status('completed', { SequenceNumber: '1' })).status, 204)
  t.equal((await status('completed', { SequenceNumber: '1' })).status, 204)
  t.same(posted(), [['/log', '_event=connection.disconnect.hangup']])
})

t.test(
  'a recording is submitted as a file, fetched from the account and nowhere else',
  async (t) => {
    const { callSid, dial } = webhookCaller(home, lineOf('record'))
    t.match((await dial()).body, '<Record')
    const delivered = await home.signedPost('/voice/turn/1', {
      AccountSid: accountSid,
      CallSid: callSid,
      From: '+79161234567',
      To: lineOf('record'),
      CallStatus: 'in-progress',
      RecordingUrl: 'http://127.0.0.1:9/elsewhere',
      RecordingSid: recordingSid,
      RecordingDuration: '5',
      Digits: '#',
    })
    t.match(delivered.body, 'Thank you.')
    const [taken] = content.received.filter(({ path }) => path === '/take')
    t.match(taken?.type, /^multipart\/form-data; boundary=/)
    t.match(taken?.body, 'name="r"; filename="r.wav"')
    t.ok(taken?.body.includes(audio))
    t.equal(triesForAudio, 2, 'one that is not there yet is asked for again')
  },
)

t.test('a call goes on in a document of a web server after a restart without it', async (t) => {
  const { dial, press, turns, events } = webhookCaller(home, lineOf('through'))
  t.match((await dial()).body, 'Home?')
  const next = await press(1, '4')
  t.match(next.body, 'said 4?')
  t.equal(
    decodeURI(next.headers.get('x-flow-position') ?? ''),
    `${content.origin}/next.vxml?…##1/k`,
    'values are not shown',
  )
  t.same(
    content.received.map(({ path }) => path),
    ['/next.vxml?k=4', '/data.xml'],
  )
  content.close()
  await home.close()
  const third = await start(home.database)
  const after = await press(2, '1', third)
  t.match(after.body, /said 4, from the data\..*Home\?/s)
  t.equal((await press(2, '1', second)).body, after.body)
  t.equal((await turns()).length, 3)
  t.notMatch(JSON.stringify(await events()), 'k=4')
})
