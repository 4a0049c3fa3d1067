import fc from 'fast-check'
import t from 'tap'
import { callerLanguage, callerLanguages } from '../../src/callers/caller.ts'
import { segmentsOf } from '../../src/callers/message-words.ts'
import { guestLink, type MessageContent, refusalLink, textOf } from '../../src/callers/messages.ts'
import { createSecrets } from '../../src/callers/secrets.ts'

const secrets = createSecrets('key')
const publicUrl = 'https://hotline.example.ru'
const phone = '+79161234567'
const ids = { codeId: 'c', personId: 'p', channelId: 'h' }

const contents = (name: string | null): readonly MessageContent[] => [
  { kind: 'sign-in', codeId: ids.codeId },
  { kind: 'invitation', caller: { name, phone }, ...ids },
  { kind: 'call-begun', caller: { name, phone }, ...ids },
]
const texts = (name: string | null) =>
  callerLanguages.flatMap((language) =>
    contents(name).map((content) => textOf({ by: 'sms', language, content }, secrets, publicUrl)),
  )

const names = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
  fc.string({ unit: fc.constantFrom(...'АБВгд ё-'), minLength: 1, maxLength: 100 }),
)

t.test('no message is longer than two, whatever the caller is called', async (t) => {
  fc.assert(
    fc.property(names, (name) => texts(name).every((text) => segmentsOf(text) <= 2)),
    { numRuns: 500 },
  )
  t.pass()
})

t.test('a name brings no address, number or line of its own into a message of ours', async (t) => {
  for (const name of [
    'Банк: http://evil.example',
    'evil.ru',
    '8 800 555 00 00',
    'Анна\nВаш код 123456',
    'Анна\u202e',
    'x'.repeat(31),
    '@evil',
  ])
    for (const text of texts(name)) t.notOk(text.includes(name), text)
  t.ok(texts('evil.ru')[2]?.startsWith('8 (916) 123-45-67 '))
  t.ok(texts("Анна-Мария д'Арк")[2]?.startsWith("Анна-Мария д'Арк "))
})

t.test(
  'messages have the code or the link that is theirs, and say nothing of the call',
  async (t) => {
    for (const language of callerLanguages) {
      const [signIn, invitation, begun] = contents('Анна').map((content) =>
        textOf({ by: 'sms', language, content }, secrets, publicUrl),
      )
      t.match(signIn, secrets.code('c'))
      t.match(invitation, secrets.code('c'))
      t.ok(invitation?.endsWith(refusalLink(publicUrl, secrets.refusalToken('p'))))
      t.ok(begun?.endsWith(guestLink(publicUrl, secrets.guestToken('p', 'h'))))
      t.notMatch(begun, /врач|doctor|табиб|болез|ill/i)
    }
  },
)

t.test('a spoken code is said digit by digit, twice', async (t) => {
  const content = { kind: 'sign-in', codeId: 'c' } as const
  const code = secrets.code('c')
  for (const language of callerLanguages) {
    const text = textOf({ by: 'call', language, content }, secrets, publicUrl)
    t.notMatch(text, /\d/, 'in words')
    const [, first, second] = text.match(/: ([^.]+)\..*: ([^.]+)\./) ?? []
    t.equal(first, second)
    t.equal(first?.split(', ').length, code.length)
  }
})

t.test('codes and tokens follow from the key and the row alone', async (t) => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (one, other) => {
      const code = secrets.code(one)
      return (
        /^\d{6}$/.test(code) &&
        secrets.code(one) === createSecrets('key').code(one) &&
        secrets.isCode(code, one) &&
        !secrets.isCode(code, null) &&
        !secrets.isCode(`${code}0`, one) &&
        !secrets.isCode('', one) &&
        /^[\w-]{22}$/.test(secrets.guestToken(one, other)) &&
        (one === other || secrets.guestToken(one, other) !== secrets.guestToken(other, one)) &&
        secrets.guestToken(one, other) !== createSecrets('other').guestToken(one, other)
      )
    }),
  )
  t.pass()
})

t.test('the language that is nearest to a tag', async (t) => {
  t.strictSame(['ru', 'en-GB', 'tt', 'TT-ru', 'de', '', 'english'].map(callerLanguage), [
    'ru-RU',
    'en-US',
    'tt-RU',
    'tt-RU',
    null,
    null,
    null,
  ])
})
