/** A picture as chosen, opened to be looked at. */
export type Opened =
  | { readonly kind: 'picture'; readonly file: Blob; readonly bitmap: ImageBitmap }
  /** What iPhones keep; no browser but theirs shows it. */
  | { readonly kind: 'heic' }
  | { readonly kind: 'unreadable' }

/** Quarter turns to the right. */
export type Turns = 0 | 1 | 2 | 3

/** Longest side of what is sent where the whole size is not asked for: enough to read a document. */
const enoughPixels = 2560
const quality = 0.85

/** The server takes no more. */
export const mostBytes = 10 * 1024 * 1024

const heicBrands = /^ftyp(hei[cxms]|hev[cxms]|mif1|msf1)/

async function isHeic(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(4, 12).arrayBuffer())
  return heicBrands.test(String.fromCharCode(...head))
}

export async function openPicture(file: Blob): Promise<Opened> {
  try {
    return { kind: 'picture', file, bitmap: await createImageBitmap(file) }
  } catch {
    const heic = await isHeic(file).catch(() => false)
    return { kind: heic ? 'heic' : 'unreadable' }
  }
}

/** Draws a picture turned, as large as `longest` allows and never larger than it is. */
export function drawTurned(
  canvas: HTMLCanvasElement,
  bitmap: ImageBitmap,
  turns: Turns,
  longest: number,
): void {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height))
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const isUpright = turns % 2 === 0
  canvas.width = isUpright ? width : height
  canvas.height = isUpright ? height : width
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('this browser has no canvas')
  // What is transparent is sent as JPEG, which else would make it black.
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.translate(canvas.width / 2, canvas.height / 2)
  pen.rotate((turns * Math.PI) / 2)
  pen.drawImage(bitmap, -width / 2, -height / 2, width, height)
}

/**
 * The file to send. Pictures are made anew, so that where and when they were taken stays on the device;
 * a whole one that needs no turning goes as it is, and the server takes that off.
 */
export async function toSend(
  { file, bitmap }: Extract<Opened, { kind: 'picture' }>,
  turns: Turns,
  isWhole: boolean,
): Promise<Blob> {
  if (isWhole && turns === 0 && file.size <= mostBytes) return file
  const canvas = document.createElement('canvas')
  drawTurned(canvas, bitmap, turns, isWhole ? Number.POSITIVE_INFINITY : enoughPixels)
  const { promise, resolve } = Promise.withResolvers<Blob | null>()
  canvas.toBlob(resolve, 'image/jpeg', quality)
  const made = await promise
  // Memory of canvases is scarce on iPhones, and given back only this way.
  canvas.width = 0
  if (!made) throw new Error('the picture could not be made')
  return made
}
