/** Things that come one by one, and those who wait for one of a kind. */
export function inbox<Item>() {
  const items: Item[] = []
  const waiting = new Set<() => void>()
  return {
    items,
    add(item: Item): void {
      items.push(item)
      for (const look of [...waiting]) look()
    },
    take(is: (item: Item) => boolean): Promise<Item> {
      const { promise, resolve } = Promise.withResolvers<Item>()
      function look(): void {
        const at = items.findIndex(is)
        const [found] = at < 0 ? [] : items.splice(at, 1)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
      return promise
    },
  }
}
