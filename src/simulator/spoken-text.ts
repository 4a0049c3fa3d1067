import type { TwimlElement } from './twiml.ts'

/** Characters a second that a telephone voice says, more or less in any language. */
const pace = 14

const secondsOf = (time: string): number => {
  const amount = Number.parseFloat(time)
  return Number.isNaN(amount) ? 0 : time.endsWith('ms') ? amount / 1000 : amount
}

/** A `<break>` without a time is about this long, by its strength. */
const breakSeconds: Readonly<Record<string, number>> = {
  none: 0,
  'x-weak': 0.1,
  weak: 0.25,
  medium: 0.5,
  strong: 0.75,
  'x-strong': 1,
}

const apart = new Set(['p', 's'])

const read = (node: TwimlElement | string): { readonly text: string; readonly pause: number } => {
  if (typeof node === 'string') return { text: node, pause: 0 }
  if (node.name === 'break') {
    const { time, strength } = node.attributes
    const pause = time === undefined ? (breakSeconds[strength ?? 'medium'] ?? 0.5) : secondsOf(time)
    return { text: ' ', pause }
  }
  if (node.name === 'sub') return { text: node.attributes['alias'] ?? '', pause: 0 }
  const parts = node.children.map(read)
  const text = parts.map((part) => part.text).join('')
  const pause = parts.reduce((sum, part) => sum + part.pause, 0)
  return { text: apart.has(node.name) ? ` ${text} ` : text, pause }
}

/** What a `<Say>` says, as one would write it down, and about how long it takes. */
export const spokenText = (
  say: TwimlElement,
): { readonly text: string; readonly milliseconds: number } => {
  const { text, pause } = read({ ...say, name: 'Say' })
  const line = text
    .replace(/\s+/g, ' ')
    .replace(/ ([.,;:!?…])/g, '$1')
    .trim()
  return { text: line, milliseconds: Math.round((line.length / pace + pause) * 1000) }
}

/** The language of a `<Say>`: as it says, else its voice's own, else Twilio's default. */
export const languageOf = (say: TwimlElement): string => {
  const { language, voice } = say.attributes
  if (language !== undefined) return language
  if (/^Polly\.(Tatyana|Maxim)$/.test(voice ?? '')) return 'ru-RU'
  return /^Google\.([a-z]{2,3}-[A-Z]{2})-/.exec(voice ?? '')?.[1] ?? 'en-US'
}
