import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import t from 'tap'
import { buildPages } from '../../src/pages/build.ts'
import { standAlone } from '../../src/simulator/serve.ts'
import { openBrowser, patience } from '../support/browser.ts'
import { testDatabase } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { accountSid, authToken, type Process, startProcess } from './process.ts'

/**
 * A call with a chat beside it, as three people see it: the caller, the operator, and somebody the caller
 * trusts. The carrier outlives the server, which is killed in the middle of it all.
 */
t.setTimeout(480_000)
await buildPages()
const line = '+78005550303'
const mother = '+79991234567'
const son = '+79167654321'
const desk = '+74957770001'
const adminToken = 'only-the-test-knows-this-token-of-it'

const database = await testDatabase(t, { max: 4 })
const dataDir = await mkdtemp(join(tmpdir(), 'hotline-scene-'))
const origin = `http://127.0.0.1:${await freePort()}`
const { carrier, url, close } = await standAlone({
  port: 0,
  accountSid,
  authToken,
  // Messages come from the first line of the flows.
  numbers: [line, '+78005557373'],
  server: origin,
  callsPerSecond: 100,
})
const settings = {
  DATABASE_URL: database.url,
  DATA_DIR: dataDir,
  PORT: new URL(origin).port,
  TWILIO_API_URL: url,
  ADMIN_TOKEN: adminToken,
}
let server: Process = await startProcess(settings)
const browser = await openBrowser()
t.teardown(async () => {
  await browser.close()
  await close()
  await server.stop('SIGTERM')
  await rm(dataDir, { recursive: true, force: true })
})

const open = async (path: string, width: number): Promise<Page> => {
  const context = await browser.newContext({
    locale: 'ru-RU',
    viewport: { width, height: 740 },
    geolocation: { latitude: 55.75222, longitude: 37.61556, accuracy: 20 },
    permissions: ['geolocation'],
  })
  await context.addInitScript(() => localStorage.setItem('hotline.sound', 'off'))
  const page = await context.newPage()
  page.setDefaultTimeout(patience)
  page.on('pageerror', (error) => t.fail(error.message))
  await page.goto(origin + path)
  return page
}

/** What the carrier brings a telephone, once there is something of that kind. */
const received = async (number: string, what: RegExp): Promise<RegExpExecArray> => {
  for (;;) {
    for (const { to, body } of carrier.messages.list().toReversed()) {
      const found = to === number ? what.exec(body) : null
      if (found !== null) return found
    }
    await new Promise((done) => setTimeout(done, 50))
  }
}

const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 50 },
    },
  })
    .jpeg({ quality: 90 })
    .toBuffer()

const send = async (page: Page, photo: Uint8Array): Promise<void> => {
  const chooser = page.waitForEvent('filechooser')
  await page
    .getByRole('button', { name: /Добавить снимок|Оператор просит снимок/ })
    .first()
    .click()
  await (await chooser).setFiles({
    name: 'photo.jpg',
    mimeType: 'image/jpeg',
    buffer: Buffer.from(photo),
  })
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Отправить/ })
    .click()
}

/** Texts and photos in the order in which a page shows them. */
const order = (page: Page, log: string) =>
  page
    .getByLabel(log)
    .locator('img, [dir=auto]')
    .evaluateAll((items) =>
      items.map((item) => (item instanceof HTMLImageElement ? 'photo' : item.textContent)),
    )

