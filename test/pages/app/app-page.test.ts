import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import t, { type Test } from 'tap'
import { buildPages } from '../../../src/pages/build.ts'
import { seriousViolations } from '../../support/axe.ts'
import { openBrowser, patience } from '../../support/browser.ts'
import { gatherComplaints } from '../../support/complaints.ts'
import { cutWords } from '../../support/cut-words.ts'
import * as scene from './scenes.ts'
import { type Script, startScriptedServer } from './scripted-server.ts'

const { directory } = await buildPages()
const server = await startScriptedServer(directory)
const browser = await openBrowser()
/** Too large for one breath of the network. */
const photo = await sharp({
  create: {
    width: 1600,
    height: 1200,
    channels: 3,
    background: '#c98d7f',
    noise: { type: 'gaussian', mean: 128, sigma: 60 },
  },
})
  .jpeg({ quality: 90 })
  .toBuffer()
const file = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: photo }
t.teardown(async () => {
  await browser.close()
  await server.close()
})

type Manner = {
  readonly script?: Partial<Script>
  readonly at?: string
  readonly language?: string
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  readonly more?: BrowserContextOptions
}

/** What a browser says by itself of a door that is closed and a server that is away is no complaint. */
const ownRemarks =
  /status of (400|401|409|422|429)|WebSocket|ERR_CONNECTION|ERR_INTERNET|blocked by Playwright/

async function openPage(context: BrowserContext, complaints: string[], at: string): Promise<Page> {
  const page = await context.newPage()
  gatherComplaints(page, complaints, ownRemarks)
  await page.goto(`${server.url}/app${at}`)
  return page
}

/** The page as somebody with this browser first sees it, and all its complaints. */
async function open(t: Test, manner: Manner = {}) {
  const { language = 'ru-RU', scheme = 'light', width = 360 } = manner
  server.begin(manner.script)
  const context = await browser.newContext({
    locale: language,
    colorScheme: scheme,
    timezoneId: 'Europe/Moscow',
    viewport: { width, height: width < 500 ? 740 : 720 },
    serviceWorkers: 'block',
    ...manner.more,
  })
  t.teardown(() => context.close())
  context.setDefaultTimeout(patience)
  const complaints: string[] = []
  const page = await openPage(context, complaints, manner.at ?? '')
  return { page, context, complaints }
}

const chat = `#call=${scene.channelId}`
const closed = {
  view: scene.view({ isChatOpen: false }),
  rights: scene.closedRights,
  happened: [],
}
const log = (page: Page) => page.getByRole('log', { name: 'Переписка' })
const field = (page: Page) => page.getByRole('textbox', { name: 'Сообщение' })
/** The network is back, and the browser says so. */
const back = async (page: Page) => {
  await server.back()
  await page.evaluate('window.dispatchEvent(new Event("online"))')
}
const sends = () => server.heard.filter(({ type }) => type === 'message')

async function choosePhoto(page: Page): Promise<void> {
  await page.getByLabel('Выбрать из галереи').setInputFiles(file)
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Отправить/ })
    .click()
}

