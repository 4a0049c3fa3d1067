import fc from 'fast-check'
import t from 'tap'
import { muLawWav } from '../../../src/flow-files/recordings/mu-law-wav.ts'
import {
  forTelephone,
  levelled,
  readPcm,
  silent,
  telephoneRate,
  trimmed,
} from '../../../src/flow-files/recordings/telephone-sound.ts'
import { wavFault } from '../../../src/flow-files/wav.ts'
import { wav } from '../wav-file.ts'

const tone = (hertz: number, rate: number, seconds = 0.5, loudness = 0.5): Float32Array =>
  Float32Array.from(
    { length: rate * seconds },
    (_, index) => loudness * Math.sin((2 * Math.PI * hertz * index) / rate),
  )

const loudness = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)

/** The samples of a µ-law file. */
const heard = (file: Uint8Array): number[] =>
  [...file.subarray(58)].map((byte) => {
    const value = ~byte & 0xff
    const magnitude = ((((value & 0x0f) << 3) + 0x84) << ((value & 0x70) >> 4)) - 0x84
    return (value & 0x80 ? -magnitude : magnitude) / 32_768
  })

t.test('a recording is a file that flows may play', async (t) => {
  for (const length of [1, 2, 8001]) t.equal(wavFault(muLawWav(new Float32Array(length))), null)
})

t.test('what is written in µ-law is heard again', async (t) => {
  fc.assert(
    fc.property(fc.double({ min: -0.99, max: 0.99, noNaN: true }), (sample) => {
      const [again = Number.NaN] = heard(muLawWav(Float32Array.of(sample)))
      if (Math.abs(again - sample) > Math.abs(sample) / 16 + 0.001)
        throw new Error(`${sample} becomes ${again}`)
    }),
  )
  const [high = 0, low = 0] = heard(muLawWav(Float32Array.of(7, -7)))
  t.ok(high > 0.97 && low < -0.97, 'what is too loud is cut off')
})

t.test('a telephone carries speech and nothing above it', async (t) => {
  for (const rate of [22_050, 8000, 44_100]) {
    const carried = forTelephone({ rate, samples: tone(1000, rate) })
    t.equal(carried.length, telephoneRate / 2)
    t.ok(Math.abs(loudness(carried.subarray(400, 3600)) - 0.3535) < 0.01, `${rate}`)
  }
  const lost = forTelephone({ rate: 22_050, samples: tone(6000, 22_050) })
  t.ok(loudness(lost.subarray(400, 3600)) < 0.005)
})

t.test('silence at both ends is cut, but for a margin', async (t) => {
  const samples = Float32Array.from([
    ...silent(500),
    ...tone(400, telephoneRate, 0.2),
    ...silent(700),
  ])
  const cut = trimmed(samples, { before: 20, after: 50 })
  t.ok(Math.abs(cut.length - 0.27 * telephoneRate) <= 0.02 * telephoneRate, `${cut.length}`)
  t.equal(trimmed(silent(300), { before: 20, after: 20 }).length, 0)
})

t.test('quiet and loud recordings become equally loud, none overdriven', async (t) => {
  for (const level of [0.01, 0.3, 0.9]) {
    const even = levelled(tone(400, telephoneRate, 0.5, level))
    t.ok(Math.abs(loudness(even) - 0.1) < 0.005, `${level}`)
  }
  const spiky = silent(500)
  spiky[100] = 1
  t.ok(levelled(spiky).every((sample) => Math.abs(sample) <= 0.9))
  t.strictSame(levelled(silent(10)), silent(10))
})

t.test('only PCM of one channel is taken from a synthesiser', async (t) => {
  t.equal(readPcm(wav({ rate: 22_050, bytes: 400 })).samples.length, 200)
  t.equal(readPcm(wav({ rate: 22_050 })).rate, 22_050)
  t.throws(() => readPcm(wav({ channels: 2 })), /one channel/)
  t.throws(() => readPcm(wav({ bits: 8 })), /16-bit/)
  t.throws(() => readPcm(Buffer.from('RIFF')), /no samples/)
})
