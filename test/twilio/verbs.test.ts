import t from 'tap'
import type { Step } from '../../src/calls/ports.ts'
import { parseTwiml } from '../../src/simulator/twiml.ts'
import { validate } from '../../src/simulator/validate.ts'
import { rememberSteps } from '../../src/twilio/remembered.ts'
import { streamAddresses } from '../../src/twilio/stream.ts'
import { renderStep } from '../../src/twilio/twiml.ts'
import type { RecordWait, TransferWait } from '../../src/voicexml/turn.ts'

const addresses = {
  turnUrl: (turn: number) => `/voice/turn/${turn}`,
  waitUrl: (place: string) => `/voice/wait/${place}`,
  roomUrl: (reservation: string) => `/voice/bridge/${reservation}`,
  stream: streamAddresses(() => 'https://hotline.example'),
  audioUrl: (hash: string) => `https://hotline.example/audio/${hash}.wav`,
}

const step = (next: Step['next']): Step => ({
  prompts: [
    { bargein: true, segments: [{ kind: 'speech', language: 'ru-RU', parts: ['Говорите'] }] },
  ],
  language: 'ru-RU',
  next,
  nextTurn: 4,
})

/** The document, which the carrier must have nothing against. */
const render = (next: Step['next']): string => {
  const twiml = renderStep(addresses, new Map(), step(next))
  const read = parseTwiml(twiml)
  if (read.kind === 'fault') throw new Error(read.message)
  t.strictSame(validate(read.root).warnings, [])
  return twiml
    .replace(/^<\?xml[^>]*\?><Response><Say[^>]*>Говорите<\/Say>/, '')
    .replace('</Response>', '')
}

const recording: RecordWait = {
  kind: 'record',
  beep: true,
  maxSeconds: 120,
  silenceSeconds: 5,
  keys: '1234567890*#',
  position: 'main.vxml#f/m',
}

const transfer: TransferWait = {
  kind: 'transfer',
  manner: 'bridge',
  destination: { kind: 'tel', number: '+79161112233', keys: '' },
  connectSeconds: 20,
  maxSeconds: null,
  endsOnStar: false,
  aai: '',
  position: 'main.vxml#f/t',
}

const record = (change: Partial<RecordWait> = {}) =>
  render({ kind: 'record', wait: { ...recording, ...change } })
const dial = (change: Partial<TransferWait> = {}, callerId: string | null = null) =>
  render({ kind: 'transfer', wait: { ...transfer, ...change }, callerId })

const redirect = '<Redirect method="POST">/voice/turn/4</Redirect>'

t.test('a recording comes after the prompts, with a Redirect as a net', async (t) => {
  t.equal(
    record(),
    '<Record action="/voice/turn/4" method="POST" timeout="5" maxLength="120" playBeep="true" ' +
      `finishOnKey="1234567890*#" trim="do-not-trim"/>${redirect}`,
  )
})

t.test('a recording that no key ends says so, and the shortest takes two seconds', async (t) => {
  const twiml = record({ keys: '', beep: false, maxSeconds: 1 })
  t.match(twiml, 'finishOnKey=""')
  t.match(twiml, 'maxLength="2" playBeep="false"')
})

t.test('a bridge is a Dial that comes back', async (t) => {
  t.equal(
    dial(),
    `<Dial action="/voice/turn/4" method="POST" timeout="20"><Number>+79161112233</Number></Dial>${redirect}`,
  )
  t.match(
    dial({ maxSeconds: 90, endsOnStar: true, connectSeconds: 1 }, '+78005557373'),
    'timeout="5" timeLimit="90" hangupOnStar="true" callerId="+78005557373"',
  )
})

t.test('keys to be sent when it answers go with the number', async (t) => {
  const destination = { kind: 'tel', number: '+79161112233', keys: 'ww12' } as const
  t.match(dial({ destination }), '<Number sendDigits="ww12">+79161112233</Number>')
})

t.test('a SIP address takes along what the other side is to know', async (t) => {
  const destination = { kind: 'sip', address: 'sip:duty@pbx.example', user: 'duty' } as const
  t.match(dial({ destination }), '<Sip>sip:duty@pbx.example</Sip>')
  t.match(
    dial({ destination, aai: 'дело 7' }),
    '<Sip>sip:duty@pbx.example?User-to-User=d0b4d0b5d0bbd0be2037%3Bencoding%3Dhex</Sip>',
  )
})

t.test('a blind transfer does not come back', async (t) => {
  t.equal(
    dial({ manner: 'blind' }),
    '<Dial timeout="20"><Number>+79161112233</Number></Dial><Hangup/>',
  )
  t.match(dial({ manner: 'consultation' }), 'action="/voice/turn/4"')
})

t.test('steps that differ in what follows the prompts are not taken for each other', async (t) => {
  const remembered = rememberSteps((each) => JSON.stringify(each.next))
  const audio = new Map()
  for (const wait of [recording, { ...recording, beep: false }])
    t.match(remembered(step({ kind: 'record', wait }), audio).twiml, `"beep":${wait.beep}`)
  for (const callerId of ['+78005557373', null])
    t.match(
      remembered(step({ kind: 'transfer', wait: transfer, callerId }), audio).twiml,
      `"callerId":${JSON.stringify(callerId)}`,
    )
})
