import type { PhoneLine, PhoneReport } from '../../src/simulator/phone-protocol.ts'

const callSid = 'CA0123456789abcdef0123456789abcdef'

const line = (number: string, name: string, description: string, ...languages: string[]) => ({
  number,
  name,
  description,
  languages,
})

export const lines: readonly PhoneLine[] = [
  line(
    '+78005557373',
    'Горячая линия',
    'Главное меню, услуги, личный кабинет, статус заявления, обратный звонок',
    'ru-RU',
    'en-US',
  ),
  line('+74957770000', 'Линия для регионов', 'То же меню на московском номере', 'ru-RU', 'en-US'),
  line('+74957830000', 'Звонки из-за границы', 'Сначала выбор языка, затем меню', 'ru-RU', 'en-US'),
  line('+74958000000', 'English line', 'The same menu, in English from the first word', 'en-US'),
  line('+78005553030', 'Бизнес, крупные компании', 'Круглосуточно; сначала ИНН или ОГРН', 'ru-RU'),
  line('+78005553131', 'Бизнес, средние предприятия', 'С девяти до двадцати одного', 'ru-RU'),
  line('+78005553232', 'Бизнес, малые организации', 'С восьми до двадцати', 'ru-RU'),
  line('+78001000100', 'Экстренная линия', 'Круглосуточно, без меню; сразу оператор', 'ru-RU'),
  line(
    '+78005550303',
    'Медицинские советы',
    'Семейные врачи; чат и фотографии во время звонка',
    'ru-RU',
  ),
]

export const ringing = (to: string): PhoneReport => ({
  type: 'call',
  state: 'dialling',
  callSid,
  to,
})

export const answered = (to: string): PhoneReport => ({
  type: 'call',
  state: 'in-progress',
  callSid,
  to,
})

export const ended = (to: string, reason: string): PhoneReport => ({
  type: 'call',
  state: 'ended',
  callSid,
  to,
  reason,
})

export const says = (utterance: number, text: string, language = 'ru-RU'): PhoneReport => ({
  type: 'utterance',
  utterance,
  text,
  language,
  milliseconds: 1000 + 60 * text.length,
})

export const said = (utterance: number): PhoneReport => ({
  type: 'utterance-end',
  utterance,
  how: 'finished',
})

export const cut = (utterance: number): PhoneReport => ({
  type: 'utterance-end',
  utterance,
  how: 'cut-by-key',
})

export const listens = (maxDigits: number | null, finishOnKey = '#'): PhoneReport => ({
  type: 'listening',
  maxDigits,
  finishOnKey,
  timeoutSeconds: 5,
})

export const heard = (digits: string): PhoneReport => ({ type: 'heard', digits })

/** Steps are told as `kind text`. */
export const trace = (...steps: readonly string[]): PhoneReport => ({
  type: 'trace',
  callSid,
  turn: 0,
  steps: steps.map((step) => {
    const [kind = '', ...words] = step.split(' ')
    return { kind, text: words.join(' ') }
  }),
  transcript: { at: '2026-11-24 10:05 Europe/Moscow', givens: [], lines: [] },
})

export const webhook = (path: string, position: string, say: string): PhoneReport => ({
  type: 'webhook',
  url: `http://127.0.0.1:3000${path}`,
  parameters: [
    ['CallSid', callSid],
    ['From', '+79000000001'],
    ['To', '+78005557373'],
    ['CallStatus', 'in-progress'],
    ['Digits', '3'],
  ],
  status: 200,
  answer: `<?xml version="1.0" encoding="UTF-8"?><Response><Gather input="dtmf" action="/voice/turn/2"><Say language="ru-RU">${say}</Say></Gather></Response>`,
  milliseconds: 11.6,
  position,
})