t.test('a call, a chat, photos and a trusted person; a kill loses nothing', async (t) => {
  carrier.setPhone(desk, { kind: 'answers', afterSeconds: 0, talksSeconds: null })
  const created = await fetch(`${origin}/api/operators`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      login: 'anna',
      name: 'Анна Соколова',
      password: 'a-long-password-of-hers',
      skills: ['doctors'],
      languages: ['ru-RU'],
      contact: desk,
      role: 'operator',
    }),
  })
  t.equal(created.status, 201, await created.text())

  // The caller signs in and names somebody to trust.
  const app = await open('/app', 360)
  await app.getByLabel('Ваш номер телефона').fill(mother)
  await app.getByRole('button', { name: 'Получить код в СМС' }).click()
  const [, code = ''] = await received(mother, /(\d{6}) — код входа/)
  await app.getByLabel('Шесть цифр кода').fill(code)
  await app.keyboard.press('Enter')
  await app.getByText('Доверенные лица').click()
  await app.getByRole('button', { name: 'Добавить человека' }).click()
  await app.getByLabel('Имя', { exact: true }).fill('Пётр')
  await app.getByLabel('Номер телефона').fill(son)
  await app.getByRole('button', { name: 'Пригласить' }).click()
  const [, invitation = ''] = await received(son, /(\d{6})/)
  await app.getByLabel('Код из СМС').fill(invitation)
  await app.getByRole('switch', { name: 'Показывать им переписку' }).click()
  for (const right of ['Узнаёт о звонке', 'Читает переписку', 'Пишет в чат']) {
    const toggle = app.getByRole('switch', { name: right })
    if ((await toggle.getAttribute('aria-checked')) !== 'true' && !(await toggle.isChecked()))
      await toggle.click()
  }
  await app.getByText('Вызовы', { exact: true }).click()

  const anna = await open('/console', 1280)
  await anna.getByLabel('Логин').fill('anna')
  await anna.getByLabel('Пароль').fill('a-long-password-of-hers')
  await anna.keyboard.press('Enter')
  await anna.getByRole('radio', { name: 'На линии' }).focus()
  await anna.keyboard.press('Space')

  // The call; the operator opens the chat.
  const call = carrier.dial({ from: mother, to: line })
  for (;;) {
    if (call.history.filter(({ type }) => type === 'prompted').length > 2) break
    await new Promise((done) => setTimeout(done, 50))
  }
  call.press('0')
  const panel = anna.getByRole('region', { name: 'Чат и фотографии' })
  await panel.getByText('Чат закрыт').first().waitFor()
  await app.getByText('Чат закрыт').waitFor()
  await anna.keyboard.press('c')
  await app
    .getByRole('link', { name: 'Написать' })
    .or(app.getByRole('button', { name: 'Написать' }))
    .click()

  // The trusted person comes by the link that the message brought.
  const [link] = await received(son, /http\S+#guest=\S+/)
  const guest = await open(new URL(link).pathname + new URL(link).hash, 360)
  await guest
    .getByText(/Звонит/)
    .first()
    .waitFor()
  await panel.getByText('Пётр (на странице)').waitFor()

  await app.getByLabel('Сообщение').fill('Вот сыпь, сейчас покажу')
  await app.keyboard.press('Enter')
  await send(app, await noise(900, 700))
  await panel.getByRole('img').first().waitFor()
  await guest.getByLabel('Сообщение').fill('Мама пила новое лекарство')
  await guest.keyboard.press('Enter')
  await panel.getByText('Мама пила новое лекарство').waitFor()

  // A second photo, over a connection that breaks, to a server that is killed.
  const offsets: (string | undefined)[] = []
  await app.route('**/caller/channel/photos/*', async (route) => {
    const request = route.request()
    if (request.method() !== 'PATCH') return route.continue()
    offsets.push(request.headers()['upload-offset'])
    if (offsets.length > 1) return route.continue()
    // The first hundred thousand bytes come through.
    await route.fetch({ postData: request.postDataBuffer()?.subarray(0, 100_000) ?? '' })
    await server.stop('SIGKILL')
    await route.abort('connectionreset')
  })
  await send(app, await noise(2600, 1900))
  await app
    .getByText(/Нет связи/)
    .first()
    .waitFor()
  await app.getByLabel('Сообщение').fill('И ещё одно')
  await app.keyboard.press('Enter')
  await anna.getByText('Связи с сервером нет').waitFor()
  server = await startProcess(settings)
  t.equal(call.record().endedAt, null, 'the voice goes on')
  await panel.getByText('И ещё одно').waitFor()
  await panel.getByRole('img').nth(1).waitFor()

  t.strictSame(offsets.slice(0, 2), ['0', '100000'], 'what had come was not sent again')
  const all = await order(anna, 'Переписка')
  t.equal(all.filter((item) => item === 'photo').length, 2, 'both photos, each once')
  t.equal(all.length, 5)
  t.strictSame(await order(app, 'Переписка'), all)
  await guest.getByLabel('Переписка').locator('img').nth(1).waitFor()
  t.strictSame(await order(guest, 'Переписка'), all)

  // Where the caller is, for the operator alone; then the trusted person is sent away.
  await app.getByRole('button', { name: 'Место' }).click()
  await app.getByText('Пока идёт звонок').click()
  await anna.getByText('55.75222, 37.61556').waitFor()
  t.equal(await guest.getByText('55.75').count(), 0)
  await app.getByRole('link', { name: 'К вызовам' }).click()
  await app.getByText('Доверенные лица').click()
  await app.getByRole('button', { name: 'Убрать из списка' }).click()
  await app.getByRole('button', { name: 'Убрать из списка' }).last().click()
  await guest
    .getByText(/Ссылка больше не действует/)
    .first()
    .waitFor()
  await panel.getByText('Пётр больше не видит переписку').waitFor()

  // The end: what was said is heard again, by one who says why.
  call.hangUp()
  await call.settled
  await anna.getByText('Запись о разговоре').waitFor()
  await anna.getByRole('radio', { name: 'Вопрос решён' }).check()
  await anna.keyboard.press('Control+Enter')
  t.equal(await anna.getByText('55.75222').count(), 0)
  await anna
    .getByRole('button', { name: /Запись разговора в/ })
    .first()
    .click()
  const dialog = anna.getByRole('dialog')
  await dialog.getByLabel('Зачем слушаете').fill('Проверяю совет')
  await dialog.getByRole('button', { name: 'Слушать' }).click()
  const seconds = await dialog.locator('audio').evaluate(
    (sound: HTMLAudioElement) =>
      new Promise<number>((done, fail) => {
        const tell = () => done(sound.duration)
        if (sound.readyState >= 1) tell()
        sound.onloadedmetadata = tell
        sound.onerror = () => fail(new Error(sound.error?.message))
      }),
  )
  const { startedAt, endedAt } = call.record()
  const lasted = (Number(endedAt) - Number(startedAt)) / 1000
  // The stream begins a moment after the call: a long one on a machine where all of this takes long.
  const late = Math.max(2, lasted / 10)
  t.ok(Math.abs(seconds - lasted) < late, `${seconds} s recorded of ${lasted} s`)

  const listed = await fetch(`${origin}/api/recordings?call=${call.callSid}`, {
    headers: { authorization: `Bearer ${adminToken}` },
  })
  t.match(await listed.json(), { items: [{ isAudible: true, breaks: [{ ms: Number }] }] })

  // Whatever was shown of the caller stands in the journal.
  const { rows } = await database.pool.query<{ action: string }>(
    `select action from journal where login = 'anna'`,
  )
  const noted = new Set(rows.map(({ action }) => action))
  for (const action of ['profile', 'messages', 'location'])
    t.ok(noted.has(`channel-${action}`), action)
  t.ok(noted.has('recording-heard'))
})
