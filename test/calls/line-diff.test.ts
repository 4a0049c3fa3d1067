import fc from 'fast-check'
import t from 'tap'
import { lineDiff } from '../../src/calls/line-diff.ts'

t.test('equal texts have no difference', async (t) => {
  t.equal(lineDiff('a\nb\n', 'a\nb\n'), '')
  t.equal(lineDiff('', ''), '')
})

t.test('a changed line stands between three of its neighbours', async (t) => {
  const lines = Array.from({ length: 20 }, (_, at) => `line ${at + 1}\n`)
  const changed = lines.with(9, 'another\n')
  t.equal(
    lineDiff(lines.join(''), changed.join('')),
    `@@ -7,7 +7,7 @@
 line 7
 line 8
 line 9
-line 10
+another
 line 11
 line 12
 line 13
`,
  )
})

t.test('changes far from one another are hunks of their own', async (t) => {
  const lines = Array.from({ length: 30 }, (_, at) => `${at + 1}\n`)
  const changed = ['new\n', ...lines.toSpliced(24, 1)]
  t.strictSame(lineDiff(lines.join(''), changed.join('')).match(/^@@.*$/gm), [
    '@@ -1,3 +1,4 @@',
    '@@ -22,7 +23,6 @@',
  ])
})

t.test('a last line without its break is told', async (t) => {
  t.equal(lineDiff('a\n', 'a'), '@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n')
  t.equal(lineDiff('', 'a\n'), '@@ -0,0 +1,1 @@\n+a\n')
  t.equal(lineDiff('a\n', ''), '@@ -1,1 +0,0 @@\n-a\n')
})

t.test('texts with nothing in common are told in full, however long', async (t) => {
  const text = (word: string) => Array.from({ length: 5000 }, (_, at) => `${word}${at}\n`).join('')
  const diff = lineDiff(text('a'), text('b'))
  t.equal(diff.match(/^-a/gm)?.length, 5000)
  t.equal(diff.match(/^\+b/gm)?.length, 5000)
})

t.test('a difference makes the new text out of the old one', async (t) => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 40 })
    .map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (from, to) => {
      t.equal(patch(from, lineDiff(from, to)), to)
    }),
  )
})

/** What the tool `patch` does. */
const patch = (from: string, diff: string): string => {
  const rest = from.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const made: string[] = []
  let taken = 0
  for (const hunk of diff.split(/^(?=@@)/m).filter((part) => part !== '')) {
    const [header = '', ...lines] = hunk
      .replace(/\n\\ No newline at end of file/g, '\0')
      .split('\n')
    const [, start = 0, count = 0] = (/-(\d+),(\d+)/.exec(header) ?? []).map(Number)
    const first = count === 0 ? start : start - 1
    made.push(...rest.slice(taken, first))
    taken = first
    for (const line of lines.filter((each) => each !== '')) {
      const text = line.endsWith('\0') ? line.slice(1, -1) : `${line.slice(1)}\n`
      if (line.startsWith('+')) made.push(text)
      else {
        if (rest[taken] !== text) throw new Error(`the hunk does not fit: ${line}`)
        if (line.startsWith(' ')) made.push(text)
        taken += 1
      }
    }
  }
  return [...made, ...rest.slice(taken)].join('')
}
