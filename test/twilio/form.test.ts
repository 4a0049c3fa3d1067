import fc from 'fast-check'
import t from 'tap'
import { callSidOf, digitsOf, fieldOf, parseForm } from '../../src/twilio/form.ts'
import { statusOf } from '../../src/twilio/status.ts'

const sid = `CA${'0123456789abcdef'.repeat(2)}`

t.test('control characters and lone surrogates never get in', async (t) => {
  const form = parseForm('From=a%00b%0D%0Ac&Digits=%00')
  t.equal(fieldOf(form, 'From'), 'abc')
  t.equal(digitsOf(form), '')
})

t.test(
  'thousands of digits are cut, a missing field is empty, a repeated one is its first',
  async (t) => {
    const form = parseForm(`Digits=${'1'.repeat(5000)}&To=a&To=b`)
    t.equal(digitsOf(form).length, 1000)
    t.equal(fieldOf(form, 'Missing'), '')
    t.equal(fieldOf(form, 'To'), 'a')
  },
)

t.test('a form is what the platform says it is, whatever the bytes', async (t) => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('a', '=', '&', '+', '%', '2', 'C', '%D0', '%9F', '?', 'я') }),
    fc.webQueryParameters(),
  )
  fc.assert(
    fc.property(text, (body) => {
      const { names, values } = parseForm(body)
      const fields = names.map((name, at) => [name, values[at]])
      t.same(fields, [...new URLSearchParams(`&${body}`)], body)
    }),
  )
})

t.test('names such as __proto__ are names like any other', async (t) => {
  const form = parseForm('__proto__=x&constructor=y')
  t.equal(fieldOf(form, '__proto__'), 'x')
  t.equal(fieldOf(form, 'toString'), '')
})

t.test('only CA and 32 hexadecimal digits name a call', async (t) => {
  t.equal(callSidOf(parseForm(`CallSid=${sid}`)), sid)
  for (const odd of ['', 'CA12', `${sid}0`, `XX${sid.slice(2)}`, `${sid}%00`.slice(0, 20)]) {
    t.equal(callSidOf(parseForm(`CallSid=${odd}`)), null, odd)
  }
})

t.test('a status callback is read with its sequence, time and duration', async (t) => {
  const now = Temporal.Instant.from('2026-11-21T20:00:00Z')
  const form = parseForm(
    `CallSid=${sid}&CallStatus=completed&SequenceNumber=0&CallDuration=61&Timestamp=${encodeURIComponent('Sat, 21 Nov 2026 19:59:58 +0000')}`,
  )
  const status = statusOf(form, now)
  t.match(status, { callSid: sid, status: 'completed', sequence: 0, durationSeconds: 61 })
  t.equal(status?.happenedAt?.toString(), '2026-11-21T19:59:58Z')
})

t.test(
  'the time of a prompt callback, told in whole seconds, is our own more exact one',
  async (t) => {
    const now = Temporal.Instant.from('2026-11-21T19:59:58.742Z')
    const form = parseForm(
      `CallSid=${sid}&CallStatus=completed&Timestamp=${encodeURIComponent('Sat, 21 Nov 2026 19:59:58 +0000')}`,
    )
    t.equal(statusOf(form, now)?.happenedAt?.toString(), now.toString())
  },
)

t.test(
  'a status callback of no known status or call is none; odd extras are left out',
  async (t) => {
    const now = Temporal.Instant.from('2026-11-21T20:00:00Z')
    t.equal(statusOf(parseForm(`CallSid=${sid}&CallStatus=flying`), now), null)
    t.equal(statusOf(parseForm('CallStatus=completed'), now), null)
    t.match(
      statusOf(
        parseForm(`CallSid=${sid}&CallStatus=busy&SequenceNumber=-1&CallDuration=x&Timestamp=soon`),
        now,
      ),
      { sequence: null, durationSeconds: null, happenedAt: null },
    )
  },
)
