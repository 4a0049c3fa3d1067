import t from 'tap'
import type { TransferInput, TransferResult } from '../../src/voicexml/turn.ts'
import { talk } from './support/talk.ts'

const ended = (
  result: TransferResult,
  seconds = 0,
  more: Partial<TransferInput> = {},
): TransferInput => ({ kind: 'transfer', result, seconds, hungUp: false, ...more })

const filled = `<filled><log><value expr="t"/> <value expr="t$.duration"/>
  <value expr="typeof t$.inputmode"/> <value expr="typeof t$.utterance"/></log></filled>`

const transfer = (attributes: string, content = '') =>
  `<form id="f"><transfer name="t" ${attributes}><prompt>One moment.</prompt>${content}${filled}</transfer>
    <block>Back.</block></form>`

const bridge = (more = '') => transfer(`dest="tel:+7-916-111-22-33" bridge="true" ${more}`)

t.test('a bridge follows its prompts, with the limits that the document sets', async (t) => {
  const call = talk(bridge('connecttimeout="20s" maxtime="90500ms" transferaudio="x.wav"'))
  t.same(call.said, ['One moment.'])
  t.same(call.wait, {
    kind: 'transfer',
    manner: 'bridge',
    destination: { kind: 'tel', number: '+79161112233', keys: '' },
    isWritten: true,
    connectSeconds: 20,
    maxSeconds: 91,
    endsOnStar: false,
    aai: '',
    position: 'main.vxml#f/t',
  })
  t.match(call.events.at(-1), { type: 'transfer', item: 't', manner: 'bridge', destination: 'tel' })
})

t.test('a bridge that comes back fills the item with how it ended', async (t) => {
  for (const result of ['busy', 'noanswer', 'network_busy', 'unknown'] as const) {
    const call = talk(bridge()).take(ended(result))
    t.same(call.logged, [`${result} 0 undefined undefined`])
    t.same(call.said, ['Back.'])
  }
  const talked = talk(bridge()).take(ended('far_end_disconnect', 42))
  t.same(talked.logged, ['far_end_disconnect 42 undefined undefined'])
  t.match(talked.events, [{ type: 'transfer-end', item: 't', seconds: 42 }])
})

t.test('a talk as long as it may be was cut', async (t) => {
  const cut = talk(bridge('maxtime="60s"')).take(ended('far_end_disconnect', 60))
  t.same(cut.logged, ['maxtime_disconnect 60 undefined undefined'])
  const endless = talk(bridge('maxtime="0s"'))
  t.match(endless.wait, { maxSeconds: null })
  t.match(endless.take(ended('far_end_disconnect', 60)).logged, ['far_end_disconnect 60'])
})

t.test('the caller who hangs up meanwhile is gone', async (t) => {
  const gone = talk(bridge()).take(ended('far_end_disconnect', 5, { hungUp: true }))
  t.same(gone.thrown, ['connection.disconnect.hangup'])
  t.match(gone.events[0], { type: 'transfer-end', result: 'caller_hangup', seconds: 5 })
  t.same(gone.wait, { kind: 'end', how: 'hangup' })
  t.same(talk(bridge()).hangup().thrown, ['connection.disconnect.hangup'])
})

t.test('a blind transfer ends the call here, and its handlers run in silence', async (t) => {
  const files = `<catch event="connection.disconnect.transfer">Nobody hears this.<log>sent on</log></catch>
    ${transfer('dest="tel:+79161112233"')}`
  const call = talk(files)
  const { wait } = call
  if (wait.kind !== 'transfer') throw new Error('no transfer')
  t.match(wait, { manner: 'blind', maxSeconds: null })
  const sent = call.take({ kind: 'transferred', to: wait })
  t.same(sent.thrown, ['connection.disconnect.transfer'])
  t.same([sent.said, sent.logged], [[], ['sent on']])
  t.same(sent.wait, { kind: 'end', how: 'transfer' })
  t.same(sent.turn.session, null)
})

t.test('a consultation comes back only when it fails', async (t) => {
  const call = talk(transfer('dest="tel:+79161112233" type="consultation"'))
  t.match(call.wait, { manner: 'consultation' })
  t.match(call.take(ended('busy')).logged, ['busy 0'])
  const sent = call.take(ended('far_end_disconnect', 30))
  t.same(sent.thrown, ['connection.disconnect.transfer'])
  t.same(sent.wait, { kind: 'end', how: 'transfer' })
})

