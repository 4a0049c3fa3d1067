import { createHmac } from 'node:crypto'
import t from 'tap'
import { simulatedSoftphone, twilioSoftphone } from '../../src/live/consoles.ts'

const now = Temporal.Instant.from('2026-11-21T10:00:00Z')
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString())

t.test('a softphone of Twilio may be rung as its operator, for an hour', async (t) => {
  const keys = {
    accountSid: `AC${'a'.repeat(32)}`,
    apiKey: `SK${'b'.repeat(32)}`,
    apiSecret: 'secret',
    twimlAppSid: `AP${'c'.repeat(32)}`,
  }
  const { kind, token, identity } = twilioSoftphone(keys, () => now)('anna')
  t.strictSame([kind, identity], ['twilio', 'anna'])
  const [header, payload, signature] = token.split('.')
  t.match(decode(header), { alg: 'HS256', cty: 'twilio-fpa;v=1' })
  const claims = decode(payload)
  t.match(claims, {
    iss: keys.apiKey,
    sub: keys.accountSid,
    grants: {
      identity: 'anna',
      voice: {
        incoming: { allow: true },
        outgoing: { application_sid: keys.twimlAppSid },
      },
    },
  })
  t.equal(claims.exp - claims.iat, 3600)
  const expected = createHmac('sha256', keys.apiSecret).update(`${header}.${payload}`)
  t.equal(signature, expected.digest('base64url'))
})

t.test('a softphone of the demo has a token of its identity', async (t) => {
  const offer = simulatedSoftphone('token-of-the-account', () => now)('anna')
  t.match(offer, { kind: 'simulated', identity: 'anna' })
  t.ok(offer.expiresAt.equals(now.add({ hours: 1 })))
  const [identity = '', expiry, proof] = offer.token.split('.')
  t.equal(Buffer.from(identity, 'base64url').toString(), 'anna')
  t.equal(Number(expiry), now.epochMilliseconds / 1000 + 3600)
  const expected = createHmac('sha256', 'token-of-the-account').update(`${identity}.${expiry}`)
  t.equal(proof, expected.digest('base64url'))
})
