import t from 'tap'
import { startTestServer } from '../../support/server.ts'
import { lineNumber } from '../../support/small-flow.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

const flowsDir = t.testdir({
  'lines.yaml': `lines:\n  - { number: "${lineNumber}", flow: main.vxml }\n`,
  'main.vxml': `<?xml version="1.0" encoding="UTF-8"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <catch event="connection.disconnect.hangup">
    <log label="hangup"><value expr="typeof application.said"/></log>
  </catch>
  <catch event="connection.disconnect.transfer"><log label="sent">on</log></catch>
  <catch event="noinput"><prompt>Nothing was heard.</prompt><reprompt/></catch>
  <catch event="error.connection"><prompt>Refused: <value expr="_event"/></prompt><exit/></catch>
  <form id="menu">
    <field name="choice" type="digits?length=1"><prompt>Choose</prompt></field>
    <filled>
      <if cond="choice == '1'"><goto next="#message"/></if>
      <if cond="choice == '2'"><goto next="#bridge"/></if>
      <if cond="choice == '3'"><goto next="#blind"/></if>
      <goto next="#forbidden"/>
    </filled>
  </form>
  <form id="message">
    <record name="said" beep="true" maxtime="60s" finalsilence="4s">
      <prompt>Speak</prompt>
      <catch event="connection.disconnect.hangup">
        <log label="hangup"><value expr="typeof said"/> <value expr="said ? said$.duration : 0"/></log>
      </catch>
      <filled>
        <prompt>Kept <value expr="said$.duration"/> <value expr="said$.termchar"/></prompt>
        <prompt><audio expr="said"/></prompt>
      </filled>
    </record>
    <field name="more" type="digits?length=1"/>
  </form>
  <form id="bridge">
    <transfer name="call" dest="tel:+79161112233" bridge="true" connecttimeout="20s" maxtime="90s">
      <prompt>One moment</prompt>
      <filled><prompt>Result <value expr="call"/> <value expr="call$.duration"/></prompt></filled>
    </transfer>
    <field name="more" type="digits?length=1"/>
  </form>
  <form id="blind"><transfer dest="sip:duty@pbx.example"/></form>
  <form id="forbidden"><transfer dest="tel:112" bridge="true"/></form>
</vxml>
`,
})
// The documents try out what a call can do; no caller is let down by them.
const server = await startTestServer(t, { flowsDir, env: { FLOWS_CHECK: 'off' } })

const sid = `RE${'0'.repeat(32)}`
const url = `https://api.twilio.com/2010-04-01/Accounts/AC0/Recordings/${sid}`
const recorded = (seconds: number, digits = '') => ({
  RecordingUrl: url,
  RecordingSid: sid,
  RecordingDuration: String(seconds),
  Digits: digits,
})
const dialled = (status: string, seconds = 0) => ({
  DialCallStatus: status,
  DialCallSid: `CA${'0'.repeat(32)}`,
  DialCallDuration: String(seconds),
})

/** A caller who has chosen; every further webhook is delivered twice and must get the same bytes. */
const chosen = async (choice: string) => {
  const caller = webhookCaller(server)
  const fields = {
    CallSid: caller.callSid,
    From: '+79161234567',
    To: lineNumber,
    CallStatus: 'in-progress',
  }
  const deliver = async (turn: number, more: Readonly<Record<string, string>>) => {
    const post = () => server.signedPost(`/voice/turn/${turn}`, { ...fields, ...more })
    const [first, second] = await Promise.all([post(), post()])
    const again = await post()
    t.equal(first.status, 200)
    t.same([second.body, again.body], [first.body, first.body], 'the same bytes')
    return first.body
  }
  await caller.dial()
  return { caller, deliver, twiml: (await caller.press(1, choice)).body }
}

const eventsOf = async (caller: ReturnType<typeof webhookCaller>, type: string) =>
  (await caller.events()).filter((event) => event.type === type).map(({ data }) => data)

