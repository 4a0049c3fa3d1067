import t from 'tap'
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

t.test('a transcript without a call is refused', async (t) => {
  t.throws(() => parseTranscript('A title\nat 2026-11-24 10:05 Europe/Moscow\n'))
})
