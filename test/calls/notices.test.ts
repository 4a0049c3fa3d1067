import t from 'tap'
import type { FlowSet, Line } from '../../src/calls/flow-set.ts'
import type { Notice } from '../../src/calls/notice.ts'
import { type NoticeDraft, noticeBoard, noticeFault } from '../../src/calls/notices.ts'

const now = Temporal.Instant.from('2026-11-21T12:00Z')

const line = (number: string, ...languages: [string, ...string[]]): [string, Line] => [
  number,
  { number, languages } as Partial<Line> as Line,
]

const flowSet: Pick<FlowSet, 'lines' | 'audio'> = {
  lines: new Map([
    line('+78005557373', 'ru-RU', 'en-US'),
    line('+78435550000', 'tt-RU', 'ru-RU'),
    line('+78005550303', 'ru-RU'),
  ]),
  audio: new Map([['notices/tt.wav', { hash: 'h', bytes: 1 }]]),
}

const faultOf = (draft: Partial<NoticeDraft>) =>
  noticeFault(
    {
      kind: 'incident',
      texts: { 'ru-RU': 'Сбой', 'en-US': 'A fault' },
      recordings: {},
      lines: null,
      from: now,
      until: null,
      ...draft,
    },
    flowSet,
    (language) => !language.startsWith('tt'),
    now,
  )

t.test('every language of the lines is served, by a text or a recording', async (t) => {
  t.equal(faultOf({}), null)
  t.match(faultOf({ texts: { 'ru-RU': 'Сбой' } }), '+78005557373 speaks en-US')
  t.equal(faultOf({ texts: { 'ru-RU': 'Сбой' }, lines: ['+78005550303'] }), null)
  t.match(faultOf({ texts: {} }), 'speaks ru-RU')
  const recordings = { 'tt-RU': 'notices/tt.wav' }
  t.equal(faultOf({ recordings }), null)
  t.match(faultOf({ texts: {}, recordings, lines: ['+78435550000'] }), 'speaks ru-RU')
})

t.test('a language without a voice takes a recording, not a text', async (t) => {
  t.match(
    faultOf({ texts: { 'ru-RU': 'Сбой', 'en-US': 'A fault', 'tt-RU': 'Өзеклек' } }),
    'no voice reads tt-RU',
  )
  t.match(
    faultOf({ recordings: { 'tt-RU': 'notices/none.wav' } }),
    'has no recording notices/none.wav',
  )
})

t.test('lines, languages and times that cannot be are told', async (t) => {
  t.match(faultOf({ lines: ['+74950000000'] }), 'no line +74950000000')
  t.match(faultOf({ texts: { 'ru-RU': 'Сбой', 'en-US': 'A', 'de-DE': 'B' } }), 'speaks de-DE')
  t.match(faultOf({ until: now }), 'later than from')
  const hour = { minutes: 60 }
  t.match(faultOf({ from: now.subtract(hour), until: now }), 'in the future')
  t.equal(faultOf({ from: now.add(hour), until: now.add({ minutes: 61 }) }), null)
})

t.test('the board shows what was read last', async (t) => {
  let stored: readonly Notice[] = []
  const board = noticeBoard({ unended: async () => stored }, { now: () => now })
  t.strictSame(board.current(), [])
  stored = [{ id: 'one' } as Notice]
  t.strictSame(board.current(), [])
  await board.refresh()
  t.equal(board.current(), stored)
})