t.test('the type can be told by either attribute, and by no third word', async (t) => {
  t.match(talk(transfer('dest="tel:+79161112233" type="bridge"')).wait, { manner: 'bridge' })
  t.match(talk(transfer('dest="tel:+79161112233" type="blind"')).wait, { manner: 'blind' })
  t.match(talk(transfer('dest="tel:+79161112233" bridge="false"')).wait, { manner: 'blind' })
})

t.test('a number is written where it stands in the document, also in an expression', async (t) => {
  const written = (content: string, dest: string) => {
    const { wait } = talk(`${content}<form><transfer name="t" ${dest} bridge="true"/></form>`)
    return wait.kind === 'transfer' && wait.isWritten === true
  }
  t.ok(written('', 'dest="tel:+1-415-555-0123"'))
  t.ok(written('', `destexpr="'tel:' + '+14155550123'"`))
  t.ok(written(`<var name="d" expr="'tel:+14155550123'"/>`, 'destexpr="d"'))
  t.ok(written(`<script>var d = 'tel:+14155550123'</script>`, 'destexpr="d"'))
  t.notOk(written(`<var name="d" expr="'tel:+1415' + '5550123'"/>`, 'destexpr="d"'))
  t.notOk(written(`<var name="d" expr="'+141555501234'"/>`, `destexpr="'tel:' + d.slice(0, -1)"`))
  t.notOk(written(`<var name="d" expr="'14155550123'"/>`, `destexpr="'tel:' + d"`))
})

t.test('destinations are telephone numbers and SIP addresses', async (t) => {
  const to = (dest: string) =>
    talk(transfer(`destexpr="'${dest}'" bridge="true" aaiexpr="'case ' + 7"`))
  t.match(to('TEL:8(800)555.35-35;ext=12').wait, {
    destination: { kind: 'tel', number: '88005553535', keys: 'ww12' },
    aai: 'case 7',
  })
  t.match(to('tel:+79161112233;postd=pp22').wait, { destination: { keys: 'wwwwwwww22' } })
  t.match(to('sip:duty@pbx.example.org:5061;transport=tls').wait, {
    destination: {
      kind: 'sip',
      address: 'sip:duty@pbx.example.org:5061;transport=tls',
      user: 'duty',
    },
  })
  for (const bad of [
    '',
    'duty',
    'tel:',
    'tel:+7916a',
    'tel:1;ext=x',
    'sip:pbx',
    'sip:a:b@c',
    'sip:a@b?X-A=1',
  ])
    t.same(to(bad).thrown, ['error.connection.baddestination'], bad)
  t.same(to('mailto:a@b.c').thrown, ['error.unsupported.uri'])
})

t.test('a refused call is an event at the item', async (t) => {
  const call = talk(`<form><transfer name="t" dest="tel:112" bridge="true">
    <catch event="error.connection"><log><value expr="_event"/></log><exit/></catch></transfer></form>`)
  t.same(call.fail('error.connection.noauthorization').logged, ['error.connection.noauthorization'])
})

t.test('a carrier that did not place the call has no resource for it', async (t) => {
  t.same(talk(bridge()).silence().thrown, ['error.connection.noresource'])
})

const grammar = (items: string) =>
  `<grammar mode="dtmf" version="1.0" root="r"><rule id="r">${items}</rule></grammar>`

t.test('star can end a bridge, and no other key', async (t) => {
  const by = (items: string, attributes = 'bridge="true"') =>
    talk(transfer(`dest="tel:+79161112233" ${attributes}`, grammar(items)))
  t.match(by('*').wait, { endsOnStar: true })
  t.same(by('#').thrown, ['error.unsupported.transfer.grammar'])
  t.same(by('* *').thrown, ['error.unsupported.transfer.grammar'])
  t.same(by('<one-of><item>*</item><item>1</item></one-of>').thrown, [
    'error.unsupported.transfer.grammar',
  ])
  t.match(by('1', 'type="blind"').wait, { manner: 'blind', endsOnStar: false })
})

t.test('links are deaf in a transfer', async (t) => {
  t.match(talk(`<link dtmf="9" event="home"/>${bridge()}`).wait, { endsOnStar: false })
})
