import type { Page } from 'playwright-core'
import sharp from 'sharp'
import t, { type Test } from 'tap'
import { buildPages } from '../../../src/pages/build.ts'
import { reachedBy, trustedOf } from '../../../src/pages/console/channel/reached.ts'
import type {
  Author,
  ChannelEvent,
  Happening,
  ServerMessage,
} from '../../../src/web/channel/protocol.ts'
import { seriousViolations } from '../../support/axe.ts'
import { openBrowser, patience } from '../../support/browser.ts'
import { gatherComplaints } from '../../support/complaints.ts'
import { cutWords } from '../../support/cut-words.ts'
import * as scene from './scenes.ts'
import { startScriptedServer } from './scripted-server.ts'

const { directory } = await buildPages()
const server = await startScriptedServer(directory)
server.photo = await sharp({
  create: { width: 640, height: 480, channels: 3, background: '#7a8f55' },
})
  .jpeg()
  .toBuffer()
const browser = await openBrowser()
t.teardown(async () => {
  await browser.close()
  await server.close()
})

const me: Author = { kind: 'operator', id: 'anna', name: 'Анна Петрова' }
const caller: Author = { kind: 'caller', name: 'Мария' }
const son: Author = { kind: 'trusted', id: 'p1', name: 'Пётр' }

const channel = (more: object = {}): ServerMessage => ({
  type: 'channel',
  channel: {
    id: 'c1',
    line: 'Медицинские советы',
    startedAt: scene.at(-130),
    endedAt: null,
    isChatOpen: false,
    operator: me,
    caller: { phone: '+79161112233', name: 'Мария' },
    location: null,
    ...more,
  },
  sequence: 0,
  rights: {
    read: true,
    write: false,
    location: true,
    lead: true,
    locate: false,
    whyNot: 'chat-closed',
  },
  online: [me, caller],
  me,
})

const writing: ServerMessage = {
  type: 'rights',
  rights: { read: true, write: true, location: true, lead: true, locate: false, whyNot: null },
}

/** Numbered from 1, as they happened. */
const happened = () => {
  let sequence = 0
  return (...news: readonly Happening[]): ServerMessage => ({
    type: 'events',
    events: news.map((event) => {
      sequence += 1
      return { ...event, sequence, at: scene.at(0) } as ChannelEvent
    }),
  })
}

const open = async (t: Test, { language = 'ru', width = 1280 } = {}) => {
  server.begin(scene.snapshot())
  const context = await browser.newContext({
    locale: language === 'ru' ? 'ru-RU' : 'en-US',
    viewport: { width, height: 720 },
  })
  t.teardown(() => context.close())
  context.setDefaultTimeout(patience)
  const complaints: string[] = []
  const page = await context.newPage()
  gatherComplaints(page, complaints)
  await page.goto(`${server.url}/console`)
  await page.getByRole('region', { name: /^(Звонок|Call)$/ }).waitFor()
  const card = { ...scene.card, isIntegrated: true, line: 'Медицинские советы' }
  server.happen(...scene.enter('talking', { card }))
  const hello = await server.said('hello')
  t.match(hello, { of: { call: card.callSid }, after: null })
  return { page, complaints }
}

const panel = (page: Page) => page.getByRole('region', { name: 'Чат и фотографии' })
const list = (page: Page) => page.getByRole('list', { name: 'Переписка' })

t.test('the chat is opened, used and closed with the keyboard alone', async (t) => {
  const { page, complaints } = await open(t)
  const news = happened()
  server.tell({ type: 'waiting' })
  await panel(page).getByText('Чат можно будет открыть').waitFor()
  server.tell(channel())
  await panel(page).getByText('Чат закрыт').waitFor()
  await panel(page).getByText('страница у звонящего открыта').waitFor()

  await page.keyboard.press('c')
  const opened = await server.said('chat')
  t.equal(opened.isOpen, true)
  server.tell(
    { type: 'done', id: opened.id, sequence: 1 },
    news({ type: 'chat', isOpen: true }),
    writing,
  )
  await panel(page).getByRole('textbox').waitFor()

  await page.keyboard.press('c')
  await page.keyboard.type('Покажите сыпь, пожалуйста')
  await page.keyboard.press('Enter')
  const { id, text } = await server.said('message')
  t.equal(text, 'Покажите сыпь, пожалуйста')
  await list(page).getByText('отправляю…').waitFor()
  server.tell({ type: 'done', id, sequence: 2 }, news({ type: 'message', id, author: me, text }))
  await list(page).getByText('отправлено').waitFor()
  server.tell(news({ type: 'mark', by: caller, delivered: 2, seen: 2 }))
  await list(page).getByText('прочитано').waitFor()

  // Out of the field; a second Esc alone must not end the call, which takes two on the page.
  await page.keyboard.press('Escape')
  await page.keyboard.press('p')
  t.ok(await server.said('ask-photo'))
  server.tell(
    news(
      { type: 'photo-asked' },
      {
        type: 'photo',
        id: 'x1',
        author: caller,
        photo: { photoId: 'ph1', width: 640, height: 480 },
      },
    ),
  )
  await list(page).getByRole('img').waitFor()
  t.match(await server.said('mark'), { delivered: 5, seen: 5 })

  await list(page)
    .getByRole('button', { name: /Фотография: Мария/ })
    .focus()
  await page.keyboard.press('Enter')
  const viewer = page.getByRole('dialog')
  await viewer.getByText('100 %').waitFor()
  await page.keyboard.press('+')
  await page.keyboard.press('+')
  await viewer.getByText('200 %').waitFor()
  await page.keyboard.press('r')
  t.equal(await viewer.locator('img').getAttribute('data-turn'), '1')
  t.same(await seriousViolations(page), [])
  await page.keyboard.press('Escape')
  await viewer.waitFor({ state: 'hidden' })
  t.same(server.left('hang-up'), [], 'the call goes on')

  server.tell({
    type: 'levels',
    caller: 0.4,
    operator: 0,
    silentSeconds: 34.2,
  })
  await panel(page).getByText('Тишина 34 с').waitFor()
  t.same(await seriousViolations(page), [])
  t.same(complaints, [])
})

