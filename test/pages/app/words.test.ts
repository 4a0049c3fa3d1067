import fc from 'fast-check'
import t from 'tap'
import { withHead } from '../../../src/pages/app/home.ts'
import { hashOf, routeOf } from '../../../src/pages/app/route.ts'
import { sizeOf } from '../../../src/pages/app/when.ts'
import { partsOf } from '../../../src/pages/channel/text-parts.ts'
import * as scene from './scenes.ts'

t.test('nothing of a text is lost or added when it is taken apart', async () => {
  const pieces = fc.constantFrom(
    'https://',
    'a.ru',
    '/?x=1',
    ' ',
    '.',
    '\u202e',
    ')',
    'javascript:',
    '@',
    '\n',
    'Ё',
    '"',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (all) => {
      const text = all.join('')
      return (
        partsOf(text)
          .map((part) => part.text)
          .join('') === text
      )
    }),
  )
})

t.test('only whole https addresses become links', async (t) => {
  const links = (text: string) =>
    partsOf(text)
      .filter(({ kind }) => kind === 'link')
      .map((part) => part.text)
  t.same(links('см. https://a.ru/b?c=d#e, и (https://b.org/x).'), [
    'https://a.ru/b?c=d#e',
    'https://b.org/x',
  ])
  for (const text of [
    'http://a.ru',
    'javascript:alert(1)',
    'https://u:p@a.ru/',
    'https://localhost/',
    'https://',
    'data:text/html,x',
  ]) {
    t.same(links(text), [], text)
  }
})

t.test('characters that turn the direction of writing are told by their numbers', async (t) => {
  t.same(partsOf('a\u202eb'), [
    { kind: 'text', text: 'a' },
    { kind: 'control', text: '\u202e', code: 'U+202E' },
    { kind: 'text', text: 'b' },
  ])
})

t.test('calls told anew take the place of the same ones, and earlier ones stay', async (t) => {
  const [earlier, first] = scene.earlierCalls
  if (!earlier || !first) throw new Error('the scene has no earlier calls')
  const live = scene.liveCall()
  const starting = { ...live, channel: null }
  const known = withHead(null, [starting, earlier])
  t.same(withHead([...known, first], [live, earlier]), [live, earlier, first])
  t.same(withHead(known, []), [])
})

t.test('a place in the page is told in its address and found again', async (t) => {
  for (const route of [
    { at: 'calls' },
    { at: 'people' },
    { at: 'me' },
    { at: 'call', channel: scene.channelId },
  ] as const) {
    t.same(routeOf(hashOf(route)), route)
  }
  t.same(routeOf('#whatever=1'), { at: 'calls' })
})

t.test('sizes are told as people read them', async (t) => {
  t.equal(sizeOf(640_000, 'ru').replace(/\s/g, ' '), '640 кБ')
  t.equal(sizeOf(3_440_000, 'en').replace(/\s/g, ' '), '3.4 MB')
})
