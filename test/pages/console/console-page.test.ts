import { setTimeout as pause } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { buildPages } from '../../../src/pages/build.ts'
import type { ListedCall } from '../../../src/pages/console/use-half-hour.ts'
import type { Snapshot } from '../../../src/web/operator/protocol.ts'
import { seriousViolations } from '../../support/axe.ts'
import { openBrowser, patience } from '../../support/browser.ts'
import { gatherComplaints } from '../../support/complaints.ts'
import { cutWords } from '../../support/cut-words.ts'
import * as scene from './scenes.ts'
import { startScriptedServer } from './scripted-server.ts'

const { directory } = await buildPages()
const server = await startScriptedServer(directory)
const browser = await openBrowser()
t.teardown(async () => {
  await browser.close()
  await server.close()
})

type Manner = {
  readonly language?: 'ru' | 'en'
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  readonly snapshot?: Snapshot
}

/** What a browser says by itself of a silent page, and of a door that is closed, is no complaint. */
const ownRemarks = /AudioContext was not allowed|status of 401|WebSocket|ERR_CONNECTION/

async function openPage(context: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await context.newPage()
  gatherComplaints(page, complaints, ownRemarks)
  await page.goto(`${server.url}/console`)
  return page
}

/** The console as an operator with this browser first sees it, and all its complaints. */
async function open(t: Test, manner: Manner = {}) {
  const { language = 'ru', scheme = 'light', width = 1280 } = manner
  server.begin(manner.snapshot ?? scene.snapshot())
  const context = await browser.newContext({
    locale: language === 'ru' ? 'ru-RU' : 'en-US',
    colorScheme: scheme,
    timezoneId: 'Asia/Novosibirsk',
    viewport: { width, height: width < 500 ? 740 : 720 },
  })
  t.teardown(() => context.close())
  context.setDefaultTimeout(patience)
  const complaints: string[] = []
  const page = await openPage(context, complaints)
  await page.getByRole('region', { name: /^(Звонок|Call)$/ }).waitFor()
  return { page, context, complaints }
}

const middle = (page: Page) => page.getByRole('region', { name: 'Звонок' })
/** A talk of two minutes, or more: its clock goes on while the test waits. */
const talks = async (page: Page) => {
  await page.locator('[data-call="talking"]').first().waitFor()
  await middle(page)
    .getByText(/[2-9]:\d\d/)
    .first()
    .waitFor()
}
const right = (page: Page) => page.getByRole('region', { name: 'Кто звонит' })

t.test('somebody signs in with password and code, and is told what was wrong', async (t) => {
  server.begin(scene.snapshot())
  server.isSignedIn = false
  server.door = ({ login, password, code }) => {
    if (login !== 'anna' || password !== 'right') return { status: 401 }
    if (code === undefined) return { status: 401, code: 'code-required' }
    return { status: code === '123456' ? 200 : 401 }
  }
  const context = await browser.newContext({ locale: 'ru-RU' })
  t.teardown(() => context.close())
  context.setDefaultTimeout(patience)
  const page = await openPage(context, [])
  await page.getByLabel('Логин').waitFor()
  await page.keyboard.type('anna')
  await page.keyboard.press('Tab')
  await page.keyboard.type('wrong')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('не подошли').waitFor()
  await page.keyboard.type('right')
  await page.keyboard.press('Enter')
  await page.getByText('Пароль верный').waitFor()
  await page.keyboard.type('000000')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('Код не подошёл').waitFor()
  t.same(await seriousViolations(page), [])
  await page.keyboard.type('123 456')
  await page.keyboard.press('Enter')
  await page.getByText('Ждём звонка').waitFor()

  await page.getByRole('button', { name: 'Выйти' }).click()
  await page.getByLabel('Логин').waitFor()
  t.equal(await page.getByText('Анна Петрова').count(), 0)
})

