/** A photo made anew: JPEG in sRGB, upright, without anything else that the file carried. */
export type Picture = {
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
  readonly thumbnail: Uint8Array
}

/**
 * `not-a-picture`: no JPEG, PNG or WebP, whatever its name says. `too-large`: more pixels than a telephone
 * takes. `broken`: cut off or damaged. `too-slow`: it took more time or memory than a photo needs.
 */
export type PictureRefusal = 'not-a-picture' | 'too-large' | 'broken' | 'too-slow'

export type PictureReading =
  | { readonly kind: 'picture'; readonly picture: Picture }
  | { readonly kind: 'refused'; readonly reason: PictureRefusal }
