/**
 * Endings of Tatar words by sound: vowels follow the last vowel of the word (a soft sign at the end makes it
 * front), the consonant follows the last sound. Good for the words that numbers, dates and times are made
 * of, not for loan words at large.
 */
const vowel = /[аоуыәөүеэияюё]/g
const isFront = (word: string): boolean =>
  word.endsWith('ь') || /[әөүеэи]/.test(word.match(vowel)?.at(-1) ?? '')
const endsVoiceless = (word: string): boolean => /[кптсфхцчшщ]ь?$/.test(word)
const endsNasal = (word: string): boolean => /[мнң]ь?$/.test(word)
const endsInVowel = (word: string): boolean => /[аоуыәөүеэияюё]$/.test(word)

const byVowel = (word: string, back: string, front: string): string =>
  isFront(word) ? front : back

/** «унда», «бердә», «өчтә»: at, in, on. */
export const locative = (word: string): string =>
  word + (endsVoiceless(word) ? 'т' : 'д') + byVowel(word, 'а', 'ә')

/** «уннан», «бердән», «өчтән»: from. */
export const ablative = (word: string): string => {
  const consonant = endsVoiceless(word) ? 'т' : endsNasal(word) ? 'н' : 'д'
  return word + consonant + byVowel(word, 'ан', 'ән')
}

/** «унга», «бергә», «өчкә»: to. */
export const dative = (word: string): string =>
  word + (endsVoiceless(word) ? 'к' : 'г') + byVowel(word, 'а', 'ә')

/** «унынчы», «беренче», «икенче», «кырыгынчы». */
export const ordinalForm = (word: string): string => {
  if (endsInVowel(word)) return word + byVowel(word, 'нчы', 'нче')
  return word.replace(/к$/, 'г').replace(/ь$/, '') + byVowel(word, 'ынчы', 'енче')
}

/** «ноябре», «гыйнвары», «мае»: of something named before. */
export const possessive = (word: string): string =>
  /й$/.test(word) ? word.replace(/й$/, 'е') : word.replace(/ь$/, '') + byVowel(word, 'ы', 'е')

/** «ноябрендә», «гыйнварында», «маенда». */
export const possessiveLocative = (word: string): string =>
  possessive(word) + byVowel(word, 'нда', 'ндә')

/** Puts an ending on the last of several words: «егерме өчтән». */
export const onLastWord = (words: string, ending: (word: string) => string): string =>
  words.replace(/\S+$/, ending)