t.test('somebody signs in with a pasted code, and every refusal says what to do', async (t) => {
  const { page, complaints } = await open(t, { script: { me: null } })
  server.answers.set('POST /caller/code', [
    { status: 429, code: 'too-many', after: 125 },
    { status: 400, code: 'number-not-served' },
  ])
  server.answers.set('POST /caller/sign-in', [{ status: 401, code: 'wrong-code' }])
  const number = page.getByLabel('Ваш номер телефона')
  await number.fill('8 (999) 123-45-67')
  await page.keyboard.press('Enter')
  await page
    .getByRole('alert')
    .getByText(/Попробуйте через [12]:\d\d/)
    .waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('Нужен российский номер').waitFor()
  await page.getByRole('button', { name: 'Получить код в СМС' }).click()
  const code = page.getByLabel('Шесть цифр кода')
  await code.waitFor()
  t.equal(await code.getAttribute('autocomplete'), 'one-time-code')
  t.equal(await code.getAttribute('inputmode'), 'numeric')
  t.ok(await page.getByRole('button', { name: /СМС ещё раз — через/ }).isDisabled())
  await code.fill('000 000')
  await page.getByRole('alert').getByText('Код не подошёл').waitFor()
  t.equal(await code.inputValue(), '')
  t.same(await seriousViolations(page), [])
  await code.fill('123 456')
  await page.getByRole('region', { name: 'Идёт звонок' }).waitFor()
  t.same(
    server.asked.at(-1),
    'POST /caller/sign-in {"phone":"+79991234567","code":"123456","language":"ru-RU"}',
  )
  t.match(server.asked[0], /"phone":"\+79991234567","by":"sms","language":"ru-RU"/)

  await page.getByRole('link', { name: 'Профиль' }).click()
  await page.getByRole('button', { name: 'Выйти' }).click()
  await page.getByText('На этом устройстве ничего не осталось').waitFor()
  t.equal(await page.getByText('Мария').count(), 0)
  t.same(complaints, [])
})

t.test('the live call is on top, with who is there, the chat, and why it is closed', async (t) => {
  const { page } = await open(t, { script: closed })
  const live = page.getByRole('region', { name: 'Идёт звонок' })
  await live.getByText('На линии Анна Петрова').waitFor()
  await live.getByText('видит чат').waitFor()
  await live.getByText('Чат закрыт. Его открывает только оператор').waitFor()
  t.match(await live.locator('time').textContent(), /4:0\d/)
  await page.getByText('говорили с оператором · есть переписка').waitFor()
  t.equal(await page.getByText('1 новое').count(), 1)

  server.say({ type: 'online', online: [] })
  await live.getByText('чат не открыт').waitFor()
  server.say({ type: 'rights', rights: scene.rights() })
  server.happen({ type: 'chat', isOpen: true })
  await live.getByRole('link', { name: 'Написать' }).click()
  await field(page).fill('Здравствуйте')
  await page.getByRole('button', { name: 'Отправить', exact: true }).click()
  await log(page).getByText('отправлено').waitFor()
  await page.goBack()
  await live.waitFor()
  server.sayHome({
    type: 'calls',
    items: [scene.liveCall({ endedAt: scene.at(0), outcome: 'operator' })],
  })
  await live.waitFor({ state: 'detached' })
  t.equal(await page.getByRole('link', { name: /Медицинские советы/ }).count(), 2)
})

t.test('without any calls the page says which number to dial', async (t) => {
  const { page } = await open(t, { script: { calls: [] } })
  const number = page.getByRole('link', { name: /800 555-03-03/ })
  await number.waitFor()
  t.equal(await number.getAttribute('href'), 'tel:+78005550303')
})

t.test('a message is waiting, sent, delivered, seen, each in words', async (t) => {
  const { page, complaints } = await open(t, { at: chat, script: { happened: [] } })
  server.reaction = 'silent'
  await field(page).fill('Болит горло')
  await page.keyboard.press('Enter')
  await log(page).getByText('ждёт отправки').waitFor()
  const [first] = sends()
  t.match(first, { text: 'Болит горло', id: /^[\da-f]{8}-[\da-f]{4}-4/ })
  server.happen({
    ...scene.message(1, scene.caller, 'Болит горло'),
    ...(first && 'id' in first ? { id: first.id } : {}),
  } as never)
  await log(page).getByText('отправлено').waitFor()
  server.happen({ type: 'mark', by: scene.peter, delivered: 1, seen: 1 })
  server.happen({ type: 'mark', by: scene.anna, delivered: 1, seen: 0 })
  await log(page).getByText('доставлено').waitFor()
  server.happen({ type: 'mark', by: scene.anna, delivered: 1, seen: 1 })
  await log(page).getByText('просмотрено').waitFor()
  t.equal(await log(page).getByText('Болит горло').count(), 1)

  server.happen(scene.message(2, scene.anna, 'Откройте рот шире'))
  await server.until(() => server.heard.some((one) => one.type === 'mark' && one.seen === 5))
  t.equal(server.heard.filter(({ type }) => type === 'mark').length, 1, 'marks are not marked')
  t.same(complaints, [])
})

