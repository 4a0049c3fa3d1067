import { pauses } from '../../numbers/spoken/pieces.ts'
import { piecesOf } from '../../numbers/spoken/spoken.ts'
import type { Catalogue } from '../../prompts/catalogue.ts'
import { pieceRecording, type Words } from '../../prompts/recordings.ts'

/** Every recording that a language without a voice needs: path → text. Prompts first. */
export const wantedRecordings = (
  language: string,
  catalogue: Catalogue,
): ReadonlyMap<string, string> =>
  new Map([
    ...[...catalogue.values()].flatMap(({ audio, text }): [string, string][] =>
      audio === undefined ? [] : [[audio, text]],
    ),
    ...[...(piecesOf(language) ?? [])].map((piece): [string, string] => [
      pieceRecording(language, piece),
      piece,
    ]),
  ])

/** Length of a recorded pause, milliseconds; null for a text that is said. */
export const pauseMilliseconds = (text: string): number | null => {
  const [short, long] = pauses
  if (text === short) return 180
  return text === long ? 450 : null
}

/** What each recorded file says, as far as the catalogues tell: path → words. */
export const recordedWords = (
  catalogues: ReadonlyMap<string, Catalogue>,
): ReadonlyMap<string, Words> =>
  new Map(
    [...catalogues].flatMap(([language, catalogue]) =>
      [...wantedRecordings(language, catalogue)].map(([path, text]): [string, Words] => [
        path,
        Object.freeze({ language, text }),
      ]),
    ),
  )
