import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { buildPages } from '../../../src/pages/build.ts'
import { seriousViolations } from '../../support/axe.ts'
import { openBrowser, patience } from '../../support/browser.ts'
import { gatherComplaints } from '../../support/complaints.ts'
import { cutWords } from '../../support/cut-words.ts'
import * as scene from '../../support/phone-scenes.ts'
import { example, startScriptedCarrier } from '../../support/scripted-carrier.ts'

const to = '+78005557373'

const { directory } = await buildPages()
const carrier = await startScriptedCarrier(directory, scene.lines)
const browser = await openBrowser()
t.teardown(async () => {
  await browser.close()
  await carrier.close()
})

type Manner = {
  readonly language?: 'ru' | 'en'
  readonly scheme?: 'light' | 'dark'
  readonly sound?: 'on' | 'off'
  readonly width?: number
}

/** The page as a person with this browser first sees it, ready to call, and all its complaints. */
async function open(t: Test, manner: Manner = {}): Promise<{ page: Page; complaints: string[] }> {
  const { language = 'ru', scheme = 'light', sound = 'off', width = 1280 } = manner
  const context = await browser.newContext({
    locale: language === 'ru' ? 'ru-RU' : 'en-US',
    colorScheme: scheme,
    viewport: { width, height: width < 500 ? 740 : 720 },
  })
  t.teardown(() => context.close())
  context.setDefaultTimeout(patience)
  await context.addInitScript((kept) => localStorage.setItem('hotline.sound', kept), sound)
  const page = await context.newPage()
  const complaints: string[] = []
  gatherComplaints(page, complaints)
  await page.goto(`${carrier.url}/phone`)
  await carrier.command('sound')
  await page.locator('input[type=radio]').first().waitFor({ state: 'attached' })
  return { page, complaints }
}

const log = (page: Page) => page.getByRole('log')

t.test('before the first call it tells which application to ask for', async (t) => {
  const { page, complaints } = await open(t)
  const hint = page.getByText(example.keys)
  await hint.waitFor()
  t.match(await hint.textContent(), new RegExp(`нажмите 3.*${example.accessCode}`))
  t.same(complaints, [])
})

t.test('a call is made, answered and ended with nothing but the keyboard', async (t) => {
  const { page, complaints } = await open(t)
  await page.keyboard.press('Enter')
  t.same(await carrier.command('dial'), { type: 'dial', to })
  carrier.report(
    scene.ringing(to),
    scene.answered(to),
    scene.says(1, 'Здравствуйте.'),
    scene.said(1),
    scene.listens(1),
    scene.says(2, 'Узнать статус заявления — нажмите три.'),
  )
  const current = log(page).locator('[aria-current]')
  await current.waitFor()
  t.equal(
    await current.locator('[lang="ru-RU"]').textContent(),
    'Узнать статус заявления — нажмите три.',
  )

  await page.keyboard.press('3')
  t.same(await carrier.command('keys'), { type: 'keys', keys: '3' })
  carrier.report(scene.cut(2), scene.heard('3'), scene.listens(10))
  await log(page).getByText('перебили клавишей').waitFor()
  await page.getByText('Ждёт до 10 клавиш').waitFor()
  t.match(await log(page).getByRole('listitem').last().textContent(), '3')

  await page.keyboard.type('20')
  await page.getByRole('status').filter({ hasText: '20' }).waitFor()
  await page.keyboard.press('Escape')
  await carrier.command('hang-up')
  carrier.report(scene.ended(to, 'hung-up-by-caller'))
  await log(page).getByText('Вы положили трубку').waitFor()
  await page.getByRole('button', { name: 'Позвонить' }).waitFor()
  t.same(complaints, [])
})

