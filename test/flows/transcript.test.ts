import t from 'tap'
import { buildFlowSet } from '../../src/flow-files/build-flow-set.ts'
import { contentHash } from '../../src/flow-files/content-hash.ts'
import { purePhone } from '../support/pure-phone.ts'
import { audible, type Heard, type Phone, parseTranscript, perform } from '../support/transcript.ts'

const text = `A caller asks for the status
at 2026-11-24 10:05 Europe/Moscow
given case 2026000001 code 4321 reason "second page missing"
call +79161234567 -> +78005557373
  say ru-RU uninterrupted "Hello."
  log topic status
  listen for 1 key, 5 s
keys 3
  say ru-RU "To repeat … press star."
  say ru-RU "Key in the number."
  listen for up to 10 keys, # ends, 5 s
hang-up
  ends hangup
`

const listen = (maxDigits: number, termChar: string | null): Heard['next'] => ({
  kind: 'listen',
  maxDigits,
  termChar,
  seconds: 5,
})

const say = (words: string, uninterrupted = false) => ({
  language: 'ru-RU',
  text: words,
  uninterrupted,
})

const phone: Phone = {
  dial: async () => ({
    said: [say('Hello.', true)],
    marks: ['log topic status'],
    next: listen(1, null),
  }),
  press: async () => ({
    said: [say('To repeat … press star.'), say('Key in the number.')],
    marks: [],
    next: listen(10, '#'),
  }),
  silence: async () => ({ said: [], marks: [], next: listen(1, null) }),
  hangUp: async () => ({ said: [], marks: [], next: { kind: 'end', how: 'hangup' } }),
  speak: async (seconds, then) => ({
    said: [],
    marks: [`${seconds} ${then}`],
    next: { kind: 'record', maxSeconds: 120, keys: '1234567890*#' },
  }),
  queueEnds: async (status, seconds) => ({
    said: [],
    marks: [`${status} ${seconds}`],
    next: { kind: 'queue', queue: 'general' },
  }),
  transferEnds: async (result, seconds) => ({
    said: [],
    marks: [`${result} ${seconds}`],
    next: { kind: 'transfer', manner: 'bridge', to: '+79161112233' },
  }),
}

t.test('a transcript is read into who calls whom, when, and what is given', async (t) => {
  const { title, at, from, to, givens } = parseTranscript(text)
  t.equal(title, 'A caller asks for the status')
  t.equal(String(at), '2026-11-24T07:05:00Z')
  t.strictSame([from, to], ['+79161234567', '+78005557373'])
  t.equal(givens[0]?.value, '2026000001')
  t.equal(givens[0]?.details.get('reason'), 'second page missing')
})

t.test('a conversation that goes as written comes out as written', async (t) => {
  t.equal(await perform(parseTranscript(text), () => phone), text)
})

t.test('the script alone is filled in with what is heard', async (t) => {
  const script = text
    .split('\n')
    .filter((line) => !line.startsWith('  '))
    .join('\n')
  t.equal(await perform(parseTranscript(script), () => phone), text)
})

t.test('what reaches the ear is free of marks, pauses and the borders of prompts', async (t) => {
  t.match(audible(text), '  ru-RU: To repeat press star. Key in the number.\n  listen for up to 10')
  t.notMatch(audible(text), 'log topic')
})

t.test('speech and the end of a transfer are parts of a script', async (t) => {
  const spoken = `Speech
at 2026-11-24 10:05 Europe/Moscow
call +79161234567 -> +78005557373
  say ru-RU uninterrupted "Hello."
  log topic status
  listen for 1 key, 5 s
speaks 7 s
  7 silence
  record for up to 120 s, any key ends
speaks 12 s then #
  12 #
  record for up to 120 s, any key ends
transfer ends busy
  busy 0
  transfer bridge to +79161112233
transfer ends far_end_disconnect after 40 s
  far_end_disconnect 40
  transfer bridge to +79161112233
`
  t.equal(await perform(parseTranscript(spoken), () => phone), spoken)
  t.match(audible(spoken), '  record for up to 120 s, any key ends')
  t.match(audible(spoken), '  transfer to +79161112233')
})

t.test('a transcript without a call is refused', async (t) => {
  t.throws(() => parseTranscript('A title\nat 2026-11-24 10:05 Europe/Moscow\n'))
})

const weather = buildFlowSet(
  {
    texts: new Map([
      ['lines.yaml', 'lines:\n  - { number: "+78005557373", flow: main.vxml }\n'],
      [
        'main.vxml',
        `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
          <catch event="error.badfetch"><prompt>No weather.</prompt></catch>
          <form>
            <block><data name="gone" src="https://example.org/gone"/></block>
            <block>
              <data name="doc" src="https://example.org/weather"/>
              <prompt>It is <value expr="doc.documentElement.firstChild.data"/>.</prompt>
            </block>
            <field name="more" type="digits?length=1"><prompt>Press one.</prompt></field>
            <block><submit next="https://example.org/next"/></block>
          </form>
        </vxml>`,
      ],
    ]),
    audio: new Map(),
    findings: [],
  },
  contentHash,
).flowSet

t.test('what an address outside answers can be given', async (t) => {
  const given = `The weather
at 2026-11-24 10:05 Europe/Moscow
given fetch https://example.org/gone {"event":"error.badfetch.http.404","message":"gone"}
given fetch https://example.org/weather {"text":"<w>sunny</w>"}
given fetch https://example.org/next?more=1 {"text":"<vxml version=\\"2.1\\" xmlns=\\"http://www.w3.org/2001/vxml\\"><form><block><prompt>Bye.</prompt></block></form></vxml>"}
call +79161234567 -> +78005557373
  say ru-RU "No weather."
  say ru-RU "It is sunny."
  say ru-RU "Press one."
  fault error.badfetch.http.404 gone
  listen for 1 key, 5 s
keys 1
  say ru-RU "Bye."
  ends exit
`
  t.equal(await perform(parseTranscript(given), purePhone(weather)), given)
})
