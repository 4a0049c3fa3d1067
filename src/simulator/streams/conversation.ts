/** Who says it, by the track it is heard on: the caller speaks inbound. */
export type SaidInTalk = { readonly track: 'inbound' | 'outbound'; readonly text: string }

/** What caller and operator say to each other in turns, the operator first. */
const talks: Readonly<Record<string, readonly string[]>> = {
  ru: [
    'Здравствуйте, слушаю вас.',
    'Здравствуйте, доктор. У ребёнка второй день температура и сыпь на руках.',
    'Понятно. Пришлите, пожалуйста, фотографию сыпи.',
    'Сейчас пришлю. Температура тридцать восемь и две.',
    'Вижу снимок. Давайте побольше пить и покажитесь врачу завтра утром.',
    'Хорошо, спасибо. А что делать, если сыпь станет больше?',
  ],
  en: [
    'Good afternoon, how can I help?',
    'Hello, doctor. My child has had a fever for two days, and a rash on both hands.',
    'I see. Please send me a photo of the rash.',
    'I am sending it now. The temperature is thirty eight point two.',
    'I have the picture. Give plenty to drink, and see a doctor tomorrow morning.',
    'All right, thank you. What should I do if the rash gets worse?',
  ],
  tt: [
    'Исәнмесез, тыңлыйм сезне.',
    'Исәнмесез, доктор. Баланың икенче көн температурасы бар, кулларында тимгелләр.',
    'Аңлашыла. Зинһар, фотосын җибәрегез.',
    'Хәзер җибәрәм. Температурасы утыз сигез.',
    'Рәсемне күрәм. Күбрәк эчертегез, иртәгә табибка күренегез.',
    'Ярар, рәхмәт. Тимгелләр артса, нишләргә?',
  ],
}

/** @param line the how-manieth, from 0; after the last the talk begins anew */
export const talkIn = (language: string, line: number): SaidInTalk => {
  const words = talks[language.slice(0, 2)] ?? talks['ru'] ?? []
  return {
    track: line % 2 === 0 ? 'outbound' : 'inbound',
    text: words[line % words.length] ?? '',
  }
}
