import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import t from 'tap'
import { buildPages } from '../../src/pages/build.ts'
import { openBrowser, patience } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { type Process, startProcess } from './process.ts'

/**
 * The demo as people use it: one server as `npm start` begins it, two telephones, an operator and a
 * supervisor, each in a window of their own. The simulated carrier lives in the server and dies with it, so
 * a kill here cuts every call; `kill-while-connecting` and `crash` have carriers that live on.
 */
t.setTimeout(480_000)
await buildPages()
const dataDir = await mkdtemp(join(tmpdir(), 'hotline-demo-'))
await chmod(dataDir, 0o755)
const settings = {
  DATA_DIR: dataDir,
  PORT: String(await freePort()),
  // Without a carrier's account it brings its own.
  TWILIO_ACCOUNT_SID: '',
  TWILIO_AUTH_TOKEN: '',
}
let server: Process = await startProcess(settings)
const origin = server.url
const browser = await openBrowser()
t.teardown(async () => {
  await browser.close()
  await server.stop('SIGTERM')
  await rm(dataDir, { recursive: true, force: true })
})

const passwords = new Map(
  (await readFile(join(dataDir, 'operators'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(' ') as [string, string]),
)

const open = async (path: string): Promise<Page> => {
  const context = await browser.newContext({
    locale: 'ru-RU',
    viewport: { width: 1280, height: 720 },
  })
  await context.addInitScript(() => localStorage.setItem('hotline.sound', 'off'))
  const page = await context.newPage()
  page.setDefaultTimeout(patience)
  await page.goto(origin + path)
  return page
}

/** A telephone that is about to dial the line that is open day and night. */
const telephone = async (number?: string): Promise<Page> => {
  const page = await open('/phone')
  await page.getByRole('radio', { name: /Экстренная линия/ }).check()
  if (number !== undefined) {
    await page.getByLabel('Откуда звоним').selectOption('other')
    await page.getByLabel('Номер звонящего').fill(number)
  }
  return page
}

const signedIn = async (login: string): Promise<Page> => {
  const page = await open('/console')
  await page.getByLabel('Логин').fill(login)
  await page.getByLabel('Пароль').fill(passwords.get(login) ?? '')
  await page.keyboard.press('Enter')
  await page.getByText('Телефон готов').waitFor()
  return page
}

const heard = (page: Page, text: string | RegExp) =>
  page.getByRole('log').getByText(text).first().waitFor()
const stage = (page: Page) => page.getByRole('region', { name: 'Звонок', exact: true })
const shows = (page: Page, text: string) =>
  stage(page).getByText(text, { exact: true }).first().waitFor()
/** A figure of the supervisor's board. */
const board = (page: Page, what: string, value: string) =>
  page
    .locator('dl > div')
    .filter({ hasText: new RegExp(`^${what}\\s*${value}`) })
    .waitFor()

/** A slow machine may take longer from the first Esc to the second than an operator may. */
const hangUp = async (page: Page): Promise<void> => {
  const isOver = shows(page, 'Запись о разговоре').then(() => true)
  do for (const _ of [1, 2]) await page.keyboard.press('Escape')
  while (!(await Promise.race([isOver, pause(500, false)])))
}

const writeUp = async (page: Page): Promise<void> => {
  await shows(page, 'Запись о разговоре')
  await page.keyboard.press('Space')
  await page.keyboard.press('Control+Enter')
}

const answerAndConfirm = async (page: Page): Promise<void> => {
  await page.getByText('Вам звонят', { exact: true }).waitFor()
  await page.keyboard.press('Enter')
  await heard(page, /нажмите один/)
  await page.keyboard.press('1')
  await heard(page, 'Вы говорите с оператором')
}

/** How often a telephone rang since the carrier began. */
const rung = async (number: string): Promise<number> => {
  const answer = await fetch(`${origin}/simulated/ledger`)
  const book = (await answer.json()) as readonly { to: string; rang: boolean }[]
  return book.filter(({ to, rang }) => rang && to === number).length
}

t.test('callers reach an operator, are called back once, and a kill loses nobody', async (t) => {
  const second = '+79167654321'
  const [caller, patient, anna, vera] = await Promise.all([
    telephone(),
    telephone('+7 916 765-43-21'),
    signedIn('anna'),
    signedIn('vera'),
  ])
  await vera.getByRole('radio', { name: 'Табло' }).check()
  await anna.getByRole('radio', { name: 'На линии' }).focus()
  await anna.keyboard.press('Space')
  await shows(anna, 'Ждём звонка')
  await board(vera, 'Свободных операторов', '1')

  // The first caller reaches the operator, and all three see it.
  await caller.keyboard.press('Enter')
  await heard(caller, 'Вы ждёте оператора')
  await shows(anna, '+7 999 123-45-67')
  await anna
    .getByRole('region', { name: 'Кто звонит' })
    .getByText('Звонит на: Экстренная линия')
    .waitFor()
  await anna.keyboard.press('Enter')
  await heard(caller, 'Вы говорите с оператором')
  await shows(anna, 'Разговор')
  await vera.getByText('на связи Анна Соколова').waitFor()
  await board(vera, 'Свободных операторов', '0')
  await anna.keyboard.press('m')
  await shows(anna, 'Вас не слышат.')
  await anna.keyboard.press('m')
  await anna.keyboard.press('h')
  await shows(anna, 'Звонивший слышит музыку и не слышит вас.')
  await heard(caller, 'Оператор просит подождать, играет музыка')
  await anna.keyboard.press('h')
  await caller.locator('output', { hasText: 'Вы говорите с оператором' }).waitFor()

  // The second one waits, and takes a callback by the star.
  await patient.keyboard.press('Enter')
  await heard(patient, 'Оставайтесь на линии')
  await board(vera, 'Ждут сейчас', '1')
  await patient.keyboard.press('*')
  await heard(patient, /Запомните номер обратного звонка/)
  await patient.keyboard.press('Escape')
  await board(vera, 'Перезвонить', '1')
  await board(vera, 'Ждут сейчас', '0')
  t.equal(await rung(second), 0)

  // The server is killed; with it goes its carrier, and the talk breaks off. All pages come back by themselves.
  await server.stop('SIGKILL')
  for (const page of [caller, patient, anna, vera])
    await page.getByText('Связи с сервером нет').waitFor()
  server = await startProcess(settings)

  // The broken-off talk is taken up again first, by the same operator.
  await shows(anna, 'Обратный звонок')
  await shows(anna, '+7 999 123-45-67')
  await anna.keyboard.press('Enter')
  await answerAndConfirm(caller)
  await shows(anna, 'Разговор')
  await board(vera, 'Перезвонить', '1')
  t.equal(await rung(second), 0, 'nobody is called before an operator is free')
  await hangUp(anna)
  await writeUp(anna)

  // Free: the operator is asked, then the one who waits at home.
  await shows(anna, '+7 916 765-43-21')
  t.equal(await rung(second), 0)
  await anna.keyboard.press('Enter')
  await answerAndConfirm(patient)
  await shows(anna, 'Разговор')
  await vera.getByText('на связи Анна Соколова').waitFor()
  await board(vera, 'Перезвонить', '0')
  await patient.keyboard.press('Escape')
  await writeUp(anna)
  await shows(anna, 'Ждём звонка')
  await board(vera, 'Свободных операторов', '1')
  t.equal(await rung(second), 1, 'called back exactly once')
  await anna
    .getByRole('region', { name: 'Мой день' })
    .filter({ hasText: /принято\s*3/ })
    .waitFor()
  for (const page of [anna, vera]) {
    const text = await page.locator('#page').textContent()
    t.notMatch(text, /123-45-67|765-43-21|9991234567|9167654321/, 'nothing personal stays')
  }
})
