import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { hmacUnder } from '../../src/twilio/hmac.ts'

t.test('it is what the platform makes, of whatever key and text', async (t) => {
  const ascii = fc.string({ unit: 'binary-ascii', maxLength: 64 })
  fc.assert(
    fc.property(ascii, fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), (key, texts) => {
      const hmac = hmacUnder(key)
      for (const text of texts) {
        const expected = createHmac('sha1', key).update(text).digest('base64')
        t.equal(hmac?.(text), expected)
      }
    }),
  )
  t.equal(
    hmacUnder('Jefe')?.('what do ya want for nothing?'),
    Buffer.from('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79', 'hex').toString('base64'),
    'the example of RFC 2202',
  )
})

t.test('a key that is longer than a block, or not of ASCII, is left to others', async (t) => {
  t.equal(hmacUnder('k'.repeat(65)), null)
  t.equal(hmacUnder('ключ'), null)
  t.not(hmacUnder('k'.repeat(64)), null)
})
