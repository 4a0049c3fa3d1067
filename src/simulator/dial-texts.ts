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
  readonly recording: (maxSeconds: number) => string
  readonly transfer: (state: string, to: string) => string
  /** Of the way to a person; null where there is nothing to say. */
  readonly person: (state: string) => string | null
  /** A line of a script that means nothing. */
  readonly unknownCommand: (line: string) => string
  readonly fileExists: (file: string) => string
  readonly noFolder: (file: string) => string
  readonly recorded: (file: string, turns: number) => string
  readonly notRecorded: (file: string) => string
  /** Labels of the steps of a turn, by kind. */
  readonly steps: Readonly<Record<string, string>>
}

const russian: DialTexts = {
  help: 'Клавиши 0–9, * и # — набор; s — говорить пять секунд в запись; h или Ctrl-C — положить трубку.',
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
  recording: (maxSeconds) => `(идёт запись, не дольше ${maxSeconds} с)`,
  transfer: (state, to) =>
    ({ ringing: `(звоним ${to})`, connected: `(разговор с ${to})` })[state] ??
    `(звонок ${to} закончен)`,
  person: (state) =>
    ({ entered: '(ждём оператора)', talking: '(разговор с оператором)' })[state] ?? null,
  unknownCommand: (line) =>
    `Строка «${line}» непонятна. Подходят клавиши, wait и hang up; остальное — npm run dial -- --help`,
  fileExists: (file) => `Файл ${file} уже есть. Чтобы записать поверх, добавьте --force.`,
  noFolder: (file) => `Папки для файла ${file} нет.`,
  recorded: (file, turns) =>
    `Разговор записан в ${file}, шагов: ${turns}. Проверка: npm test -- test/flows/turns.test.ts`,
  notRecorded: (file) => `Записывать нечего, файл ${file} не создан.`,
  steps: {
    input: 'ввод',
    dialog: 'диалог',
    event: 'событие',
    log: 'журнал',
    asked: 'запрос',
    fetched: 'загрузка',
    variable: 'значение',
    waits: 'ждёт',
  },
}

const english: DialTexts = {
  help: 'Keys 0–9, * and # dial; s speaks for five seconds into a recording; h or Ctrl-C hangs up.',
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
  recording: (maxSeconds) => `(recording, up to ${maxSeconds} s)`,
  transfer: (state, to) =>
    ({ ringing: `(ringing ${to})`, connected: `(talking with ${to})` })[state] ??
    `(the call to ${to} is over)`,
  person: (state) =>
    ({ entered: '(waiting for an operator)', talking: '(talking with an operator)' })[state] ??
    null,
  unknownCommand: (line) =>
    `The line "${line}" is no command. Keys, wait and hang up are; see npm run dial -- --help`,
  fileExists: (file) => `${file} exists. To write over it, add --force.`,
  noFolder: (file) => `There is no folder for ${file}.`,
  recorded: (file, turns) =>
    `Recorded in ${file}, turns: ${turns}. To check it: npm test -- test/flows/turns.test.ts`,
  notRecorded: (file) => `There was nothing to record; ${file} is not written.`,
  steps: {
    input: 'input',
    dialog: 'dialog',
    event: 'event',
    log: 'log',
    asked: 'asked',
    fetched: 'fetched',
    variable: 'variable',
    waits: 'waits',
  },
}

/** @param locale a POSIX locale name such as `ru_RU.UTF-8` */
export const dialTexts = (locale: string): DialTexts =>
  locale.toLowerCase().startsWith('ru') ? russian : english