t.test('what is refused says why, waits for a tap, and can be taken away', async (t) => {
  const { page } = await open(t, { at: chat })
  server.reaction = 'chat-closed'
  for (const text of ['Первое', 'Второе']) {
    await field(page).fill(text)
    await page.keyboard.press('Enter')
  }
  await log(page).getByText('не отправлено: чат закрыт').nth(1).waitFor()
  server.reaction = 'take'
  await log(page).getByRole('button', { name: 'Повторить' }).first().click()
  await log(page).getByText('отправлено', { exact: true }).waitFor()
  await log(page).getByRole('button', { name: 'Убрать' }).click()
  await log(page).getByText('Второе').waitFor({ state: 'detached' })
  t.equal(sends().filter((one) => 'text' in one && one.text === 'Второе').length, 1)
})

t.test('what is written offline outlives the page and is sent once, in its order', async (t) => {
  const { page, context } = await open(t, { at: chat })
  await log(page).getByText('Покажите, пожалуйста').waitFor()
  await server.away()
  await page.getByRole('status').getByText('Нет связи').waitFor()
  for (const text of ['Раз', 'Два', 'Три']) {
    await field(page).fill(text)
    await page.keyboard.press('Enter')
  }
  await page.getByText('Не отправлено: 3').waitFor()
  t.same(await seriousViolations(page), [])
  await page.close()
  server.heard.length = 0
  await server.back()
  // The answer to each is lost on the way, and the connection with it.
  server.reaction = 'silent'
  const again = await openPage(context, [], '')
  await server.until(() => sends().length === 3)
  server.reaction = 'take'
  server.hangUp(1012)
  await again.getByRole('link', { name: 'Написать' }).click()
  await log(again).getByText('отправлено', { exact: true }).nth(2).waitFor()
  const texts = await log(again).getByRole('article').allTextContents()
  t.match(texts.slice(-3).join(), /Раз.*Два.*Три/)
  t.equal(await again.locator('[data-unsent]').count(), 0)
})

t.test('two tabs of one person keep the same unsent things and send them once', async (t) => {
  const { page, context } = await open(t, { at: chat, script: { happened: [] } })
  const other = await openPage(context, [], chat)
  await field(other).waitFor()
  await server.away()
  await field(page).fill('Одно на двоих')
  await page.keyboard.press('Enter')
  await log(other).getByText('ждёт отправки').waitFor()
  await page.getByLabel('Выбрать из галереи').setInputFiles(file)
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Отправить/ })
    .click()
  await log(other).getByRole('img', { name: 'Снимок' }).waitFor()
  await back(page)
  for (const tab of [other, page]) {
    await log(tab).getByText('отправлено', { exact: true }).nth(1).waitFor()
    await tab.locator('[data-unsent]').first().waitFor({ state: 'detached' })
    t.equal(await log(tab).getByRole('article').count(), 2)
  }
  t.equal(new Set(sends().map((one) => 'id' in one && one.id)).size, 1)
  t.equal(new Set(server.uploads.begun).size, 1)
})

t.test('the page comes back by its cursor, notices a gap, and forgets at a resync', async (t) => {
  const { page } = await open(t, { at: chat })
  await log(page).getByText('Добрый день').waitFor()
  server.lose(scene.message(201, scene.anna, 'Потерялось в пути'))
  server.happen(scene.message(202, scene.anna, 'А это дошло'))
  await log(page).getByText('А это дошло').waitFor()
  await log(page).getByText('Потерялось в пути').waitFor()
  const hellos = server.heard.filter((one) => one.type === 'hello').map(({ after }) => after)
  t.same(hellos, [null, 6])
  server.begin({ happened: [scene.message(300, scene.anna, 'Всё сначала')] })
  await log(page).getByText('Всё сначала').waitFor()
  await log(page).getByText('Добрый день').waitFor({ state: 'detached' })
})

