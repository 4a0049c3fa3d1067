/**
 * Characters a second, spaces and punctuation counted, of an unhurried reading voice. Announcers keep to
 * about 150 words a minute in English (six characters with the space) and about 110 in Russian (seven to
 * eight); slower than most synthetic voices, so that the estimate errs to the long side.
 */
const charactersPerSecond: ReadonlyMap<string, number> = new Map([
  ['en', 15],
  ['ru', 14],
  ['tt', 14],
])

const sentencePause = 0.4
const innerPause = 0.2

/**
 * How long a text takes to be said, in seconds with one decimal: characters by the pace of the language
 * and a pause for each sentence and each comma, colon, semicolon or dash inside one. An estimate, good
 * to about a fifth; it bounds prompts (a greeting stays under 6 seconds), nothing is timed by it.
 */
export const estimateSpeechSeconds = (text: string, language: string): number => {
  const said = text.trim().replace(/\s+/g, ' ')
  if (said === '') return 0
  const pace = charactersPerSecond.get(language.split('-', 1)[0]?.toLowerCase() ?? '') ?? 14
  const sentences = said.match(/[.!?…]+(?=\s)/g)?.length ?? 0
  const inner = said.match(/[,;:](?=\s)|\s[—–-](?=\s)/g)?.length ?? 0
  const seconds = said.length / pace + sentences * sentencePause + inner * innerPause
  return Math.round(seconds * 10) / 10
}
