import type { Place } from '../element.ts'
import type { Code } from './findings.ts'
import { type Dialog, nameOf } from './outline.ts'
import type { Passage } from './passages.ts'

type LoopReport = (dialog: Dialog, place: Place, code: Code, message: string) => void

/**
 * Circles of dialogs in which the caller can never act: certain ones are errors, those with a condition on
 * the way are doubtful. One finding a circle, at the dialog that comes first.
 */
export const checkLoops = (
  passages: ReadonlyMap<Dialog, readonly Passage[]>,
  report: LoopReport,
): void => {
  const reported = new Set<Dialog>()
  for (const dialog of passages.keys()) {
    const circle = certainCircle(dialog, passages)
    if (circle === null || circle.some((one) => reported.has(one))) continue
    for (const one of circle) reported.add(one)
    tell(circle, passages, 'endless-loop', 'goes round without end and without the caller', report)
  }
  for (const group of strongGroups(passages)) {
    if (group.some((one) => reported.has(one))) continue
    tell(group, passages, 'possible-loop', 'may go round without the caller', report)
  }
}

const tell = (
  circle: readonly Dialog[],
  passages: ReadonlyMap<Dialog, readonly Passage[]>,
  code: Code,
  message: string,
  report: LoopReport,
): void => {
  const [first] = circle
  if (first === undefined) return
  const inside = new Set<unknown>(circle)
  const way = passages.get(first)?.find(({ to }) => inside.has(to))
  const names = [...circle, first].map(nameOf).join(' → ')
  report(first, way?.place ?? first.element.place, code, `${names} ${message}`)
}

/** The circle that begins and ends at `start` by certain passages alone. */
const certainCircle = (
  start: Dialog,
  passages: ReadonlyMap<Dialog, readonly Passage[]>,
): Dialog[] | null => {
  const way: Dialog[] = []
  const seen = new Set<Dialog>()
  for (let at: Passage['to'] | undefined = start; typeof at === 'object'; ) {
    if (seen.has(at)) return at === start ? way : null
    seen.add(at)
    way.push(at)
    at = passages.get(at)?.find(({ certain }) => certain)?.to
  }
  return null
}

/** Strongly connected components that hold a circle (Tarjan, without recursion), members in document order. */
const strongGroups = (passages: ReadonlyMap<Dialog, readonly Passage[]>): Dialog[][] => {
  const nodes = [...passages.keys()]
  const order = new Map(nodes.map((dialog, index) => [dialog, index]))
  const next = (dialog: Dialog): Dialog[] =>
    (passages.get(dialog) ?? []).flatMap(({ to }) => (typeof to === 'object' ? to : []))
  const depth = new Map<Dialog, number>()
  const low = new Map<Dialog, number>()
  const open: Dialog[] = []
  const isOpen = new Set<Dialog>()
  const groups: Dialog[][] = []
  for (const root of nodes) {
    if (depth.has(root)) continue
    const work: { dialog: Dialog; left: Dialog[] }[] = []
    const enter = (dialog: Dialog) => {
      depth.set(dialog, depth.size)
      low.set(dialog, depth.get(dialog) ?? 0)
      open.push(dialog)
      isOpen.add(dialog)
      work.push({ dialog, left: next(dialog) })
    }
    enter(root)
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { dialog, left } = top
      const target = left.pop()
      if (target !== undefined) {
        if (!depth.has(target)) enter(target)
        else if (isOpen.has(target)) lower(low, dialog, depth.get(target) ?? 0)
        continue
      }
      work.pop()
      const above = work.at(-1)
      if (above !== undefined) lower(low, above.dialog, low.get(dialog) ?? 0)
      if (low.get(dialog) !== depth.get(dialog)) continue
      const group = open.splice(open.indexOf(dialog))
      for (const one of group) isOpen.delete(one)
      if (group.length > 1 || next(dialog).includes(dialog))
        groups.push(group.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)))
    }
  }
  return groups
}

const lower = (low: Map<Dialog, number>, dialog: Dialog, value: number): void => {
  low.set(dialog, Math.min(low.get(dialog) ?? value, value))
}