t.test('a message is recorded, kept once and told in the call log', async (t) => {
  const { caller, deliver, twiml } = await chosen('1')
  t.match(
    twiml,
    '<Record action="/voice/turn/2" method="POST" timeout="4" maxLength="60" playBeep="true"',
  )
  const kept = await deliver(2, recorded(9, '#'))
  t.match(kept, 'Kept 9000 #')
  t.match(kept, `<Play>${url}</Play>`)
  t.same(await eventsOf(caller, 'recording'), [
    { dialog: 'message', item: 'said', reference: sid, seconds: 9 },
  ])
  const { body } = await server.api(`/calls/${caller.callSid}`)
  const told = JSON.stringify({ item: 'said', reference: sid, seconds: 9 }).slice(1, -1)
  t.match(body, told)
})

t.test('silence, and a verb that was passed over, are no message', async (t) => {
  const { deliver } = await chosen('1')
  t.match(await deliver(2, recorded(4)), 'Nothing was heard')
  t.match(await deliver(3, {}), /Nothing was heard.*<Record/s)
})

t.test('the last words of a caller who hangs up are kept, whatever comes first', async (t) => {
  const hangUp = { ...recorded(7, 'hangup'), CallStatus: 'completed' }
  const first = await chosen('1')
  t.match(await first.deliver(2, hangUp), '<Hangup/>')
  await first.caller.status('completed')
  const second = await chosen('1')
  await second.caller.status('completed')
  t.match(await second.deliver(2, hangUp), '<Hangup/>')
  for (const { caller } of [first, second]) {
    t.match(await eventsOf(caller, 'recording'), [{ reference: sid, seconds: 7 }])
    t.match((await eventsOf(caller, 'log')).at(-1), { label: 'hangup', text: 'object 7000' })
    t.match(await caller.row(), { outcome: 'abandoned-in-menu' })
    t.ok((await caller.row())?.ended_at)
  }
})

t.test('a bridge fills its item with how the other call ended', async (t) => {
  for (const [status, seconds, result] of [
    ['completed', 42, 'far_end_disconnect 42'],
    ['completed', 90, 'maxtime_disconnect 90'],
    ['busy', 0, 'busy 0'],
    ['no-answer', 0, 'noanswer 0'],
    ['failed', 0, 'unknown 0'],
  ] as const) {
    const { caller, deliver, twiml } = await chosen('2')
    t.match(
      twiml,
      '<Dial action="/voice/turn/2" method="POST" timeout="20" timeLimit="90"><Number>+79161112233',
    )
    t.match(await deliver(2, dialled(status, seconds)), `Result ${result}`)
    t.match(await eventsOf(caller, 'transfer'), [{ manner: 'bridge', destination: 'tel' }])
    t.match(await eventsOf(caller, 'transfer-end'), [{ result: result.split(' ')[0], seconds }])
    t.notMatch(JSON.stringify(await caller.events()), '9161112233')
  }
})

t.test('a Dial that was passed over is a carrier without resources', async (t) => {
  const { deliver } = await chosen('2')
  t.match(await deliver(2, {}), 'Refused: error.connection.noresource')
})

t.test('the end of a Dial that comes after the caller has gone changes nothing', async (t) => {
  const late = { ...dialled('completed', 30), CallStatus: 'completed' }
  const first = await chosen('2')
  await first.caller.status('completed')
  const before = (await first.caller.events()).length
  t.match(await first.deliver(2, late), '<Hangup/>')
  t.equal((await first.caller.events()).length, before)
  const second = await chosen('2')
  t.match(await second.deliver(2, late), '<Hangup/>')
  await second.caller.status('completed')
  t.match(await eventsOf(second.caller, 'transfer-end'), [{ result: 'caller_hangup', seconds: 30 }])
  for (const { caller } of [first, second]) {
    const hangups = (await eventsOf(caller, 'log')).filter(({ label }) => label === 'hangup')
    t.equal(hangups.length, 1)
  }
})

t.test('a blind transfer ends the flow and hands the caller on', async (t) => {
  const { caller, twiml } = await chosen('3')
  t.match(twiml, '<Dial timeout="30"><Sip>sip:duty@pbx.example</Sip></Dial><Hangup/>')
  t.match((await eventsOf(caller, 'log')).at(-1), { label: 'sent' })
  t.match(await caller.row(), { outcome: 'operator' })
})

t.test('a number that the hotline may not call is an event of the flow', async (t) => {
  const { twiml } = await chosen('4')
  t.match(twiml, 'Refused: error.connection.noauthorization')
  t.notMatch(twiml, '<Dial')
})
