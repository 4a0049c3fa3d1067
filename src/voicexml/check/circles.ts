/** Arrows between nodes that are numbered from 0: those of node `n` are `to[first[n]]` up to `to[first[n + 1]]`. */
export type Arrows = { readonly first: Int32Array; readonly to: Int32Array }

/**
 * Groups of nodes that can all be reached from one another, those without a circle left out (Tarjan's
 * strongly connected components, without recursion). Members are in the order of their numbers.
 */
export const circlesIn = ({ first, to }: Arrows): number[][] => {
  const size = first.length - 1
  const depth = new Int32Array(size).fill(-1)
  const low = new Int32Array(size)
  const isOpen = new Uint8Array(size)
  const isCircle = new Uint8Array(size)
  /** The arrow of each node that is to be followed next, from its last to its first. */
  const left = new Int32Array(size)
  const open: number[] = []
  const work: number[] = []
  const groups: number[][] = []
  let count = 0
  const enter = (node: number): void => {
    depth[node] = low[node] = count++
    isOpen[node] = 1
    left[node] = (first[node + 1] ?? 0) - 1
    open.push(node)
    work.push(node)
  }
  const sink = (node: number, deep: number): void => {
    if (deep < (low[node] ?? 0)) low[node] = deep
  }
  for (let root = 0; root < size; root++) {
    if (depth[root] !== -1) continue
    enter(root)
    for (let at = work.at(-1); at !== undefined; at = work.at(-1)) {
      const arrow = left[at] ?? 0
      if (arrow >= (first[at] ?? 0)) {
        left[at] = arrow - 1
        const target = to[arrow] ?? 0
        if (target === at) isCircle[at] = 1
        if (depth[target] === -1) enter(target)
        else if (isOpen[target] === 1) sink(at, depth[target] ?? 0)
        continue
      }
      work.pop()
      const above = work.at(-1)
      if (above !== undefined) sink(above, low[at] ?? 0)
      if (low[at] !== depth[at]) continue
      const group: number[] = []
      for (let one = open.pop(); one !== undefined; one = open.pop()) {
        isOpen[one] = 0
        group.push(one)
        if (one === at) break
      }
      if (group.length > 1 || isCircle[at] === 1) groups.push(group.sort((a, b) => a - b))
    }
  }
  return groups
}
