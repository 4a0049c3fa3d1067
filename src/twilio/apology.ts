import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import { voiceFor } from './voices.ts'

type Words = {
  readonly again: string
  readonly goodbye: string
  readonly noSuchLine: string
}

const words: ReadonlyMap<string, Words> = new Map([
  [
    'ru',
    {
      again:
        'Извините, у нас техническая неполадка. Оставайтесь на линии, мы продолжим с того же места.',
      goodbye:
        'Извините, мы не можем сейчас продолжить разговор. Всё, что вы успели сделать, сохранено. Пожалуйста, позвоните ещё раз через несколько минут.',
      noSuchLine: 'Этот номер не обслуживается. Проверьте номер и позвоните ещё раз.',
    },
  ],
  [
    'en',
    {
      again:
        'Sorry, we have a technical problem. Please stay on the line, we will go on from the same place.',
      goodbye:
        'Sorry, we cannot go on right now. Everything you have done so far is kept. Please call again in a few minutes.',
      noSuchLine: 'This number is not in service. Please check the number and call again.',
    },
  ],
])

const wordsFor = (language: string): Words => {
  const found = words.get(language.split('-')[0]?.toLowerCase() ?? '') ?? words.get('ru')
  if (found === undefined) throw new Error('No words of apology')
  return found
}

/** Says sorry, waits two seconds and goes on at `url`. */
export const apologiseAndGoOn = (language: string, url: string): string => {
  const response = new VoiceResponse()
  say(response, language, wordsFor(language).again)
  response.pause({ length: 2 })
  response.redirect({ method: 'POST' }, url)
  return response.toString()
}

/** Says sorry and what to do, and hangs up. */
export const apologiseAndHangUp = (language: string): string =>
  lastWords(language, wordsFor(language).goodbye)

/** Says sorry and what to do. */
export const sayGoodbye = (response: VoiceResponse, language: string): void =>
  say(response, language, wordsFor(language).goodbye)

/** For a number that no line of the flow folder has. */
export const refuseUnknownLine = (language: string): string =>
  lastWords(language, wordsFor(language).noSuchLine)

/** Ends the call without a word: nobody is there, or all has been said. */
export const hangUp = (): string => {
  const response = new VoiceResponse()
  response.hangup()
  return response.toString()
}

const lastWords = (language: string, text: string): string => {
  const response = new VoiceResponse()
  say(response, language, text)
  response.hangup()
  return response.toString()
}

const say = (response: VoiceResponse, language: string, text: string): void => {
  response.say(voiceFor(language) as Parameters<VoiceResponse['say']>[0], text)
}
