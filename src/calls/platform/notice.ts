import { heardNotices } from '../notice.ts'
import { type Reading, result, textParam } from './platform-function.ts'

/**
 * Notices in force on the line: `{ texts, notices: [{ language, text, recording }] }`. `texts` are those
 * in the language in force. `notices` are all, one after the other in the language in force or, where
 * one does not speak it, in the language `otherwise`; `recording` is the address of an audio file or ''.
 */
export const notice: Reading = {
  writes: false,
  answer: (params, { notices, line, language, flowSet, now }) => {
    const otherwise = textParam(params, 'otherwise')
    const heard = heardNotices(
      notices,
      line?.number ?? null,
      otherwise === '' ? [language] : [language, otherwise],
      (path) => flowSet.audio.has(path),
      now,
    )
    const texts = heard.filter((one) => one.language === language && one.text !== '')
    return result({
      texts: texts.map(({ text }) => text),
      notices: heard.map((one) => ({ ...one })),
    })
  },
}