t.test('one tab too many stands aside, and goes on when it is touched', async (t) => {
  const { page } = await open(t, { at: chat })
  await log(page).getByText('Добрый день').waitFor()
  await page.clock.install()
  const hellos = () => server.heard.filter((one) => one.type === 'hello').length
  const before = hellos()
  server.hangUp(4409)
  const banner = page.getByRole('status').filter({ hasText: 'слишком во многих вкладках' })
  await banner.waitFor()
  await page.clock.runFor(60_000)
  t.equal(hellos(), before, 'else tabs would push each other out for ever')
  await banner.click()
  await banner.waitFor({ state: 'detached' })
  server.happen(scene.message(210, scene.anna, 'Снова на связи'))
  await log(page).getByText('Снова на связи').waitFor()
  t.equal(hellos(), before + 1)
})

t.test(
  'a photo is turned, sent with progress, and cut connections cost nothing twice',
  async (t) => {
    const { page, complaints } = await open(t, { at: chat, script: { happened: [] } })
    server.uploads.cuts.push(64 * 1024, 64 * 1024)
    const { promise: taken, resolve: take } = Promise.withResolvers<void>()
    server.uploads.hold = taken
    await page.getByLabel('Выбрать из галереи').setInputFiles(file)
    const preview = page.getByRole('dialog', { name: 'Снимок перед отправкой' })
    await preview.getByRole('button', { name: 'Повернуть вправо' }).click()
    const canvas = preview.locator('canvas')
    t.same(
      await canvas.evaluate((one) => [one.getAttribute('width'), one.getAttribute('height')]),
      ['1200', '1600'],
    )
    t.same(await seriousViolations(page), [])
    await preview.getByRole('button', { name: /^Отправить/ }).click()
    await log(page).getByRole('progressbar').waitFor()
    await log(page)
      .getByText(/отправлено \d+\s%|сервер проверяет/)
      .waitFor()
    take()
    await log(page).getByText('отправлено', { exact: true }).waitFor()
    t.equal(server.uploads.begun.length, 1)
    const { offsets } = server.uploads
    t.same(
      [...offsets].sort((one, other) => one - other),
      offsets,
    )
    t.equal(offsets[0], 0)
    t.ok((offsets.at(-1) ?? 0) >= 64 * 1024, 'it went on from where it was cut')
    t.equal(
      await log(page)
        .getByRole('button', { name: /Снимок: Вы/ })
        .count(),
      1,
    )

    await log(page)
      .getByRole('button', { name: /Снимок: Вы/ })
      .click()
    await page
      .getByRole('dialog')
      .getByRole('img', { name: /Снимок: Вы/ })
      .waitFor()
    t.same(await seriousViolations(page), [])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    t.same(complaints, [])
  },
)

t.test('an upload goes on after the page was loaded anew in its middle', async (t) => {
  const { page, context } = await open(t, { at: chat, script: { happened: [] } })
  server.uploads.cuts.push(100 * 1024, 0)
  await choosePhoto(page)
  await server.until(() => server.uploads.taken() >= 100 * 1024)
  await page.close()
  const again = await openPage(context, [], chat)
  await log(again)
    .getByRole('button', { name: /Снимок: Вы/ })
    .waitFor()
  // A page that is closed before it has noted that its upload was taken up begins it again: the same one.
  t.equal(new Set(server.uploads.begun).size, 1, 'the same upload')
  t.ok((server.uploads.offsets.at(-1) ?? 0) >= 100 * 1024)
  t.same(server.uploads.ended, server.uploads.begun.slice(-1))
  t.equal(await again.locator('[data-unsent]').count(), 0)
})

