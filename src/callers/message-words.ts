import type { E164 } from '../numbers/e164.ts'
import { nationalForm } from '../numbers/e164.ts'
import { sayAs } from '../numbers/spoken/spoken.ts'
import type { CallerLanguage } from './caller.ts'

type Words = {
  readonly signIn: (code: string) => string
  /** Said aloud; the digits are words of the language. */
  readonly spokenSignIn: (digits: string) => string
  readonly invitation: (caller: string, code: string, refusal: string) => string
  readonly callBegun: (caller: string, link: string) => string
}

/** Every word that goes out in messages: action first, nothing of what a call is about. */
const words: Readonly<Record<CallerLanguage, Words>> = {
  'ru-RU': {
    signIn: (code) => `${code} — код входа. Действует 10 минут. Никому его не говорите.`,
    spokenSignIn: (digits) => `Ваш код входа: ${digits}. Ещё раз: ${digits}. До свидания.`,
    invitation: (caller, code, refusal) =>
      `${caller} зовёт вас в доверенные лица. Да: скажите код ${code}. Нет: ${refusal}`,
    callBegun: (caller, link) => `${caller} звонит на горячую линию: ${link}`,
  },
  'en-US': {
    signIn: (code) => `${code} is your sign-in code. Valid for 10 minutes. Tell it to nobody.`,
    spokenSignIn: (digits) => `Your sign-in code is: ${digits}. Once more: ${digits}. Goodbye.`,
    invitation: (caller, code, refusal) =>
      `${caller} asks you to be a trusted person. Yes: tell them ${code}. No: ${refusal}`,
    callBegun: (caller, link) => `${caller} is calling the hotline: ${link}`,
  },
  'tt-RU': {
    signIn: (code) => `${code} — керү коды. 10 минут гамәлдә. Аны беркемгә дә әйтмәгез.`,
    spokenSignIn: (digits) => `Керү кодыгыз: ${digits}. Тагын бер тапкыр: ${digits}. Сау булыгыз.`,
    invitation: (caller, code, refusal) =>
      `${caller} сезне ышанычлы кеше итә. Риза: ${code} кодын әйтегез. Юк: ${refusal}`,
    callBegun: (caller, link) => `${caller} кайнар линиягә шалтырата: ${link}`,
  },
}

export const signInText = (language: CallerLanguage, code: string): string =>
  words[language].signIn(code)

/** Digit by digit, with pauses, twice. */
export const spokenSignInText = (language: CallerLanguage, code: string): string => {
  const digits = [...code].map((digit) => sayAs(language, 'digits', '', digit) ?? digit)
  return words[language].spokenSignIn(digits.join(', '))
}

export type Named = { readonly name: string | null; readonly phone: string }

export const invitationText = (
  language: CallerLanguage,
  caller: Named,
  code: string,
  refusal: string,
): string => fitted(caller, (name) => words[language].invitation(name, code, refusal))

export const callBegunText = (language: CallerLanguage, caller: Named, link: string): string =>
  fitted(caller, (name) => words[language].callBegun(name, link))

/**
 * Letters alone: a name is written by somebody who may mean ill, and stands in a message of ours to
 * somebody else. No address and no number can be put into it.
 */
const plainName = /^\p{L}[\p{L}\p{M} '’-]{0,29}$/u

/** The caller goes by the name where it is one, else by the number, as briefly as the message needs. */
const fitted = ({ name, phone }: Named, write: (name: string) => string): string => {
  const given = name?.trim() ?? ''
  const [first = ''] = given.split(' ')
  const texts = (plainName.test(given) ? [given, first] : [nationalForm(phone as E164)])
    .concat(phone)
    .map(write)
  return texts.find((text) => segmentsOf(text) <= maxSegments) ?? write(phone)
}

/** A message counts and costs by its segments. */
const maxSegments = 2

/** Characters that an SMS writes in seven bits; any other makes the whole message one of 16-bit units. */
const sevenBit =
  /^[A-Za-z0-9 \n\r@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà^{}\\[~\]|€]*$/

/**
 * How many messages the carrier counts a text as.
 * @see https://www.twilio.com/docs/glossary/what-sms-character-limit
 */
export const segmentsOf = (text: string): number => {
  const isSevenBit = sevenBit.test(text)
  const length = isSevenBit
    ? text.length + (text.match(/[\^{}\\[~\]|€]/g)?.length ?? 0)
    : text.length
  const [one, each] = isSevenBit ? [160, 153] : [70, 67]
  return length <= one ? 1 : Math.ceil(length / each)
}
