import t from 'tap'
import {
  base32,
  newTotpSecret,
  stepOfCode,
  totpAddress,
  totpCode,
  totpStep,
} from '../../src/operators/totp.ts'

const secret = Buffer.from('12345678901234567890')
const at = (seconds: number) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000)

t.test('codes are those of RFC 6238, appendix B', async (t) => {
  const vectors = [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ] as const
  for (const [seconds, code] of vectors) {
    const step = totpStep(at(seconds))
    t.equal(totpCode(secret, step, 8), code)
    t.equal(stepOfCode(secret, code.slice(2), at(seconds)), step, 'six digits are its end')
  }
})

t.test('a code of a neighbouring step is known too, one farther away is not', async (t) => {
  const code = totpCode(secret, 100)
  for (const [seconds, step] of [
    [99 * 30, 100],
    [100 * 30, 100],
    [101 * 30 + 29, 100],
    [98 * 30 + 29, null],
    [102 * 30, null],
  ] as const)
    t.equal(stepOfCode(secret, code, at(seconds)), step, String(seconds))
})

t.test('what is no code is none', async (t) => {
  for (const wrong of ['', '12345', '1234567', 'abcdef', '１２３４５６', ' 28708', "' or 1=1"])
    t.equal(stepOfCode(secret, wrong, at(59)), null, wrong)
})

t.test('the address for the authenticator has the secret in base 32', async (t) => {
  t.equal(base32(Buffer.from('foobar')), 'MZXW6YTBOI')
  t.equal(base32(secret), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
  t.equal(
    totpAddress(secret, 'anna'),
    'otpauth://totp/hotline:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=hotline',
  )
  t.equal(newTotpSecret().length, 20)
})
