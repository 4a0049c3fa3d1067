import type { DialTexts } from './dial-texts.ts'
import type { TurnTrace } from './phone-protocol.ts'

const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`

/** A turn as lines for the terminal: the number of the turn, then a step a line under aligned labels. */
export const traceLines = (
  { turn, steps }: TurnTrace,
  texts: DialTexts,
  colour: boolean,
): readonly string[] => {
  const label = (kind: string): string => texts.steps[kind] ?? kind
  const width = Math.max(...Object.values(texts.steps).map(({ length }) => length))
  const number = `#${turn}`.padEnd(4)
  return steps.map(({ kind, text }, at) => {
    const first = at === 0 ? number : ' '.repeat(number.length)
    const line = `  ${first} ${label(kind).padEnd(width)}  ${oneLine(text)}`
    return colour ? dim(line) : line
  })
}

/** Whatever a document says of itself stays on its line and cannot steer the terminal. */
const oneLine = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
  text.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
