import t from 'tap'
import { permittedTransfer } from '../../src/calls/permitted-transfer.ts'
import { destinationOf } from '../../src/voicexml/destinations.ts'

const own = new Set(['+78005557373'])

const judge = (address: string, isWritten = false) =>
  permittedTransfer(
    {
      kind: 'transfer',
      manner: 'bridge',
      ...(isWritten ? { isWritten: true } : {}),
      destination: destinationOf(address),
      connectSeconds: 20,
      maxSeconds: null,
      endsOnStar: false,
      aai: '',
      position: 'main.vxml#f/t',
    },
    own,
  )

const refusal = (address: string) => {
  const judged = judge(address)
  return judged.kind === 'refused' ? judged.event : null
}

t.test(
  'numbers that may be called back may be transferred to, and are dialled whole',
  async (t) => {
    t.match(judge('tel:8-916-111-22-33'), {
      kind: 'permitted',
      wait: { destination: { kind: 'tel', number: '+79161112233' } },
    })
  },
)

t.test('numbers beyond the list may not be called', async (t) => {
  for (const number of [
    '112',
    '02',
    '+14155550123',
    '+881612345678',
    '+78005557373',
    '8 809 555 00 00',
  ])
    t.equal(refusal(`tel:${number}`), 'error.connection.noauthorization', number)
})

t.test('what cannot be a number is a bad destination', async (t) => {
  t.equal(refusal('tel:0000000000000000'), 'error.connection.baddestination')
})

t.test('names and extensions of a SIP exchange are free', async (t) => {
  for (const user of ['duty', '1001', 'anna.p', '%D0%B0'])
    t.equal(judge(`sip:${user}@pbx.example`).kind, 'permitted', user)
})

t.test('a SIP user written as a number is held to the list of numbers', async (t) => {
  t.equal(judge('sip:+79161112233@gate.example').kind, 'permitted')
  for (const user of ['+14155550123', '+881612345678', '%2B14155550123'])
    t.equal(refusal(`sip:${user}@gate.example`), 'error.connection.noauthorization', user)
})

t.test(
  'what the document itself names may be foreign or toll-free, and nothing worse',
  async (t) => {
    const isPermitted = (address: string) => judge(address, true).kind === 'permitted'
    for (const address of ['tel:+18005551212', 'tel:+358-555-1234567', 'tel:+78001234567']) {
      t.ok(isPermitted(address), address)
      t.equal(refusal(address), 'error.connection.noauthorization', address)
    }
    for (const address of ['tel:112', 'tel:+78005557373', 'tel:+88216123456', 'tel:+78091234567']) {
      t.notOk(isPermitted(address), address)
    }
  },
)
