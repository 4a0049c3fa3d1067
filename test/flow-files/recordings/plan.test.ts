import t from 'tap'
import { planRecordings } from '../../../src/flow-files/recordings/plan.ts'
import {
  formatRecordingList,
  parseRecordingList,
  type RecordingNote,
} from '../../../src/flow-files/recordings/recording-list.ts'

const note = (text: string, hash: string, by: RecordingNote['by']): RecordingNote => ({
  text,
  hash,
  by,
})

/** A plan for one recording `a.wav` that is to say "now". */
const plan = (listed: RecordingNote | null, hash: string | null) =>
  planRecordings(
    new Map([['a.wav', 'now']]),
    new Map(listed === null ? [] : [['a.wav', listed]]),
    () => hash,
  )

t.test('what is missing or says another text is made', async (t) => {
  t.strictSame([...plan(null, null).make], [['a.wav', 'now']])
  t.strictSame([...plan(note('now', '1', 'espeak-ng'), null).make], [['a.wav', 'now']])
  t.strictSame([...plan(note('before', '1', 'espeak-ng'), '1').make], [['a.wav', 'now']])
  t.equal(plan(note('now', '1', 'espeak-ng'), '1').make.size, 0)
})

t.test('a file that somebody has put there is theirs from now on', async (t) => {
  for (const listed of [null, note('before', '1', 'espeak-ng'), note('before', '1', 'person')]) {
    const { make, keep, outdated } = plan(listed, '2')
    t.equal(make.size, 0)
    t.strictSame([...keep], [['a.wav', note('now', '2', 'person')]])
    t.strictSame(outdated, [])
  }
})

t.test('a recording by a person stays when its text changes, and is named', async (t) => {
  const { make, keep, outdated } = plan(note('before', '1', 'person'), '1')
  t.equal(make.size, 0)
  t.strictSame([...keep], [['a.wav', note('before', '1', 'person')]])
  t.strictSame(outdated, ['a.wav'])
})

t.test('only recordings of the synthesiser that nothing plays are removed', async (t) => {
  const listed = new Map([
    ['own.wav', note('x', '1', 'espeak-ng')],
    ['changed.wav', note('x', '2', 'espeak-ng')],
    ['hers.wav', note('x', '1', 'person')],
  ])
  const { drop } = planRecordings(new Map(), listed, () => '1')
  t.strictSame(drop, ['own.wav'])
})

t.test('the list of recordings is read as it was written', async (t) => {
  const list = new Map([
    ['recordings/tt-RU/b.wav', note('«Ә» "b"', '12ab', 'person')],
    ['recordings/tt-RU/a.wav', note('a: b # c', '34cd', 'espeak-ng')],
  ])
  const written = formatRecordingList('tt-RU', list)
  t.strictSame(parseRecordingList(written), list)
  t.ok(written.indexOf('/a.wav') < written.indexOf('/b.wav'))
})

t.test('lines that are no notes say nothing, and an unknown maker is a person', async (t) => {
  const list = parseRecordingList(
    [
      '# comment',
      'a.wav: nothing',
      'b.wav: { "text": 1, "hash": "1" }',
      'c.wav: { broken',
      'd.wav: { "text": "d", "hash": "1", "by": "Alsu" }',
    ].join('\n'),
  )
  t.strictSame([...list], [['d.wav', note('d', '1', 'person')]])
})