t.test('a person speaks into a recording, and hears who is rung', async (t) => {
  const { page, complaints } = await open(t)
  await page.keyboard.press('Enter')
  carrier.report(scene.answered(to), {
    type: 'recording',
    maxSeconds: 120,
    finishOnKey: '1234567890*#',
  })
  await page.getByText('Запись', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Говорить 5 секунд' }).click()
  t.same(await carrier.command('speak'), { type: 'speak', seconds: 5 })
  const display = page.getByRole('region', { name: 'Телефон' })
  const inside = await display.locator('button', { hasText: 'Говорить' }).evaluate((button) => {
    const box = button.getBoundingClientRect()
    const around = button.parentElement?.parentElement?.getBoundingClientRect()
    return around !== undefined && box.bottom <= around.bottom && box.right <= around.right
  })
  t.ok(inside, 'the button fits into the display')
  await page.keyboard.press('#')
  t.same(await carrier.command('keys'), { type: 'keys', keys: '#' })
  carrier.report({ type: 'recorded', seconds: 5, digits: '#' })
  await log(page).getByText('Записано 5 секунд').waitFor()
  t.equal(await page.getByRole('button', { name: 'Говорить 5 секунд' }).count(), 0)
  carrier.report(
    { type: 'transfer', state: 'ringing', to: '+79161112233' },
    { type: 'transfer', state: 'ended', to: '+79161112233', status: 'busy', seconds: 0 },
  )
  await log(page).getByText('занято').waitFor()
  t.same(complaints, [])
  carrier.report(scene.ended(to, 'completed'))
})

t.test('a request that is unfolded tells what the flow did for it', async (t) => {
  const { page, complaints } = await open(t)
  await page.keyboard.press('Enter')
  await carrier.command('dial')
  carrier.report(
    scene.ringing(to),
    scene.trace('dialog hotline/main.vxml#menu', 'variable application.topic = general', 'new one'),
    scene.webhook('/voice/incoming', 'hotline/main.vxml#menu/choice', 'Здравствуйте'),
    scene.answered(to),
  )
  await page.getByText('Обмен с сервером').click()
  await page.getByText('/voice/incoming').click()
  const told = page.locator('h3', { hasText: 'Что сделал сценарий' }).locator('+ dl')
  t.equal(
    (await told.locator('div').allInnerTexts()).map((row) => row.replace(/\s+/g, ' ')).join('; '),
    'диалог hotline/main.vxml#menu; значение application.topic = general; new one',
  )
  t.same(complaints, [])
})

t.test('a line is chosen with the arrows and a number is typed on the keypad', async (t) => {
  const { page } = await open(t)
  await page.getByRole('radio').first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  t.match(await carrier.command('dial'), { to: '+74957770000' })
  carrier.report(scene.ringing(to), scene.answered(to), scene.listens(1))
  await page.getByText('Ждёт 1 клавишу').waitFor()
  await page.keyboard.press('5')
  t.match(await carrier.command('keys'), { keys: '5' })
  await page.keyboard.press('Escape')
  await carrier.command('hang-up')
  carrier.report(scene.ended(to, 'hung-up-by-caller'))

  await page.getByRole('button', { name: 'Позвонить' }).waitFor()
  await page.keyboard.press('Enter')
  await carrier.command('dial')
  carrier.report({ type: 'refused', message: 'busy' })
  await page.getByRole('alert').getByText('Не получилось: busy').waitFor()

  for (const key of ['1', '1', '2'])
    await page.getByRole('button', { name: key, exact: true }).click()
  await page.getByLabel('Откуда звоним').selectOption('anonymous')
  await page.getByRole('button', { name: 'Позвонить' }).click()
  t.same(await carrier.command('dial'), { type: 'dial', to: '112', from: 'anonymous' })
  carrier.report({ type: 'refused', message: 'There is no line 112' })
  await page.getByRole('alert').getByText('Линии с номером 112 нет').waitFor()
})

t.test('with the sound on the page reads aloud and says when it has finished', async (t) => {
  const { page, complaints } = await open(t, { sound: 'on' })
  await page.keyboard.press('Enter')
  await carrier.command('dial')
  carrier.report(scene.ringing(to), scene.answered(to), scene.says(7, 'Исәнмесез.', 'tt-RU'))
  t.same(await carrier.command('spoken'), { type: 'spoken', utterance: 7 })
  t.same(carrier.spoken, ['Исәнмесез.'])
  await page.keyboard.press('m')
  t.same(await carrier.command('sound'), { type: 'sound', on: false })
  t.same(complaints, [])
})

t.test(
  'the folded panel shows each webhook, its parameters, its answer and its place',
  async (t) => {
    const { page } = await open(t, { language: 'en' })
    await page.keyboard.press('Enter')
    await carrier.command('dial')
    carrier.report(
      scene.ringing(to),
      scene.webhook('/voice/incoming', 'hotline/main.vxml#menu/choice', 'Hello'),
      { type: 'debugger', code: 13520, message: 'Say: Invalid text' },
    )
    await page.getByText('1 request', { exact: true }).click()
    await page.getByText('hotline/main.vxml#menu/choice').click()
    t.match(await page.locator('pre').textContent(), '\n    <Say language="ru-RU">Hello</Say>\n')
    t.match(await page.locator('dl').textContent(), 'From+79000000001')
    t.ok(await page.getByRole('link', { name: 'Carrier’s note 13520' }).isVisible())
  },
)

t.test('a server that went away is shown at the top until it is back', async (t) => {
  const { page } = await open(t)
  await page.keyboard.press('Enter')
  await carrier.command('dial')
  carrier.report(scene.ringing(to), scene.answered(to), scene.says(1, 'Здравствуйте.'))
  await log(page).locator('[aria-current]').waitFor()
  await carrier.away()
  const banner = page.getByRole('alert').filter({ hasText: 'Связи с сервером нет' })
  await banner.waitFor()
  t.match(await banner.textContent(), 'Звонок оборвался')
  t.match(await log(page).textContent(), 'Здравствуйте.')
  t.ok(await page.getByRole('button', { name: 'Позвонить' }).isDisabled())
  t.same(await seriousViolations(page), [])
  await carrier.back()
  await banner.waitFor({ state: 'detached' })
  t.ok(await page.getByRole('button', { name: 'Позвонить' }).isEnabled())
})

t.test('a call from the line rings, and is answered or turned away by the keyboard', async (t) => {
  const { page, complaints } = await open(t)
  await page.getByLabel('Откуда звоним').selectOption('other')
  await page.getByLabel('Номер звонящего').fill('+7 916 765-43-21')
  const own = '+79167654321'
  const callSid = 'CA0123456789abcdef0123456789abcdef'
  carrier.report({ type: 'ringing', callSid, from: to, to: own })
  await page.getByText('Вам звонят', { exact: true }).waitFor()
  t.equal(await page.title(), 'Вам звонят!')
  await page.getByRole('heading', { name: 'Горячая линия', exact: true }).waitFor()
  t.same(await seriousViolations(page), [])
  await page.keyboard.press('Escape')
  await carrier.command('hang-up')
  carrier.report({ type: 'ringing-over', callSid, why: 'over' })
  await log(page).getByText('Звонок не принят').waitFor()

  carrier.report({ type: 'ringing', callSid, from: to, to: own })
  await page.getByRole('button', { name: /Ответить/ }).waitFor()
  await page.keyboard.press('Enter')
  t.same(await carrier.command('answer'), { type: 'answer' })
  carrier.report(scene.ringing(own), scene.answered(own), scene.says(1, 'Вы просили перезвонить.'))
  await log(page).locator('[aria-current]').waitFor()
  t.match(await log(page).textContent(), 'Вам звонят: +7 800 555-73-73')
  t.match(await page.title(), 'Телефон горячей линии')
  t.same(complaints, [])
  carrier.report(scene.ended(own, 'completed'))
})

t.test('messages come to the telephone while it lies there, with links that open', async (t) => {
  const { page, complaints } = await open(t)
  const link = 'https://hotline.example/app#guest=abc'
  const at = '2026-11-22T10:00:00.000Z'
  const message = { type: 'message', id: 'SM1', from: to, text: '123456 — код входа', at } as const
  carrier.report(message, message, {
    ...message,
    ...{ id: 'SM2', at: '2026-11-22T10:01:00.000Z', text: `Анна <b>звонит</b>: ${link}` },
  })
  const messages = page.getByRole('region', { name: 'Сообщения' })
  await messages.getByRole('link').waitFor()
  t.match(await messages.getByRole('listitem').allTextContents(), [
    /^От \+7 800 555-73-73 .*Анна <b>звонит<\/b>: https/,
    /123456 — код входа/,
  ])
  t.equal(await messages.getByRole('link').getAttribute('href'), link)
  t.same(await seriousViolations(page), [])
  await page.getByRole('button', { name: 'EN, in English' }).click()
  await page.getByRole('region', { name: 'Messages' }).getByText('10:01 AM').waitFor()
  await page.getByRole('button', { name: 'RU, по-русски' }).click()
  await page.getByLabel('Откуда звоним').selectOption('other')
  await page.getByLabel('Номер звонящего').fill('+7 916 765-43-21')
  await messages.waitFor({ state: 'hidden' })
  t.same(complaints, [])
})

t.test(
  'a page that is open at another address than PUBLIC_URL says where to open it',
  async (t) => {
    const context = await browser.newContext({ locale: 'en-US' })
    t.teardown(() => context.close())
    context.setDefaultTimeout(patience)
    const page = await context.newPage()
    await page.routeWebSocket('**/phone/socket', (socket) => socket.close())
    await page.goto(`${carrier.url}/phone`)
    await page.getByRole('alert').getByText('PUBLIC_URL').waitFor()
  },
)

t.test('the choice of language and colours stays with the browser', async (t) => {
  const { page } = await open(t)
  await page.getByRole('button', { name: 'EN, in English' }).click()
  await page.getByRole('button', { name: 'Colours: as in the system' }).click()
  await page.getByRole('button', { name: 'Colours: light' }).click()
  await page.reload()
  await page.getByRole('button', { name: 'Colours: dark' }).waitFor()
  t.equal(await page.title(), 'Hotline telephone')
  t.equal(await page.locator('html').getAttribute('lang'), 'en')
  t.equal(await page.locator('html').getAttribute('data-mantine-color-scheme'), 'dark')
})

for (const language of ['ru', 'en'] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    t.test(`axe finds nothing serious in ${scheme} colours and language ${language}`, async (t) => {
      const { page, complaints } = await open(t, { language, scheme, width: 360 })
      t.same(await seriousViolations(page), [], 'before the first call')
      t.same(await cutWords(page), [], 'before the first call')
      await page.keyboard.press('Enter')
      await carrier.command('dial')
      carrier.report(
        scene.ringing(to),
        scene.trace('dialog hotline/main.vxml#menu', 'variable application.topic = general'),
        scene.webhook('/voice/incoming', 'hotline/main.vxml#menu/choice', 'Здравствуйте'),
        scene.answered(to),
        scene.listens(1),
        scene.says(1, 'Здравствуйте. '.repeat(20)),
        scene.cut(1),
        scene.heard('12345678901234567890'),
        scene.heard(''),
        scene.says(2, 'Услуги — нажмите один.'),
      )
      await log(page).locator('[aria-current]').waitFor()
      await page
        .locator('details')
        .last()
        .evaluate((panel: HTMLDetailsElement) => {
          for (const fold of document.querySelectorAll('details')) fold.open = true
          panel.open = true
        })
      t.same(await seriousViolations(page), [], 'during a call')
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      t.equal(await page.evaluate(overflow), 0, 'nothing sticks out at the side')
      t.same(await cutWords(page), [], 'during a call')
      t.same(complaints, [])
    })
  }
}
