import t from 'tap'
import { parseCatalogue } from '../../src/prompts/parse-catalogue.ts'

t.test('a prompt is a text, or a text with a recording', async (t) => {
  const read = parseCatalogue(
    {
      greeting: '  Здравствуйте.\n  Вы позвонили. ',
      'menu.main-1': { text: 'Меню', audio: 'audio/ru/menu.wav' },
    },
    'ru-RU',
  )
  t.same('catalogue' in read ? [...read.catalogue] : read.faults, [
    ['greeting', { text: 'Здравствуйте. Вы позвонили.' }],
    ['menu.main-1', { text: 'Меню', audio: 'audio/ru/menu.wav' }],
  ])
})

t.test('an empty file is an empty catalogue', async (t) => {
  for (const value of [null, undefined, {}]) {
    const read = parseCatalogue(value, 'en-US')
    t.equal('catalogue' in read ? read.catalogue.size : null, 0)
  }
})

t.test('all faults are told together, each by language and key', async (t) => {
  const read = parseCatalogue(
    {
      Menu: 'x',
      'menu..main': 'x',
      '.menu': 'x',
      'menu-': 'x',
      number: 7,
      list: [],
      empty: ' ',
      bare: { audio: 'a.wav' },
      more: { text: 'x', adio: 'a.wav' },
      out: { text: 'x', audio: '../../etc/passwd' },
      root: { text: 'x', audio: '/a.wav' },
      right: 'x',
    },
    'ru-RU',
  )
  const key = 'key has other than small letters, digits, single dots and hyphens'
  const path = 'audio is not a path inside the flow folder'
  t.same('faults' in read ? read.faults : [], [
    `ru-RU Menu: ${key}`,
    `ru-RU menu..main: ${key}`,
    `ru-RU .menu: ${key}`,
    `ru-RU menu-: ${key}`,
    'ru-RU number: neither text nor { text, audio }',
    'ru-RU list: neither text nor { text, audio }',
    'ru-RU empty: no text',
    'ru-RU bare: no text',
    'ru-RU more: unknown adio; known are text, audio',
    `ru-RU out: ${path}`,
    `ru-RU root: ${path}`,
  ])
})

t.test('what is not a map is no catalogue', async (t) => {
  for (const value of ['text', 7, ['a']])
    t.same(parseCatalogue(value, 'ru-RU'), { faults: ['ru-RU: not a map of prompts'] })
})
