import fc from 'fast-check'
import t from 'tap'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { parseForm } from '../../src/twilio/form.ts'
import { signatureCheck } from '../../src/twilio/signature.ts'

const { getExpectedTwilioSignature } = webhooks

/** The carrier's example: token, address, fields and the signature its documentation gives. */
const example = {
  token: '12345',
  path: '/myapp.php?foo=1&bar=2',
  body: 'CallSid=CA1234567890ABCDE&Caller=%2B14158675310&Digits=1234&From=%2B14158675310&To=%2B18005551212',
  signature: 'L/OH5YylLD5NRKLltdqwSvS0BnU=',
}
const origin = () => 'https://example.com'
const form = parseForm(example.body)

t.test("the carrier's own example is accepted", async (t) => {
  t.ok(signatureCheck(origin, [example.token])(example.signature, example.path, form))
})

t.test('another token, address, host or field is not', async (t) => {
  const isSigned = signatureCheck(origin, [example.token])
  t.notOk(signatureCheck(origin, ['54321'])(example.signature, example.path, form))
  t.notOk(isSigned(example.signature, '/myapp.php?foo=1&bar=3', form))
  t.notOk(
    signatureCheck(() => 'https://example.org', [example.token])(
      example.signature,
      example.path,
      form,
    ),
  )
  t.notOk(isSigned(example.signature, example.path, parseForm(`${example.body}&Extra=1`)))
  t.notOk(isSigned('', example.path, form))
})

t.test('during a rotation the old and the next token are accepted', async (t) => {
  t.ok(signatureCheck(origin, ['next', example.token])(example.signature, example.path, form))
})

t.test('a port of the public address may be signed or left out', async (t) => {
  const withPort = signatureCheck(() => 'https://example.com:8443', ['t'])
  const fields = { CallSid: 'CA1', Repeated: ['b', 'a', 'b'], Empty: '' }
  const form = parseForm('Repeated=b&CallSid=CA1&Repeated=a&Empty=&Repeated=b')
  for (const url of ['https://example.com:8443/voice/status', 'https://example.com/voice/status']) {
    t.ok(withPort(getExpectedTwilioSignature('t', url, {}), '/voice/status', parseForm('')))
    t.ok(withPort(getExpectedTwilioSignature('t', url, fields), '/voice/status', form))
  }
})

t.test(
  'however many fields there are, and in whatever order they come, the signature holds',
  async (t) => {
    const isSigned = signatureCheck(origin, ['t'])
    for (const count of [1, 31, 200, 201, 3000]) {
      const names = Array.from({ length: count }, (_, at) => `n${(at * 7919) % 10_007}`)
      const fields = Object.fromEntries(names.map((name, at) => [name, String(at)]))
      const signature = getExpectedTwilioSignature('t', 'https://example.com/x', fields)
      for (const order of [names, names.toReversed(), names])
        t.ok(
          isSigned(
            signature,
            '/x',
            parseForm(order.map((name) => `${name}=${fields[name]}`).join('&')),
          ),
        )
    }
  },
)

t.test(
  'whatever fields are sent, repeated and odd ones too, are part of the signature; the library is not asked',
  async (t) => {
    const asked = t.capture(webhooks, 'validateRequest', webhooks.validateRequest)
    const field = fc.tuple(fc.string({ minLength: 1 }), fc.string())
    fc.assert(
      fc.property(fc.array(field, { maxLength: 12 }), (fields) => {
        const body = new URLSearchParams(fields).toString()
        const parameters: Record<string, string[]> = Object.create(null)
        for (const [name, value] of new URLSearchParams(body)) {
          parameters[name] = [...(parameters[name] ?? []), value]
        }
        const signature = getExpectedTwilioSignature('t', 'https://example.com/x', parameters)
        return signatureCheck(origin, ['t'])(signature, '/x', parseForm(body))
      }),
    )
    t.strictSame(asked(), [])
  },
)

t.test('a signature with anything changed is never accepted and never a fault', async () => {
  const isSigned = signatureCheck(origin, ['t'])
  fc.assert(
    fc.property(fc.string(), fc.webPath(), fc.string(), (signature, path, body) => {
      return !isSigned(signature, path, parseForm(body))
    }),
  )
})