t.test('the own password is changed with the keyboard alone', async (t) => {
  const { page } = await open(t)
  server.renewal = ({ oldPassword, newPassword }) => {
    if (newPassword.length < 12) return { status: 400, code: 'too-short' }
    return oldPassword === 'старый' ? { status: 204 } : { status: 403, code: 'wrong-password' }
  }
  const way = page.getByRole('button', { name: 'Сменить пароль' })
  const dialog = page.getByRole('dialog', { name: 'Сменить пароль' })
  const type = async (...words: readonly string[]) => {
    for (const [index, word] of words.entries()) {
      if (index > 0) await page.keyboard.press('Tab')
      await page.keyboard.type(word)
    }
    await page.keyboard.press('Enter')
  }
  const complaint = (text: string) => dialog.getByRole('alert').getByText(text).waitFor()
  await way.focus()
  await page.keyboard.press('Enter')
  await dialog.waitFor()
  await type('чужой', 'Красный-автобус-7', 'Красный-автобус-8')
  await complaint('введён по-разному')
  await type('Красный-автобус-7')
  await complaint('Нынешний пароль не подошёл')
  t.same(await seriousViolations(page), [])
  await type('старый', 'короткий', 'короткий')
  await complaint('короче 12 знаков')
  await page.keyboard.press('Escape')
  // Closed it is at once, and gone a moment later.
  await page.locator('dialog').waitFor({ state: 'detached' })

  await page.keyboard.press('Enter')
  await dialog.getByLabel('Показать пароли').check()
  t.equal(await dialog.getByLabel('Нынешний пароль').getAttribute('type'), 'text')
  t.equal(await dialog.getByLabel('Нынешний пароль').inputValue(), '', 'nothing typed is kept')
  await dialog.getByLabel('Нынешний пароль').focus()
  await type('старый', 'Красный-автобус-7', 'Красный-автобус-7')
  await page.getByRole('status').getByText('Пароль сменён').waitFor()
  t.equal(await dialog.count(), 0)

  await way.click()
  await dialog.waitFor()
  server.happen(...scene.enter('ringing'))
  await dialog.waitFor({ state: 'detached' })
  await page.keyboard.press('Enter')
  await server.command('accept')
})