t.test('what others write is text, whatever it says', async (t) => {
  const { page, complaints } = await open(t)
  const news = happened()
  const wicked = '<img src=x onerror=alert(1)>\u202e gnp.exe'
  server.tell(
    { ...channel({ isChatOpen: true }), sequence: 1 } as ServerMessage,
    writing,
    news({
      type: 'message',
      id: 'w1',
      author: { ...caller, name: '<script>alert(2)</script>' },
      text: wicked,
    }),
  )
  await list(page).getByText('<img src=x onerror=alert(1)>').waitFor()
  await list(page).getByText('<script>alert(2)</script>').waitFor()
  t.equal(await list(page).locator('img, script').count(), 0)
  t.same(complaints, [])
})

t.test(
  'what was not confirmed when the connection broke is sent again, under its name',
  async (t) => {
    const { page } = await open(t)
    const news = happened()
    server.tell(channel({ isChatOpen: true }), writing)
    await panel(page).getByRole('textbox').fill('Слышно?')
    await page.keyboard.press('Enter')
    const first = await server.said('message')
    server.cutChannels()
    t.match(await server.said('hello'), { after: null })
    server.tell(channel({ isChatOpen: true }), writing)
    t.same(await server.said('message'), first)
    server.tell(news({ type: 'message', id: first.id, author: me, text: first.text }))
    await list(page).getByText('отправлено').waitFor()
    t.equal(await list(page).getByText('Слышно?').count(), 1)

    await panel(page).getByRole('textbox').fill('Ещё')
    await page.keyboard.press('Enter')
    const { id } = await server.said('message')
    server.tell({ type: 'refused', id, code: 'chat-closed' })
    await list(page).getByText('сообщение не ушло').waitFor()
    await list(page).getByRole('button', { name: 'ещё раз' }).click()
    t.equal((await server.said('message')).id, id)
    server.tell({ type: 'refused', id, code: 'call-over' })
    await list(page).getByRole('button', { name: 'убрать' }).click()
    await list(page).getByText('Ещё').waitFor({ state: 'detached' })
  },
)

t.test('where the caller is stands beside who they are, as long as they tell', async (t) => {
  const { page } = await open(t)
  const news = happened()
  const location = {
    latitude: 55.75222,
    longitude: 37.61556,
    accuracyMetres: 25,
    at: scene.at(-3),
    isFollowed: true,
  }
  server.tell(channel())
  server.tell(news({ type: 'location', location }))
  const card = page.getByRole('region', { name: 'Кто звонит' })
  await card.getByText('55.75222, 37.61556').waitFor()
  await card.getByText('с точностью до 25 м').waitFor()
  t.match(
    await card.getByRole('link', { name: 'Открыть на карте' }).getAttribute('href'),
    /mlat=55\.75222&mlon=37\.61556/,
  )
  t.same(await seriousViolations(page), [])
  server.tell(news({ type: 'location', location: null }))
  await card.getByText('55.75222').waitFor({ state: 'detached' })
})

t.test('on a narrow screen the call and the chat fit beside one another', async (t) => {
  const { page } = await open(t, { width: 360 })
  const news = happened()
  server.tell(
    channel({ isChatOpen: true }),
    news(
      { type: 'chat', isOpen: true },
      { type: 'message', id: 'm1', author: caller, text: 'Появилась вчера вечером, температура' },
      {
        type: 'photo',
        id: 'x1',
        author: caller,
        photo: { photoId: 'ph1', width: 640, height: 480 },
      },
    ),
    writing,
    { type: 'levels', caller: 0.4, operator: 0, silentSeconds: 0 },
  )
  await list(page).getByRole('img').waitFor()
  t.same(await cutWords(page), [])
  t.ok(await page.getByRole('meter').first().isVisible())
})

t.test('marks tell how far a message has got, and events who is trusted', async (t) => {
  const at = scene.at(0)
  const events: ChannelEvent[] = [
    { type: 'trusted', person: son, is: 'invited', sequence: 1, at },
    { type: 'mark', by: son, delivered: 9, seen: 9, sequence: 2, at },
    { type: 'mark', by: caller, delivered: 5, seen: 3, sequence: 3, at },
  ]
  t.equal(reachedBy(events, 3), 'seen')
  t.equal(reachedBy(events, 5), 'delivered')
  t.equal(reachedBy(events, 6), 'sent')
  t.strictSame(trustedOf(events, [son]), [{ person: son, isOnline: true }])
  t.strictSame(
    trustedOf([...events, { type: 'trusted', person: son, is: 'removed', sequence: 4, at }], [son]),
    [],
  )
})
