/** What `npm run dial` says for itself, apart from what the line says. */
export type DialTexts = {
  readonly help: string
  readonly calling: (number: string) => string
  readonly answered: string
  readonly ended: (reason: string) => string
  readonly sound: (url: string) => string
  readonly noServer: (url: string) => string
  readonly noLines: string
  readonly chooseLine: string
  readonly lost: string
}

const russian: DialTexts = {
  help: 'Клавиши 0–9, * и # — набор; h или Ctrl-C — положить трубку.',
  calling: (number) => `Звоним на ${number}…`,
  answered: 'Линия ответила.',
  ended: (reason) =>
    ({
      'hung-up-by-caller': 'Вы положили трубку.',
      completed: 'Линия завершила звонок.',
      rejected: 'Звонок отклонён.',
      busy: 'Занято.',
    })[reason] ?? 'Звонок прервался из-за ошибки.',
  sound: (url) => `(звучит запись ${url})`,
  noServer: (url) =>
    `По адресу ${url} нет демонстрационной линии. Запустите сервер без настроек Twilio: npm start`,
  noLines: 'На сервере нет ни одной линии.',
  chooseLine: 'Другую линию можно указать номером: npm run dial -- НОМЕР',
  lost: 'Связь с сервером потеряна.',
}

const english: DialTexts = {
  help: 'Keys 0–9, * and # dial; h or Ctrl-C hangs up.',
  calling: (number) => `Calling ${number}…`,
  answered: 'The line has answered.',
  ended: (reason) =>
    ({
      'hung-up-by-caller': 'You hung up.',
      completed: 'The line ended the call.',
      rejected: 'The call was rejected.',
      busy: 'Busy.',
    })[reason] ?? 'The call broke off because of an error.',
  sound: (url) => `(a recording plays: ${url})`,
  noServer: (url) =>
    `There is no demo at ${url}. Start the server without Twilio's settings: npm start`,
  noLines: 'The server has no lines.',
  chooseLine: 'To call another line, name its number: npm run dial -- NUMBER',
  lost: 'The connection to the server is lost.',
}

/** @param locale a POSIX locale name such as `ru_RU.UTF-8` */
export const dialTexts = (locale: string): DialTexts =>
  locale.toLowerCase().startsWith('ru') ? russian : english