t.test('a photo on its way can be cancelled, and one that is refused says why', async (t) => {
  const { page } = await open(t, { at: chat, script: { happened: [] } })
  server.uploads.cuts.push(...Array.from({ length: 50 }, () => 1))
  await choosePhoto(page)
  await log(page).getByRole('button', { name: 'Отменить' }).click()
  await page.locator('[data-unsent]').waitFor({ state: 'detached' })
  server.uploads.cuts.length = 0
  server.uploads.refusal = { status: 422, code: 'broken' }
  await choosePhoto(page)
  await log(page).getByText('файл снимка повреждён').waitFor()
  server.uploads.refusal = null
  await log(page).getByRole('button', { name: 'Повторить' }).click()
  await log(page).getByText('отправлено', { exact: true }).waitFor()
  t.equal(
    await log(page)
      .getByRole('button', { name: /Снимок: Вы/ })
      .count(),
    1,
  )
})

t.test('a file that is no picture, or one of an iPhone, gets a clear word', async (t) => {
  const { page } = await open(t, { at: chat })
  const gallery = page.getByLabel('Выбрать из галереи')
  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic')
  await gallery.setInputFiles({ name: 'IMG_1.HEIC', mimeType: 'image/heic', buffer: heic })
  await page.getByRole('alert').getByText('HEIC').waitFor()
  await gallery.setInputFiles({
    name: 'a.png',
    mimeType: 'image/png',
    buffer: Buffer.from('<svg/>'),
  })
  await page.getByRole('alert').getByText('не открылся как снимок').waitFor()
  t.same(server.uploads.begun, [])
})

t.test('an earlier call is read, and what was new in it is no longer', async (t) => {
  const over = { endedAt: scene.at(0), isChatOpen: false }
  const { page } = await open(t, {
    at: chat,
    script: { view: scene.view(over), rights: scene.overRights, calls: [scene.liveCall(over)] },
  })
  await log(page).getByText('Покажите, пожалуйста').waitFor()
  await server.until(() => server.heard.some((one) => one.type === 'mark' && one.seen === 3))
  t.equal(await field(page).count(), 0)
})

t.test('the operator asks for a photo, closes the chat, and the call ends', async (t) => {
  const { page } = await open(t, { at: chat })
  server.happen({ type: 'photo-asked' })
  await page.getByRole('button', { name: 'Оператор просит снимок' }).waitFor()
  await field(page).fill('Недописанное')
  server.happen({ type: 'chat', isOpen: false })
  server.say({ type: 'rights', rights: scene.closedRights })
  await page.getByText('трубку не кладите').waitFor()
  server.happen({ type: 'chat', isOpen: true })
  server.say({ type: 'rights', rights: scene.rights() })
  await field(page).waitFor()
  t.equal(await field(page).inputValue(), 'Недописанное')
  server.happen({ type: 'over' })
  server.say({ type: 'rights', rights: scene.overRights })
  await page.getByText('Писать больше нельзя, читать можно').waitFor()
  t.equal(
    await page.getByRole('link', { name: 'Позвонить снова' }).getAttribute('href'),
    'tel:+78005550303',
  )
  t.equal(await page.getByRole('button', { name: 'Место' }).count(), 0)
})

t.test('the place is shared once, while the call lasts, and not at all', async (t) => {
  const { page } = await open(t, {
    at: chat,
    more: {
      permissions: ['geolocation'],
      geolocation: { latitude: 55.75, longitude: 37.61, accuracy: 20 },
    },
  })
  const places = () =>
    server.heard.filter((one) => one.type === 'location').map(({ location }) => location)
  await page.getByRole('button', { name: 'Место' }).click()
  await page.getByText('Ещё его увидят те, кому вы разрешили: Пётр').waitFor()
  t.same(await seriousViolations(page), [])
  await page.getByRole('button', { name: 'Один раз' }).click()
  await page.getByText('Место показано один раз').waitFor()
  t.match(places(), [{ latitude: 55.75, longitude: 37.61, accuracyMetres: 20, isFollowed: false }])
  await page.getByRole('button', { name: 'Убрать' }).click()
  await page.getByText('Место показано один раз').waitFor({ state: 'detached' })
  t.equal(places().at(-1), null)

  await page.getByRole('button', { name: 'Место' }).click()
  await page.getByRole('button', { name: 'Пока идёт звонок' }).click()
  await page.getByText('Место видно, пока идёт звонок').waitFor()
  t.match(places().at(-1), { isFollowed: true })
  await server.away()
  await page.getByRole('status').getByText('Нет связи').waitFor()
  await page.getByRole('button', { name: 'Убрать' }).click()
  await page.getByText('Прекращаю показывать место').waitFor()
  await back(page)
  await server.until(() => places().at(-1) === null)
  await page.getByText('Прекращаю показывать место').waitFor({ state: 'detached' })
})