t.test('a call is taken, held, handed over and written up with the keyboard alone', async (t) => {
  const { page, complaints } = await open(t)
  await page.getByText('Телефон готов').waitFor()
  server.report({ type: 'ringing', callSid: 'CA9', from: '+7', to: 'client:anna', parameters: {} })
  server.happen(...scene.enter('ringing'))
  await page.getByRole('alert').getByText('Входящий звонок: Мария Ивановна Соколова').waitFor()
  t.match(await middle(page).textContent(), /Паспорт.*Ждёт [3-9]:/)
  t.match(await page.title(), 'Звонок!')
  await page.keyboard.press('Enter')
  t.match((await server.command('accept')).command, { reservationId: scene.card.reservationId })
  t.match(await server.pressed('accept'), { callSid: 'CA9' })
  server.report({ type: 'accepted', callSid: 'CA9', from: '+7' })
  server.happen(...scene.enter('talking'))
  await talks(page)

  await page.keyboard.press('m')
  t.match((await server.command('mute')).command, { isMuted: true })
  server.happen(...scene.enter('talking', { isMuted: true }))
  t.match(await server.pressed('mute'), { on: true })
  await page.keyboard.press('h')
  t.match((await server.command('hold')).command, { isHeld: true })
  server.happen(...scene.enter('held'))
  await middle(page).getByText('слышит музыку').waitFor()

  await page.keyboard.press('t')
  await page.getByRole('combobox', { name: 'Имя, навык или очередь' }).waitFor()
  await page.keyboard.type('каб')
  await page.keyboard.press('Escape')
  t.equal(await page.getByRole('combobox').count(), 0)
  await page.keyboard.press('t')
  await page.keyboard.type('каб')
  await page.getByRole('option', { name: /Галия/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  t.match((await server.command('transfer')).command, { kind: 'warm', to: { operator: 'galiya' } })
  const transfer = { kind: 'warm', to: 'galiya' } as const
  server.happen(...scene.enter('talking', { transfer: { ...transfer, state: 'consulting' } }))
  await page.getByText('На связи Галия Сафина').waitFor()
  t.ok(await page.getByRole('button', { name: /Перевести/ }).isDisabled())
  server.happen(...scene.enter('talking', { transfer: { ...transfer, state: 'failed' } }))
  await page.getByText('Звонивший всё ещё с вами').waitFor()

  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Ещё раз Esc' }).waitFor()
  t.same(server.left('hang-up'), [])
  // A slow machine may take longer than the second press may.
  const ended = server.command('hang-up').then(() => true)
  do await page.keyboard.press('Escape')
  while (!(await Promise.race([ended, pause(200, false)])))
  server.happen(...scene.enter('wrap-up'))
  await middle(page).getByText('Новый звонок не придёт ещё').waitFor()
  await page.getByLabel('Заметка для коллег').fill('Перезвонит из МФЦ')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('alert').getByText('Выберите тему и чем закончилось').waitFor()
  await page.keyboard.press('Space')
  await page.keyboard.press('Control+Enter')
  t.same((await server.command('wrap-up')).command, {
    type: 'wrap-up',
    topic: 'services/passport',
    result: 'resolved',
    note: 'Перезвонит из МФЦ',
  })
  server.happen(...scene.enter(null))
  await page.getByText('Ждём звонка').waitFor()
  t.notMatch(await page.locator('#page').textContent(), /Мария|343 200|RU-2026|МФЦ/)
  t.same(complaints, [])
})

t.test(
  'a leg is answered when its call was accepted, before it rings or in another tab',
  async (t) => {
    const { page, context, complaints } = await open(t)
    await page.getByText('Телефон готов').waitFor()
    const other = await openPage(context, complaints)
    await other.getByText('Телефон работает в другой вкладке').waitFor()
    const ring = (callSid: string) =>
      server.report({ type: 'ringing', callSid, from: '+7', to: 'client:anna', parameters: {} })

    // The news of the server is here before the leg.
    server.happen(...scene.enter('ringing'))
    await page.getByRole('button', { name: /Принять/ }).waitFor()
    await page.keyboard.press('Enter')
    await server.command('accept')
    ring('CA1')
    t.match(await server.pressed('accept'), { callSid: 'CA1' })
    server.report({ type: 'accepted', callSid: 'CA1', from: '+7' })
    server.happen(...scene.enter('talking'))
    await talks(page)

    // The next leg is here before its news: it is for the operator to answer, not for the page.
    server.report({ type: 'ended', callSid: 'CA1' })
    server.happen(...scene.enter('wrap-up'))
    await middle(page).getByText('Запись о разговоре').waitFor()
    ring('CA2')
    const next = { ...scene.card, reservationId: '01a1ed76-0000-7000-8000-00000000000b' }
    server.happen(...scene.enter('ringing', { card: next }))
    await other.getByRole('button', { name: /Принять/ }).waitFor()
    t.same(server.unpressed('accept'), [])
    await other.keyboard.press('Enter')
    t.match(await server.pressed('accept'), { callSid: 'CA2' })
    await server.command('accept')
    t.same(complaints, [])
  },
)

t.test('the card tells who, from where, why, about what and what was before', async (t) => {
  const { page } = await open(t, { snapshot: scene.snapshot({ call: scene.call('talking') }) })
  const card = (await right(page).textContent())?.replaceAll('\u00a0', ' ')
  for (const part of [
    '+7 343 200-00-17',
    'русский',
    /Россия, там сейчас \d\d:\d\d/,
    'Главное меню',
    'RU-2026-000014Замена паспортаЖдёт уточненияСрок — до 4 декабря',
    '19 ноября, 10:12Статус заявлениябез оператора',
    'говорили с оператором · Борис Власов',
  ]) {
    t.match(card, part)
  }
  await page.getByText('Время линии, UTC+3').waitFor()
  await page.getByText('13:05').waitFor()
})

t.test(
  'a call that is declined, or taken by the caller hanging up, leaves nothing behind',
  async (t) => {
    const { page } = await open(t)
    server.happen(...scene.enter('ringing'))
    await page.getByRole('button', { name: /Отказаться/ }).waitFor()
    await page.keyboard.press('Escape')
    await server.command('decline')
    server.answering = false
    await page.keyboard.press('Enter')
    const { id } = await server.command('accept')
    await page.getByText('Жду сервер: ответ на звонок').waitFor()
    await page.keyboard.press('Enter')
    server.refuse(id, 'over')
    server.happen(...scene.enter(null))
    await page.getByRole('alert').getByText('Этот звонок уже не ваш').waitFor()
    t.same(server.left('accept'), [], 'a second press before the answer is no second command')
    await page.getByRole('button', { name: 'Понятно' }).click()
    t.equal(await page.getByText('Этот звонок уже не ваш').count(), 0)
  },
)

t.test('an operator with a telephone elsewhere is asked to pick it up', async (t) => {
  server.begin(scene.snapshot())
  const { page } = await open(t)
  server.softphone = 'none'
  await page.reload()
  await page.getByText('Звонки приходят на ваш телефон').waitFor()
  server.happen(...scene.enter('ringing'))
  await page.getByText('Звонит ваш телефон').waitFor()
  await page.keyboard.press('Enter')
  t.equal(await page.getByRole('button', { name: /Принять/ }).count(), 0)
  t.same(server.left('accept'), [])
})

t.test(
  'without the server the state is shown as old, and what is unsent is sent once later',
  async (t) => {
    const { page } = await open(t)
    server.happen(...scene.enter('talking'))
    await talks(page)
    await server.away()
    const banner = page.getByRole('alert').filter({ hasText: 'Связи с сервером нет' })
    await banner.waitFor()
    t.ok(await page.getByRole('button', { name: /Удержать/ }).isDisabled())
    await page.getByRole('radio', { name: 'Перерыв' }).focus()
    await page.keyboard.press('Space')
    await banner.getByText('Ещё не отправлено: смена состояния').waitFor()
    t.same(await seriousViolations(page), [])
    server.lose({ type: 'queue-gone', name: 'services' })
    server.answering = true
    await server.back()
    await banner.waitFor({ state: 'detached' })
    t.match((await server.command('presence')).command, { state: 'break' })
    t.same(server.left('presence'), [])
    t.equal(typeof server.greetings.at(-1), 'number', 'it names the last message it has')
    await page
      .getByRole('region', { name: 'Очереди' })
      .getByText('Услуги')
      .waitFor({ state: 'detached' })
  },
)

t.test('the telephone network going away is said with its time, and its coming back', async (t) => {
  const { page } = await open(t)
  const region = page.getByRole('status', { name: 'Связь с телефонной сетью' })
  await region.waitFor({ state: 'attached' })
  t.equal(await region.textContent(), '', 'a region that speaks is there before it has a word')
  const since = '2026-11-24T10:42:07.000+03:00'
  server.happen({ type: 'outage', outage: { since, kind: 'unreachable' } })
  await region.getByText('С 10:42 UTC+3 нет связи с телефонной сетью').waitFor()
  await region.getByText('Никто не потеряет место в очереди').waitFor()
  t.equal(await region.getByText('Удержание, перевод').count(), 0)
  server.happen(...scene.enter('talking'))
  await region.getByText('Удержание, перевод').waitFor()
  server.happen({ type: 'outage', outage: { since, kind: 'refusing' } })
  await region.getByText('не принимает от нас звонки').waitFor()
  await server.away()
  await page.getByRole('alert').getByText('Связи с сервером нет').waitFor()
  t.equal(await region.textContent(), '', 'what nobody knows is not said')
  await server.back()
  await region.getByText('не принимает от нас звонки').waitFor()
  server.happen({ type: 'outage', outage: null })
  await region.getByText('Связь с телефонной сетью вернулась').waitFor()
  t.equal(await region.getByText('10:42').count(), 0)
})

t.test('a message that was lost on its way is noticed at the next one', async (t) => {
  const { page } = await open(t)
  server.lose(...scene.enter('ringing'))
  server.happen({ type: 'queue-gone', name: 'status' })
  await page.getByRole('button', { name: /Принять/ }).waitFor()
})

t.test('a live call is back after a reload, and two tabs are in step', async (t) => {
  const { page, context, complaints } = await open(t)
  server.happen(...scene.enter('talking'))
  await middle(page).getByText('Мария').waitFor()
  await page.reload()
  await middle(page).getByText('Мария').waitFor()
  const other = await openPage(context, complaints)
  await other.getByText('Телефон работает в другой вкладке').waitFor()
  server.happen(...scene.enter('held'))
  for (const tab of [page, other]) await middle(tab).getByText('слышит музыку').waitFor()
  t.same(complaints, [])
})

t.test('a session that is over leads to the door, and nothing stays on the screen', async (t) => {
  const { page } = await open(t)
  server.happen(...scene.enter('talking'))
  await middle(page).getByText('Мария').waitFor()
  server.isSignedIn = false
  server.hangUp(4401)
  await page.getByText('Сеанс закончился').waitFor()
  t.equal(await page.getByText('Мария').count(), 0)
})

t.test('one tab too many stands aside, and goes on only with somebody before it', async (t) => {
  const { page } = await open(t)
  await page.clock.install()
  const { length } = server.greetings
  server.hangUp(4409)
  const banner = page.getByRole('alert').filter({ hasText: 'слишком во многих вкладках' })
  await banner.waitFor()
  t.same(await seriousViolations(page), [])
  await page.clock.runFor(60_000)
  t.equal(server.greetings.length, length, 'else tabs would push each other out for ever')
  await banner.getByRole('button', { name: 'Работать здесь' }).click()
  await banner.waitFor({ state: 'detached' })
  server.happen(...scene.enter('ringing'))
  await page.getByRole('button', { name: /Принять/ }).waitFor()
  t.equal(server.greetings.length, length + 1)
})

t.test('the first hour teaches: every empty part says how it fills', async (t) => {
  const { page } = await open(t, { snapshot: scene.nothingYet() })
  for (const text of ['Очередей пока нет', 'Сегодня звонков ещё не было', 'Вы не на линии']) {
    await page.getByText(text).waitFor()
  }
  await page.getByRole('button', { name: 'На линию' }).click()
  t.match((await server.command('presence')).command, { state: 'available' })
  server.happen(...scene.enter('talking'))
  await page.getByText('Первый звонок дня появится здесь, когда вы его закончите').waitFor()
})

const supervisor = () => scene.snapshot({ me: scene.vera })

t.test('a supervisor sees the shift, joins a talk, and changes a state', async (t) => {
  const { page, complaints } = await open(t, { snapshot: supervisor() })
  await page.getByRole('radio', { name: 'Табло' }).check()
  const tile = page.locator('dl > div').filter({ hasText: 'Ждут сейчас' })
  t.match(await tile.textContent(), 'Ждут сейчас5')
  const levels = page.getByRole('group', { name: 'Уровень обслуживания' })
  for (const name of ['от всех пришедших', 'без коротких отказов', 'от принятых', 'тоже вовремя']) {
    t.ok(await levels.getByText(name).first().isVisible(), name)
  }
  await levels.getByRole('radio').first().check()
  await page.getByText('принято вовремя ÷ все, кто пришёл в очередь').waitFor()
  t.ok(await page.getByRole('img', { name: /Пришли 519/ }).isVisible())

  await page.getByRole('button', { name: 'Услуги' }).click()
  await page.getByText('Очередь: Услуги').waitFor()
  await page.getByRole('button', { name: 'Подсказать' }).click()
  t.match((await server.command('supervise')).command, { how: 'whisper' })
  await page.getByText('Вас слышит только оператор').waitFor()
  await page.getByRole('button', { name: 'Отключиться' }).click()
  t.match((await server.command('supervise')).command, { how: 'stop' })
  await page.getByLabel('Состояние: Денис Орлов').selectOption('available')
  t.match((await server.command('set-presence')).command, { login: 'denis', state: 'available' })

  await page.keyboard.press('b')
  await page.getByRole('button', { name: 'Обычный экран' }).waitFor()
  t.equal(await page.getByRole('button', { name: 'Выйти' }).count(), 0)
  server.happen(...scene.enter('ringing', {}, scene.vera))
  await page.getByRole('button', { name: /Принять/ }).waitFor()
  t.same(complaints, [])
})

t.test('a board without queues names no threshold', async (t) => {
  const { page } = await open(t, { snapshot: { ...scene.nothingYet(), me: scene.vera } })
  await page.getByRole('radio', { name: 'Табло' }).check()
  await page.getByText('Уровень обслуживания, без коротких отказов').waitFor()
})

t.test('the curve of the day leads down to the calls of each half hour', async (t) => {
  const { page, complaints } = await open(t, { snapshot: supervisor() })
  const asked = (number: number, more: Partial<ListedCall>): ListedCall => ({
    ...{ callSid: `CA${number}`, startedAt: `2026-11-24T12:4${number}:05.000+03:00` },
    ...{ topic: null, queue: 'services', outcome: 'abandoned-in-queue', operator: null },
    ...more,
  })
  server.callLog = [
    asked(7, { topic: 'services/passport', outcome: 'operator', operator: 'boris' }),
    asked(3, {}),
    asked(2, { queue: 'cabinet' }),
    asked(1, { queue: null, outcome: 'self-served' }),
  ]
  await page.getByRole('radio', { name: 'Табло' }).check()
  const day = page.getByRole('region', { name: 'Сегодня' })
  await day.getByText('ожидалось').first().waitFor()
  await day.getByText('Числами').press('Enter')
  const row = day.getByRole('row').filter({ hasText: '12:30' })
  t.match(await row.textContent(), /^12:30\d+\d+\d+\d+$/)
  t.match(await day.getByRole('row').filter({ hasText: '20:00' }).textContent(), /^20:00———\d+$/)
  await row.getByRole('button', { name: 'Звонки с 12:30 до 13:00' }).press('Enter')
  const list = day.getByRole('region', { name: /Звонки с 12:30/ })
  await list.getByRole('row', { name: /12:47:05 Паспорт говорили с оператором boris/ }).waitFor()
  t.equal(await list.getByRole('row').count(), 4, 'who managed alone is not among them')
  t.match(server.asked, [/from=2026-11-24T12%3A30.*to=2026-11-24T13%3A00/])
  t.same(await seriousViolations(page), [])

  await page.getByRole('button', { name: 'Личный кабинет' }).click()
  t.equal(await list.getByRole('row').count(), 2, 'a queue has its own')
  server.callLog = null
  await day.getByRole('button', { name: 'Звонки с 13:00 до 13:30' }).click()
  await day.getByRole('alert').getByText('Журнал звонков не ответил').waitFor()
  await day.getByRole('button', { name: 'Закрыть список' }).click()
  t.equal(await day.getByRole('alert').count(), 0)
  server.happen(...scene.curves.map(({ name }) => ({ type: 'curve-gone' as const, name })))
  await day.getByText('Кривая дня появится').waitFor()
  t.same(
    complaints.filter((text) => !/503/.test(text)),
    [],
  )
})

const states = ['ringing', 'held', 'wrap-up'] as const

for (const language of ['ru', 'en'] as const) {
  for (const scheme of ['light', 'dark'] as const) {
    t.test(`axe finds nothing serious in ${scheme} colours and language ${language}`, async (t) => {
      const width = language === 'ru' ? 360 : 1280
      const { page, complaints } = await open(t, {
        language,
        scheme,
        width,
        snapshot: supervisor(),
      })
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      t.same(await seriousViolations(page), [], 'without a call')
      for (const state of states) {
        server.happen(...scene.enter(state, {}, scene.vera))
        await page.locator(`[data-call="${state}"]`).first().waitFor()
        if (state === 'held') await page.keyboard.press('t')
        t.same(await seriousViolations(page), [], state)
        t.equal(await page.evaluate(overflow), 0, 'nothing sticks out at the side')
        t.same(await cutWords(page), [], state)
      }
      server.happen(...scene.enter(null, {}, scene.vera), {
        type: 'outage',
        outage: { since: scene.at(0), kind: 'unreachable' },
      })
      // Its bar moves down what stands below it.
      await page.locator('[data-kind="unreachable"]').waitFor()
      await page.getByRole('radio', { name: /Табло|Board/ }).check()
      t.same(await seriousViolations(page), [], 'the board')
      t.same(await cutWords(page), [], 'the board')
      t.equal(await page.evaluate(overflow), 0, 'nothing sticks out at the side')
      t.same(complaints, [])
    })
  }
}
