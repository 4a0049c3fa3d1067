/** Words that a recording says. */
export type Words = { readonly language: string; readonly text: string }

/** Where `prompts:record` puts the recording of a prompt; the catalogue may name any other file. */
export const promptRecording = (language: string, key: string): string =>
  `recordings/${language}/${key}.wav`

/**
 * Where the recording of a piece of speech lies, a word or two that numbers and dates are put together
 * from: named by what it says, in Latin letters, since file systems disagree about others.
 */
export const pieceRecording = (language: string, piece: string): string =>
  `recordings/${language}/pieces/${pieceName(piece)}.wav`

/** The list of what the recordings of a language say and who made them, as `prompts:record` keeps it. */
export const recordingList = (language: string): string => `recordings/${language}.yaml`

const pauseNames: ReadonlyMap<string, string> = new Map([
  [',', 'pause-short'],
  ['.', 'pause-long'],
])

const pieceName = (piece: string): string =>
  pauseNames.get(piece) ??
  [...piece].map((letter) => latin.get(letter) ?? (letter === ' ' ? '-' : letter)).join('')

const latin: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: 'a',
    ә: 'ae',
    б: 'b',
    в: 'v',
    г: 'g',
    д: 'd',
    е: 'e',
    ё: 'yo',
    ж: 'zh',
    җ: 'dj',
    з: 'z',
    и: 'i',
    й: 'j',
    к: 'k',
    л: 'l',
    м: 'm',
    н: 'n',
    ң: 'ng',
    о: 'o',
    ө: 'oe',
    п: 'p',
    р: 'r',
    с: 's',
    т: 't',
    у: 'u',
    ү: 'ue',
    ф: 'f',
    х: 'kh',
    һ: 'h',
    ц: 'ts',
    ч: 'ch',
    ш: 'sh',
    щ: 'shch',
    ъ: '',
    ы: 'y',
    ь: '',
    э: 'e',
    ю: 'ju',
    я: 'ja',
  }),
)