t.test('a device that does not tell the place gets a word on what to do', async (t) => {
  const { page } = await open(t, { at: chat, more: { permissions: ['notifications'] } })
  await page.getByRole('button', { name: 'Место' }).click()
  await page.getByRole('button', { name: 'Один раз' }).click()
  await page.getByRole('alert').getByText('Разрешите его этой странице').waitFor()
})

t.test('a trusted person is added by code, given rights one by one, and removed', async (t) => {
  const { page, complaints } = await open(t, { at: '#people' })
  const zoya = page.getByRole('region', { name: 'Зоя' })
  await zoya.getByLabel('Код из СМС').fill('123456')
  const read = zoya.getByRole('switch', { name: /Пишет в чат/ })
  await read.check()
  await zoya.getByText('Может писать вам и оператору').waitFor()
  t.same(server.asked, [
    `POST /caller/people/${scene.uuid(52)}/confirm {"code":"123456"}`,
    `PATCH /caller/people/${scene.uuid(52)} {"mayRead":true,"mayWrite":true}`,
  ])
  await page.getByRole('switch', { name: /Показывать им переписку/ }).uncheck()
  await zoya.getByText('Пока не действует').first().waitFor()
  server.answers.set(`PATCH /caller/people/${scene.uuid(52)}`, [{ status: 429, code: 'too-many' }])
  await zoya.getByRole('switch', { name: /Видит место/ }).click()
  await zoya.getByRole('alert').getByText('Не сохранено').waitFor()
  t.notOk(await zoya.getByRole('switch', { name: /Видит место/ }).isChecked())

  await page.getByRole('button', { name: 'Добавить человека' }).click()
  server.answers.set('POST /caller/people', [{ status: 409, code: 'refused' }])
  await page.keyboard.type('Галия')
  await page.keyboard.press('Tab')
  await page.getByLabel('Номер телефона').fill('8 999 000-00-53')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('просил его не приглашать').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'Галия' }).getByText('получит СМС с кодом').waitFor()
  t.match(
    server.asked.at(-1),
    /"isToldOfCalls":true,"isToldPlace":false,"mayRead":false,"mayWrite":false,"name":"Галия","phone":"\+79990000053"/,
  )
  t.same(await seriousViolations(page), [])

  await zoya.getByRole('button', { name: 'Убрать из списка' }).click()
  await zoya.getByText('сразу перестанет видеть').waitFor()
  await page.keyboard.press('Enter')
  await zoya.getByRole('button', { name: 'Убрать из списка' }).click()
  await zoya.getByRole('button', { name: 'Убрать из списка' }).click()
  await zoya.waitFor({ state: 'detached' })
  t.same(complaints, [])
})

t.test('a guest sees the one call, by a link whose token leaves the address at once', async (t) => {
  const { page } = await open(t, {
    at: '#guest=abcdefghijklmnopqrstuv',
    script: {
      me: null,
      whoSignsIn: scene.guest,
      author: scene.peter,
      rights: scene.rights({ write: false, locate: false, whyNot: 'not-allowed' }),
    },
  })
  await page.getByRole('heading', { name: 'Звонит Мария Соколова' }).waitFor()
  t.equal(new URL(page.url()).hash, '')
  t.same(server.asked, ['POST /caller/guest {"token":"abcdefghijklmnopqrstuv"}'])
  await page.getByText('Писать здесь вам не разрешено').waitFor()
  t.equal(await page.getByRole('navigation').count(), 0)
  server.say({ type: 'rights', rights: scene.rights({ locate: false }) })
  await field(page).waitFor()
  t.same(await seriousViolations(page), [])
  const script = server.begin({ me: null })
  await page.getByText('убрали из доверенных лиц').waitFor()
  t.equal(await page.getByText('Мария').count(), 0)
  script.me = scene.guest
  await page.reload()
  await page.getByRole('button', { name: 'Выйти' }).click()
  await page.getByRole('button', { name: /Больше не быть доверенным лицом/ }).click()
  await page.getByText('На этом устройстве ничего не осталось').waitFor()
  t.ok(server.asked.includes('POST /caller/refuse {"isForAll":false}'))
})

