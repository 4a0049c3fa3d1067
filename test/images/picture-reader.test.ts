import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import t from 'tap'
import { pictureReader } from '../../src/images/picture-reader.ts'

const folder = await mkdtemp(join(tmpdir(), 'pictures-'))
const reader = pictureReader()
t.teardown(async () => {
  reader.close()
  await rm(folder, { recursive: true })
})

let files = 0
const reading = async (content: Uint8Array) => {
  files += 1
  const path = join(folder, String(files))
  await writeFile(path, content)
  return reader.read(path)
}

const plain = (width = 60, height = 40) =>
  sharp({ create: { width, height, channels: 3, background: '#3a6ea5' } })

t.test('JPEG, PNG and WebP become an upright JPEG with a thumbnail', async (t) => {
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const outcome = await reading(await plain(1200, 800).toFormat(format).toBuffer())
    if (outcome.kind !== 'picture') return t.fail(format)
    t.match(outcome.picture, { width: 1200, height: 800 })
    const [picture, thumbnail] = await Promise.all([
      sharp(outcome.picture.bytes).metadata(),
      sharp(outcome.picture.thumbnail).metadata(),
    ])
    t.match(picture, { format: 'jpeg', width: 1200, height: 800, space: 'srgb' })
    t.match(thumbnail, { format: 'jpeg', width: 480, height: 320 })
  }
})

t.test('a picture lying on its side is put upright', async (t) => {
  const outcome = await reading(await plain().withMetadata({ orientation: 6 }).jpeg().toBuffer())
  t.match(outcome, { kind: 'picture', picture: { width: 40, height: 60 } })
})

t.test('where and with what it was taken is left out', async (t) => {
  const tagged = await plain()
    .withExif({
      IFD0: { Make: 'Telephone', Software: 'secret-device' },
      IFD3: { GPSLatitude: '55/1 45/1 0/1', GPSLatitudeRef: 'N' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret-xmp/></x:xmpmeta>')
    .withIccProfile('p3')
    .jpeg()
    .toBuffer()
  t.ok(tagged.includes('secret-device') && tagged.includes('secret-xmp'), 'it was there')
  const outcome = await reading(tagged)
  if (outcome.kind !== 'picture') return t.fail('a picture')
  for (const bytes of [outcome.picture.bytes, outcome.picture.thumbnail]) {
    const { exif, xmp, icc, iptc, orientation } = await sharp(bytes).metadata()
    t.strictSame([exif, xmp, icc, iptc, orientation], Array(5).fill(undefined))
    t.notOk(Buffer.from(bytes).includes('secret'))
  }
})

t.test('what hides behind a picture is not kept', async (t) => {
  const polyglot = Buffer.concat([
    await plain().jpeg().toBuffer(),
    Buffer.from('<script>alert(1)</script>PK\u0003\u0004'),
  ])
  const outcome = await reading(polyglot)
  if (outcome.kind !== 'picture') return t.fail('a picture')
  t.notOk(Buffer.from(outcome.picture.bytes).includes('script'))
})

t.test('pictures of other colours are read: 16 bits, grey, CMYK, transparent', async (t) => {
  const sources = [
    plain().toColourspace('rgb16').png().toBuffer(),
    plain().greyscale().jpeg().toBuffer(),
    plain().toColourspace('cmyk').jpeg().toBuffer(),
    sharp({
      create: { width: 60, height: 40, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer(),
  ]
  for (const source of await Promise.all(sources))
    t.match(await reading(source), { kind: 'picture', picture: { width: 60, height: 40 } })
})

t.test('of a film the first picture is kept', async (t) => {
  const film = await sharp(
    await Promise.all(
      ['#f00', '#0f0', '#00f'].map((background) =>
        sharp({ create: { width: 30, height: 20, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    ),
    { join: { animated: true } },
  )
    .webp()
    .toBuffer()
  t.match(await reading(film), { kind: 'picture', picture: { width: 30, height: 20 } })
})

t.test('what is no photo is refused, whatever it is called', async (t) => {
  const others = [
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'),
    await plain().gif().toBuffer(),
    await plain().tiff().toBuffer(),
    await plain().avif().toBuffer(),
    Buffer.from('%PDF-1.7\n'),
    Buffer.alloc(0),
    Buffer.alloc(5000, 7),
  ]
  for (const other of others)
    t.strictSame(await reading(other), { kind: 'refused', reason: 'not-a-picture' })
  t.strictSame(await reader.read(join(folder, 'nothing')), {
    kind: 'refused',
    reason: 'not-a-picture',
  })
})

t.test('half a picture is refused', async (t) => {
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const noisy = sharp({
      create: {
        width: 200,
        height: 200,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
    const whole = await noisy.toFormat(format).toBuffer()
    t.match(await reading(whole.subarray(0, whole.length / 2)), { kind: 'refused' }, format)
  }
})

t.test('a few kilobytes that pretend to be millions of pixels are refused', async (t) => {
  for (const [width, height] of [
    [16_000, 16_000],
    [65_535, 1_000],
  ] as const)
    t.strictSame(await reading(emptyPng(width, height)), { kind: 'refused', reason: 'too-large' })
})

t.test('many at once are read one after the other, each with its own answer', async (t) => {
  const sources = await Promise.all(
    [10, 20, 30, 40].map((side) => plain(side, side).png().toBuffer()),
  )
  const outcomes = await Promise.all(sources.map(reading))
  t.match(
    outcomes,
    [10, 20, 30, 40].map((width) => ({ kind: 'picture', picture: { width } })),
  )
})

t.test('a process that dies of a picture, or hangs, harms no other', async (t) => {
  const fragile = join(folder, 'fragile.ts')
  await writeFile(
    fragile,
    `process.on('message', ({ path }) => {
      if (path === 'fatal') process.exit(1)
      if (path === 'endless') for (;;);
      process.send({ kind: 'refused', reason: 'broken' })
    })`,
  )
  let isLate = () => {}
  const other = pictureReader({
    decoder: fragile,
    later: (_milliseconds, work) => {
      isLate = work
      return () => {}
    },
  })
  t.teardown(other.close)
  const answers = ['good', 'fatal', 'good', 'endless', 'good'].map(other.read)
  await answers[2]
  await new Promise((done) => setImmediate(done))
  isLate()
  t.strictSame(
    (await Promise.all(answers)).map((answer) => answer.kind === 'refused' && answer.reason),
    ['broken', 'too-slow', 'broken', 'too-slow', 'broken'],
  )
})

/** Correct, of one colour, and small for what it is. */
const emptyPng = (width: number, height: number): Buffer => {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([1, 0], 8)
  const rows = deflateSync(Buffer.alloc(Math.ceil(width / 8 + 1) * Math.min(height, 100)))
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
