/** Lines that stay around a change. */
const contextLines = 3

/** More changed lines than this are shown as the old ones gone and the new ones come. */
const maxEdits = 1_000

type Edit = { readonly kind: ' ' | '-' | '+'; readonly line: string }

/**
 * What was changed between two texts, as a unified diff without file names: hunks that begin with
 * `@@ -from,count +from,count @@`. Empty when the texts are equal.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/diff.html
 */
export const lineDiff = (from: string, to: string): string => {
  if (from === to) return ''
  const edits = editsBetween(linesOf(from), linesOf(to))
  return hunksOf(edits).join('')
}

/** Lines with their ends, so that a missing last line break is a difference. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

const editsBetween = (from: readonly string[], to: readonly string[]): readonly Edit[] => {
  let start = 0
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1
  let end = 0
  while (
    end < from.length - start &&
    end < to.length - start &&
    from[from.length - 1 - end] === to[to.length - 1 - end]
  )
    end += 1
  const same = (line: string): Edit => ({ kind: ' ', line })
  return [
    ...from.slice(0, start).map(same),
    ...shortest(from.slice(start, from.length - end), to.slice(start, to.length - end)),
    ...from.slice(from.length - end).map(same),
  ]
}

/**
 * The fewest insertions and deletions, by the greedy algorithm of E. W. Myers, "An O(ND) difference
 * algorithm and its variations" (1986): for every number of edits the furthest point on each diagonal.
 */
const shortest = (from: readonly string[], to: readonly string[]): readonly Edit[] => {
  const furthest = new Map([[1, 0]])
  const at = (diagonal: number): number => furthest.get(diagonal) ?? -1
  const trace: ReadonlyMap<number, number>[] = []
  for (let edits = 0; edits <= Math.min(from.length + to.length, maxEdits); edits++) {
    trace.push(new Map(furthest))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const isDown = comesFromAbove(diagonal, edits, at)
      let x = isDown ? at(diagonal + 1) : at(diagonal - 1) + 1
      while (x < from.length && x - diagonal < to.length && from[x] === to[x - diagonal]) x += 1
      furthest.set(diagonal, x)
      if (x >= from.length && x - diagonal >= to.length) return walkBack(from, to, trace)
    }
  }
  return [
    ...from.map((line): Edit => ({ kind: '-', line })),
    ...to.map((line): Edit => ({ kind: '+', line })),
  ]
}

const comesFromAbove = (
  diagonal: number,
  edits: number,
  at: (diagonal: number) => number,
): boolean => diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1))

const walkBack = (
  from: readonly string[],
  to: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): readonly Edit[] => {
  const back: Edit[] = []
  let x = from.length
  let y = to.length
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const at = (diagonal: number): number => trace[edits]?.get(diagonal) ?? -1
    const isDown = comesFromAbove(x - y, edits, at)
    const before = isDown ? x - y + 1 : x - y - 1
    const startX = edits === 0 ? 0 : isDown ? at(before) : at(before) + 1
    while (x > startX) {
      x -= 1
      y -= 1
      back.push({ kind: ' ', line: from[x] ?? '' })
    }
    if (edits === 0) break
    if (isDown) {
      y -= 1
      back.push({ kind: '+', line: to[y] ?? '' })
    } else {
      x -= 1
      back.push({ kind: '-', line: from[x] ?? '' })
    }
  }
  return back.reverse()
}

/** Groups edits that lie near one another, with the lines around them. */
const hunksOf = (edits: readonly Edit[]): readonly string[] => {
  const changed = edits.flatMap(({ kind }, index) => (kind === ' ' ? [] : [index]))
  const hunks: { start: number; end: number }[] = []
  for (const index of changed) {
    const last = hunks.at(-1)
    const end = Math.min(edits.length, index + contextLines + 1)
    if (last !== undefined && index - contextLines <= last.end) last.end = end
    else hunks.push({ start: Math.max(0, index - contextLines), end })
  }
  let [fromLine, toLine, done] = [1, 1, 0]
  return hunks.map(({ start, end }) => {
    // Between hunks both texts are the same.
    fromLine += start - done
    toLine += start - done
    const hunk = edits.slice(start, end)
    const fromCount = hunk.filter(({ kind }) => kind !== '+').length
    const toCount = hunk.filter(({ kind }) => kind !== '-').length
    const header = `@@ -${range(fromLine, fromCount)} +${range(toLine, toCount)} @@\n`
    fromLine += fromCount
    toLine += toCount
    done = end
    return header + hunk.map(printed).join('')
  })
}

/** A range without lines is told by the line before it. */
const range = (start: number, count: number): string =>
  `${count === 0 ? start - 1 : start},${count}`

const printed = ({ kind, line }: Edit): string =>
  line.endsWith('\n') ? kind + line : `${kind}${line}\n\\ No newline at end of file\n`