t.test('a link that is over, and an invitation that is refused, are told in words', async (t) => {
  const { page } = await open(t, { script: { me: null } })
  server.answers.set('POST /caller/guest', [{ status: 401, code: 'link-over' }])
  await page.goto('about:blank')
  await page.goto(`${server.url}/app#guest=abcdefghijklmnopqrstuv`)
  await page.getByText('Ссылка больше не действует').waitFor()
  await page.goto('about:blank')
  await page.goto(`${server.url}/app#refuse=abcdefghijklmnopqrstuv`)
  await page.getByRole('button', { name: 'Отказаться', exact: true }).click()
  await page.getByRole('heading', { name: 'Вы отказались' }).waitFor()
  t.equal(new URL(page.url()).hash, '')
  t.equal(
    server.asked.at(-1),
    'POST /caller/refuse {"token":"abcdefghijklmnopqrstuv","isForAll":false}',
  )
})

t.test('everything can be reached and done with the keyboard alone', async (t) => {
  const { page } = await open(t, { width: 1280 })
  await page.getByRole('region', { name: 'Идёт звонок' }).waitFor()
  const focused = () =>
    page.evaluate(
      'document.activeElement.textContent || document.activeElement.getAttribute("aria-label")',
    )
  const names: string[] = []
  for (let press = 0; press < 14; press++) {
    await page.keyboard.press('Tab')
    names.push(String(await focused()))
  }
  for (const name of ['EN', 'TT', 'Вызовы', 'Профиль', 'Написать', 'Место', 'Добавить снимок']) {
    t.ok(names.includes(name), name)
  }
  await field(page).focus()
  await page.keyboard.type('С клавиатуры')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('в две строки')
  await page.keyboard.press('Enter')
  await server.until(() => sends().length === 1)
  t.match(sends()[0], { text: 'С клавиатуры\nв две строки' })
})

t.test(
  'a call of somebody else is asked for once, and nothing waits to be sent there',
  async (t) => {
    const { page } = await open(t, { at: chat })
    server.reaction = 'silent'
    await field(page).fill('Туда нельзя')
    await page.keyboard.press('Enter')
    await log(page).getByText('ждёт отправки').waitFor()
    server.hangUp(4403)
    await page.getByText('Этот звонок вам не показывают').waitFor()
    await log(page).getByText('не отправлено: вам не разрешено писать').waitFor()
    t.equal(await page.getByText('Нет связи').count(), 0)
    t.equal(server.heard.filter(({ type }) => type === 'hello').length, 1)
  },
)

t.test('text of any kind is text: no dialog, no request, no hidden direction', async (t) => {
  const { page, complaints } = await open(t, { at: chat })
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const payloads = [
    '<img src=x onerror=alert(1)>',
    '<script>alert(2)</script>',
    'javascript:alert(3) http://evil.example/ https://user:pass@evil.example/',
    '<svg/onload=alert(4)><a href="javascript:alert(5)">x</a>',
    `"'><iframe srcdoc="<script>alert(6)</script>">`,
    'чек\u202Egpj.exe',
    `${'Ы'.repeat(3900)}`,
    'Смотрите https://gosuslugi.ru/help?a=1&b=%D0%9F. И ещё (https://пример.рф/путь)',
  ]
  server.happen(
    ...payloads.map((text, index) =>
      scene.message(400 + index, { ...scene.anna, name: payloads[0] ?? '' }, text),
    ),
  )
  await log(page).getByText('Смотрите').waitFor()
  const links = await log(page)
    .locator('a')
    .evaluateAll((all) =>
      all.map((one) => [
        one.getAttribute('href'),
        one.getAttribute('rel'),
        one.getAttribute('target'),
      ]),
    )
  t.same(links, [
    ['https://gosuslugi.ru/help?a=1&b=%D0%9F', 'noopener noreferrer', '_blank'],
    ['https://пример.рф/путь', 'noopener noreferrer', '_blank'],
  ])
  t.equal(await log(page).getByText('U+202E').count(), 1)
  t.equal(await page.locator('#page script, #page iframe, #page img[src=x]').count(), 0)
  t.equal(
    await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    ),
    0,
  )
  t.same(
    asked.filter((url) => !url.startsWith(server.url)),
    [],
  )
  t.same(complaints, [])
})

