import type { Me } from '../../web/caller/protocol.ts'
import type { RefusalCode } from '../../web/channel/protocol.ts'

/** Why the server did not take something: for reasons of the channel, or of the picture. */
export type WhyUnsent = RefusalCode | 'not-a-picture' | 'too-large' | 'broken'

/** Something of the person's own that the server does not have yet. */
export type Unsent = {
  /** The client's own identifier, by which it counts once however often it is sent. */
  readonly id: string
  /** Who wrote it: what somebody else wrote on this device is theirs alone. */
  readonly owner: string
  readonly channel: string
  /** Name of the line, to tell where it belongs without asking the server. */
  readonly line: string
  /** Milliseconds since 1970, by this device. */
  readonly at: number
  /** Why the server did not take it; null = it is sent as soon as that is possible. */
  readonly refused: WhyUnsent | null
} & (
  | { readonly kind: 'message'; readonly text: string }
  | {
      readonly kind: 'photo'
      readonly picture: Blob
      /** Where the server keeps what it has of it; null = nothing has been sent. */
      readonly uploadUrl: string | null
    }
)

type Drawer = 'unsent' | 'me'

/** What the page keeps on this device: who is signed in, and what is unsent. Nothing of the talk. */
export type Kept = {
  readonly me: () => Promise<Me | null>
  /** Null forgets who it was. */
  readonly keepMe: (me: Me | null) => Promise<void>
  readonly unsent: () => Promise<readonly Unsent[]>
  readonly keep: (item: Unsent) => Promise<void>
  readonly forget: (id: string) => Promise<void>
  /** False: this browser keeps nothing, and what is unsent is lost with the page. */
  readonly isLasting: boolean
}

const done = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the browser keeps nothing'))
  })

/** Opens what is kept; a browser that keeps nothing gets a memory that lasts as long as the page. */
export async function openKept(): Promise<Kept> {
  try {
    const opening = indexedDB.open('hotline', 1)
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('unsent', { keyPath: 'id' })
      opening.result.createObjectStore('me')
    }
    return inDatabase(await done(opening))
  } catch {
    return inMemory()
  }
}

function inDatabase(database: IDBDatabase): Kept {
  const change = (drawer: Drawer) => database.transaction(drawer, 'readwrite').objectStore(drawer)
  const look = (drawer: Drawer) => database.transaction(drawer).objectStore(drawer)
  return {
    me: async () => ((await done(look('me').get('me'))) as Me | undefined) ?? null,
    keepMe: async (me) => {
      if (me === null) await done(change('me').delete('me'))
      else await done(change('me').put(me, 'me'))
    },
    unsent: async () => (await done(look('unsent').getAll())) as Unsent[],
    keep: async (item) => {
      await done(change('unsent').put(item))
    },
    forget: (id) => done(change('unsent').delete(id)),
    isLasting: true,
  }
}

function inMemory(): Kept {
  const items = new Map<string, Unsent>()
  let who: Me | null = null
  return {
    me: async () => who,
    keepMe: async (me) => {
      who = me
    },
    unsent: async () => [...items.values()],
    keep: async (item) => {
      items.set(item.id, item)
    },
    forget: async (id) => {
      items.delete(id)
    },
    isLasting: false,
  }
}
