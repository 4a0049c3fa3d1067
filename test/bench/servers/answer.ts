import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'

const texts = [
  'Узнать об услуге — нажмите один. Личный кабинет — два. Статус заявления — три.',
  'Обратный звонок — четыре. Оператор — ноль. English — восемь. Повторить меню — звёздочка.',
]

/** A menu such as the hotline's, made with the library's builder. */
export const buildMenu = (): string => {
  const response = new VoiceResponse()
  const gather = response.gather({ numDigits: 1, action: '/voice/turn/1', timeout: 5 })
  for (const text of texts) gather.say({ voice: 'Polly.Tatyana', language: 'ru-RU' }, text)
  response.redirect({ method: 'POST' }, '/voice/turn/1')
  return response.toString()
}

export const menu = buildMenu()

/** Tells the parent process where the server listens. */
export const announce = async (url: string): Promise<void> => {
  process.send?.({ port: Number(new URL(url).port) })
}
