import fc from 'fast-check'
import t from 'tap'
import { wavFault } from '../../src/flow-files/wav.ts'
import { wav } from './wav-file.ts'

t.test('telephone recordings are taken', async (t) => {
  t.equal(wavFault(wav()), null)
  t.equal(wavFault(wav({ bits: 8 })), null)
  t.equal(wavFault(wav({ tag: 6, bits: 8 })), null, 'A-law')
  t.equal(wavFault(wav({ tag: 7, bits: 8 })), null, 'µ-law')
})

t.test('a chunk of another program does no harm', async (t) => {
  const plain = wav()
  const note = Buffer.from('LIST\x03\0\0\0abc\0')
  t.equal(wavFault(Buffer.concat([plain.subarray(0, 12), note, plain.subarray(12)])), null)
})

t.test('everything else is named', async (t) => {
  t.match(wavFault(wav({ channels: 2 })), /2 channels/)
  t.match(wavFault(wav({ rate: 44100 })), /44100 samples/)
  t.match(wavFault(wav({ bits: 24 })), /24 bits/)
  t.match(wavFault(wav({ tag: 85 })), /encoding 85/)
  t.match(wavFault(wav({ bytes: 0 })), /no samples/)
  t.match(wavFault(wav().subarray(0, 100)), /cut off/)
  t.match(wavFault(Buffer.from('ID3\x04mp3')), /not a WAV/)
  t.match(wavFault(Buffer.alloc(0)), /not a WAV/)
})

t.test('no bytes at all make the reader fail', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(60), (noise, at) => {
      const file = wav()
      file.set(noise.subarray(0, file.length - at), at)
      const fault = wavFault(file)
      return fault === null || fault.length > 0
    }),
  )
  t.pass()
})
