/**
 * What a caller keyed in where a document said `hotline.secret`. It is shown nowhere: a reader gets `•••`,
 * a golden conversation other digits in its place, the same ones for the same secret.
 */
export type Secrets = {
  readonly add: (digits: string) => void
  /** The text as a reader may see it. */
  readonly mask: (text: string) => string
  /** The text as a golden conversation may keep it. */
  readonly disguise: (text: string) => string
}

/** Shorter ones are too common to be told from other numbers wherever they turn up. */
const shortest = 3

/** As the conversations have it that are shipped with the flows: the right code first, then wrong ones. */
const standIns = ['4321', '1111', '2222', '3333', '5555', '6666', '7777', '8888', '9999'] as const

export const createSecrets = (): Secrets => {
  const known = new Map<string, string>()
  const replace = (text: string, by: (secret: string, standIn: string) => string): string => {
    let shown = text
    for (const [secret, standIn] of known) {
      shown = shown.replace(new RegExp(`(?<!\\d)${RegExp.escape(secret)}(?!\\d)`, 'g'), () =>
        by(secret, standIn),
      )
    }
    return shown
  }
  return {
    add: (digits) => {
      if (digits.length < shortest || known.has(digits)) return
      known.set(digits, standInFor(digits, known.size))
    },
    mask: (text) => replace(text, () => '•••'),
    disguise: (text) => replace(text, (_secret, standIn) => standIn),
  }
}

/** Of the same length, with `*` and `#` where they were, so that it is taken or refused like the secret. */
const standInFor = (digits: string, ordinal: number): string => {
  const pattern = standIns[ordinal % standIns.length] ?? '4321'
  return digits.replace(/\d/g, (_digit, at: number) => pattern[at % pattern.length] ?? '0')
}
