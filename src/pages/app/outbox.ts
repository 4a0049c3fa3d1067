import { createStore, type Watched } from '../channel/store.ts'
import type { Kept, Unsent } from './kept.ts'

/** What one person has written or chosen here and the server does not have, oldest first. */
export type Outbox = Watched<readonly Unsent[]> & {
  readonly add: (item: Unsent) => Promise<void>
  /** Nothing happens to what is not there any more. */
  readonly change: (id: string, change: Partial<Pick<Unsent, 'refused'>> & UploadChange) => void
  readonly remove: (id: string) => void
  /** Forgets everything of this person. */
  readonly clear: () => Promise<void>
  readonly close: () => void
}

type UploadChange = { readonly uploadUrl?: string | null }

const byAge = (one: Unsent, other: Unsent) => one.at - other.at

/** @param owner the person; other people's things on this device are not touched */
export async function openOutbox(kept: Kept, owner: string): Promise<Outbox> {
  const ours = async () =>
    (await kept.unsent()).filter((item) => item.owner === owner).toSorted(byAge)
  const store = createStore<readonly Unsent[]>(await ours())

  // Pages of this person in other tabs keep the same things.
  const others = 'BroadcastChannel' in window ? new BroadcastChannel('hotline.unsent') : null
  /** Here already, and on its way into what is kept. */
  const fresh = new Map<string, Unsent>()
  if (others) {
    others.onmessage = async () => {
      const known = await ours()
      const ids = new Set(known.map(({ id }) => id))
      store.set([...known, ...[...fresh.values()].filter(({ id }) => !ids.has(id))])
    }
  }
  const tell = () => others?.postMessage('changed')
  /** Without room on the device it is sent all the same, as long as the page is open. */
  const keep = (item: Unsent) => kept.keep(item).then(tell, () => undefined)

  return {
    current: store.current,
    watch: store.watch,
    async add(item) {
      fresh.set(item.id, item)
      store.set([...store.current(), item])
      await keep(item)
      fresh.delete(item.id)
    },
    change(id, change) {
      const item = store.current().find((one) => one.id === id)
      if (!item) return
      const changed = { ...item, ...change } as Unsent
      store.set(store.current().map((one) => (one.id === id ? changed : one)))
      void keep(changed)
    },
    remove(id) {
      if (!store.current().some((one) => one.id === id)) return
      store.set(store.current().filter((one) => one.id !== id))
      void kept.forget(id).then(tell)
    },
    async clear() {
      const gone = store.current()
      store.set([])
      await Promise.all(gone.map(({ id }) => kept.forget(id)))
      tell()
    },
    close: () => others?.close(),
  }
}
