import t from 'tap'
import { heardNotices, type Notice, noticeState } from '../../src/calls/notice.ts'

const noon = Temporal.Instant.from('2026-11-21T12:00Z')
const hours = (count: number) => noon.add({ minutes: count * 60 })

const notice = (change: Partial<Notice> = {}): Notice => ({
  id: 'id',
  kind: 'incident',
  texts: { 'ru-RU': 'Сбой', 'en-US': 'A fault' },
  recordings: {},
  lines: null,
  from: hours(-1),
  until: null,
  endedAt: null,
  createdAt: hours(-2),
  createdBy: 'administrator',
  ...change,
})

const heard = (
  notices: readonly Notice[],
  languages = ['ru-RU'],
  { line = '+78005557373', recordings = [] as readonly string[], now = noon } = {},
) => heardNotices(notices, line, languages, (path) => recordings.includes(path), now)

t.test('a notice is in force from its beginning until its end, the end not included', async (t) => {
  const planned = notice({ from: hours(1), until: hours(3) })
  t.equal(noticeState(planned, noon), 'planned')
  t.equal(noticeState(planned, hours(1)), 'in-force')
  t.equal(noticeState(planned, hours(3)), 'ended')
  t.equal(noticeState(notice(), hours(1000)), 'in-force')
  t.equal(noticeState(notice({ endedAt: noon }), noon), 'ended')
})

t.test('only what is in force on the line is heard, incidents first', async (t) => {
  const texts = (text: string) => ({ texts: { 'ru-RU': text } })
  const notices = [
    notice({ ...texts('work'), kind: 'planned-work', from: hours(-9) }),
    notice({ ...texts('late'), from: hours(-1) }),
    notice({ ...texts('early'), from: hours(-2) }),
    notice({ ...texts('here'), lines: ['+78005557373'], from: hours(-3) }),
    notice({ ...texts('elsewhere'), lines: ['+74957770000'] }),
    notice({ ...texts('over'), until: hours(0) }),
    notice({ ...texts('to come'), from: hours(1) }),
  ]
  t.strictSame(
    heard(notices).map(({ text }) => text),
    ['here', 'early', 'late', 'work'],
  )
  t.strictSame(
    heardNotices(notices, null, ['ru-RU'], () => true, noon).map(({ text }) => text),
    ['early', 'late', 'work'],
  )
})

t.test('it is heard in the first language that it has', async (t) => {
  t.match(heard([notice()], ['en-US', 'ru-RU']), [{ language: 'en-US', text: 'A fault' }])
  t.match(heard([notice()], ['tt-RU', 'ru-RU']), [{ language: 'ru-RU', text: 'Сбой' }])
  t.strictSame(heard([notice()], ['tt-RU']), [])
})

t.test('a recording is played where the version of the call has it', async (t) => {
  const recorded = notice({ recordings: { 'tt-RU': 'notices/tt.wav', 'ru-RU': 'notices/ru.wav' } })
  const recordings = ['notices/tt.wav', 'notices/ru.wav']
  t.strictSame(heard([recorded], ['tt-RU', 'ru-RU'], { recordings }), [
    { language: 'tt-RU', text: '', recording: '/notices/tt.wav' },
  ])
  t.strictSame(heard([recorded], ['ru-RU'], { recordings }), [
    { language: 'ru-RU', text: 'Сбой', recording: '/notices/ru.wav' },
  ])
  t.strictSame(heard([recorded], ['tt-RU', 'ru-RU']), [
    { language: 'ru-RU', text: 'Сбой', recording: '' },
  ])
})
