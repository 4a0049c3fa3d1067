import fc from 'fast-check'
import t from 'tap'
import { decodedLength, decodeInto } from '../../src/media/base64.ts'
import { powers } from '../../src/media/mu-law.ts'

t.test('base64 goes into one channel, and its power is added up', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 500 }), (sound) => {
      const text = Buffer.from(`"${Buffer.from(sound).toString('base64')}"`)
      const samples = new Uint8Array(2 * sound.length + 8).fill(7)
      const length = decodedLength(text, 1, text.length - 1)
      const power = decodeInto(text, 1, text.length - 1, samples, 1)
      const expected = sound.reduce((sum, byte) => sum + (powers[byte] ?? 0), 0)
      if (length !== sound.length || Math.abs(power - expected) > 1e-9) throw new Error('length')
      for (const [index, byte] of sound.entries()) {
        if (samples[2 * index + 1] !== byte || samples[2 * index] !== 7) throw new Error('sample')
      }
      if (samples[2 * sound.length + 1] !== 7) throw new Error('beyond')
    }),
  )
})

t.test('what is not base64 is none, wherever it stands', async (t) => {
  const isRefused = (text: string): boolean => {
    const given = Buffer.from(text)
    const length = decodedLength(given, 0, given.length)
    return length < 0 || decodeInto(given, 0, given.length, new Uint8Array(2000), 0) < 0
  }
  t.notOk(isRefused('AAAA'))
  for (const text of ['', 'A', 'AA', 'AAA', 'AAAAA', 'AA=A', '=AAA', 'A===', '====', 'AA\\A'])
    t.ok(isRefused(text), text)
  for (const text of ['AA-_', 'AA A', 'AAAA\n', 'AAAé', 'AB==', 'AAB='])
    t.ok(isRefused(text), 'other alphabets, blanks, and bits that are left over')
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 3, maxLength: 60 }), fc.nat(), (sound, at) => {
      const text = Buffer.from(sound).toString('base64')
      const place = at % text.length
      if (!isRefused(`${text.slice(0, place)}*${text.slice(place + 1)}`)) throw new Error(text)
    }),
  )
})
