/**
 * The process that opens pictures of strangers. It has no secrets, no connections and no more memory than a
 * photo needs; whatever a file does to it, the server goes on.
 */
import sharp, { type Sharp } from 'sharp'
import type { PictureReading } from './picture.ts'

/** Above the 50 megapixels of present telephones; what a few kilobytes can pretend to hold. */
const mostPixels = 51_000_000

/** Longest side of what is kept: enough to read a document by. */
const longestSide = 4096
const thumbnailSide = 480

const secondsEach = 5

/** Of this process; a photo at the limit of pixels needs about half of it. */
const mostBytes = 768 * 1024 * 1024

sharp.cache(false)
sharp.concurrency(1)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'],
})

setInterval(() => {
  if (process.memoryUsage.rss() > mostBytes) process.exit(1)
}, 20).unref()

process.on('message', async ({ path }: { path: string }) => {
  process.send?.(await read(path))
})
process.on('disconnect', () => process.exit())

const read = async (path: string): Promise<PictureReading> => {
  try {
    const { data, info } = await plain(path, longestSide).toBuffer({ resolveWithObject: true })
    const thumbnail = await plain(data, thumbnailSide).toBuffer()
    return {
      kind: 'picture',
      picture: { bytes: data, width: info.width, height: info.height, thumbnail },
    }
  } catch (cause) {
    return { kind: 'refused', reason: refusalOf(cause as Error) }
  }
}

/** Nothing of the file but its pixels: no place, no device, no colour profile, no second frame. */
const plain = (input: string | Buffer, side: number): Sharp =>
  // Warnings are common in photos of real telephones, and every picture is made anew.
  sharp(input, { limitInputPixels: mostPixels, failOn: 'error', pages: 1 })
    .timeout({ seconds: secondsEach })
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .jpeg({ quality: 85 })

const refusalOf = ({ message }: Error) => {
  if (/unsupported image format|is missing|Input file is empty|is empty/i.test(message))
    return 'not-a-picture'
  if (/pixel limit|too large|exceeds/i.test(message)) return 'too-large'
  return /timeout/i.test(message) ? 'too-slow' : 'broken'
}