t.test(
  'a session that is over leads to the door, and what is unsent waits for its owner',
  async (t) => {
    const { page } = await open(t, { at: chat })
    server.reaction = 'silent'
    await field(page).fill('Моё личное')
    await page.keyboard.press('Enter')
    await log(page).getByText('ждёт отправки').waitFor()
    const script = server.begin({ me: null, whoSignsIn: { ...scene.maria, phone: '+79990000099' } })
    await page.getByText('неотправленное сохранилось').waitFor()
    t.equal(await page.getByText('Моё личное').count(), 0)
    const enter = async () => {
      await page.getByLabel('Ваш номер телефона').fill('+79991234567')
      await page.keyboard.press('Enter')
      await page.getByLabel('Шесть цифр кода').fill('123456')
      await log(page).getByText('Добрый день').waitFor()
    }
    await enter()
    t.equal(await page.getByText('Моё личное').count(), 0, 'somebody else sees nothing of it')
    script.me = null
    script.whoSignsIn = scene.maria
    server.hangUp(4401)
    await enter()
    await log(page).getByText('Моё личное').waitFor()
    await server.until(() => sends().length === 1)
  },
)

t.test(
  'the page opens without a network once it has been there, and shows what is unsent',
  async (t) => {
    const { page, context } = await open(t, { at: chat, more: { serviceWorkers: 'allow' } })
    await log(page).getByText('Добрый день').waitFor()
    await page.evaluate('navigator.serviceWorker.ready.then(() => null)')
    await server.away()
    await field(page).fill('Напишу и без связи')
    await page.keyboard.press('Enter')
    await page.getByText('Не отправлено: 1').waitFor()
    await page.close()
    const again = await openPage(context, [], '')
    await again.getByText('Нет связи.').waitFor()
    await again.getByRole('link', { name: /Напишу и без связи/ }).click()
    await log(again).getByText('ждёт отправки').waitFor()
    t.equal(
      await again.getByText('Добрый день').count(),
      0,
      'nothing of the talk is kept on the device',
    )
    const kept = await again.evaluate(
      'caches.keys().then(async (names) => (await (await caches.open(names[0])).keys()).map(({ url }) => new URL(url).pathname))',
    )
    t.ok((kept as string[]).every((path) => path === '/app' || path.startsWith('/assets/')))
    await server.back()
    await log(again).getByText('отправлено', { exact: true }).waitFor()
  },
)

for (const [language, scheme] of [
  ['ru-RU', 'light'],
  ['en-US', 'dark'],
  ['tt-RU', 'light'],
] as const) {
  t.test(`axe finds nothing serious in ${scheme} colours and language ${language}`, async (t) => {
    const width = language === 'en-US' ? 1280 : 360
    const { page, complaints } = await open(t, { language, scheme, width })
    for (const at of ['', chat, '#people', '#me']) {
      await page.goto(`${server.url}/app${at}`)
      await page.locator('h2').filter({ visible: true }).first().waitFor()
      t.same(await seriousViolations(page), [], at)
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      t.equal(await page.evaluate(overflow), 0, 'nothing sticks out at the side')
      t.same(await cutWords(page), [], at)
    }
    t.equal(await page.evaluate('document.documentElement.lang'), language.slice(0, 2))
    t.same(complaints, [])
  })
}
