import type { CallView, Me } from '../../web/caller/protocol.ts'
import { newId } from '../channel/new-id.ts'
import { createStore, type Watched } from '../channel/store.ts'
import { type ChannelLink, openChannelLink } from './channel-link.ts'
import { type Home, type HomeLink, openHome } from './home.ts'
import type { Kept, Unsent } from './kept.ts'
import { type Outbox, openOutbox } from './outbox.ts'
import { askMe, signOut } from './session.ts'

/** Everything of the person who is signed in, for as long as they are. */
export type Account = {
  readonly me: Watched<Me>
  readonly knowMe: (me: Me) => void
  /** Null for a guest, who has one channel and nothing else. */
  readonly home: HomeLink | null
  readonly outbox: Outbox
  /** Open connections to channels: of the live call, of what is looked at, of what has to be sent. */
  readonly links: Watched<ReadonlyMap<string, ChannelLink>>
  /** Keeps a channel open until the answered function is called. */
  readonly hold: (channel: string) => () => void
  readonly say: (channel: string, line: string, text: string) => void
  readonly show: (channel: string, line: string, picture: Blob) => void
  readonly retry: (item: Unsent) => void
  /** Whether unsent things would outlive the page. */
  readonly isLasting: boolean
  /** Ends the session and forgets everything on this device; false when the server could not be told. */
  readonly leave: () => Promise<boolean>
  readonly close: () => void
}

/** Whose things on this device are whose. */
export const ownerOf = (me: Me): string => (me.kind === 'caller' ? me.phone : `guest ${me.channel}`)

export const isLive = (call: CallView): boolean => call.endedAt === null

/** @param onSignedOut the server has ended the session */
export async function openAccount(who: Me, kept: Kept, onSignedOut: () => void): Promise<Account> {
  const me = createStore(who)
  const outbox = await openOutbox(kept, ownerOf(who))
  const links = createStore<ReadonlyMap<string, ChannelLink>>(new Map())
  const held = new Map<string, number>()
  let isAsking = false

  const knowMe = (now: Me) => {
    me.set(now)
    void kept.keepMe(now)
  }

  async function onLost(isOver: boolean): Promise<void> {
    if (isOver) return onSignedOut()
    if (isAsking) return
    isAsking = true
    const answer = await askMe()
    isAsking = false
    if (answer.kind === 'refused' && answer.why === 'signed-out') onSignedOut()
  }

  const home = who.kind === 'caller' ? openHome(knowMe, onLost) : null

  function needed(): Set<string> {
    const channels = new Set(held.keys())
    for (const call of home?.current().calls ?? []) {
      if (isLive(call) && call.channel !== null) channels.add(call.channel)
    }
    for (const { channel, refused } of outbox.current()) if (refused === null) channels.add(channel)
    if (who.kind === 'guest') channels.add(who.channel)
    return channels
  }

  /** Opens what is needed and closes what is not. */
  function arrange(): void {
    const wanted = needed()
    const open = links.current()
    if (wanted.size === open.size && [...wanted].every((id) => open.has(id))) return
    const next = new Map<string, ChannelLink>()
    for (const id of wanted) next.set(id, open.get(id) ?? openChannelLink({ id, outbox, onLost }))
    for (const [id, link] of open) if (!wanted.has(id)) link.close()
    links.set(next)
  }

  const stops = [outbox.watch(arrange), home?.watch(arrange)]
  arrange()

  const add = (channel: string, line: string) => ({
    id: newId(),
    owner: ownerOf(who),
    channel,
    line,
    at: Date.now(),
    refused: null,
  })

  function close(): void {
    for (const stop of stops) stop?.()
    home?.close()
    for (const link of links.current().values()) link.close()
    outbox.close()
  }

  return {
    me,
    knowMe,
    home,
    outbox,
    links,
    hold(channel) {
      held.set(channel, (held.get(channel) ?? 0) + 1)
      arrange()
      return () => {
        const left = (held.get(channel) ?? 1) - 1
        if (left > 0) held.set(channel, left)
        else held.delete(channel)
        arrange()
      }
    },
    say(channel, line, text) {
      void outbox.add({ ...add(channel, line), kind: 'message', text })
    },
    show(channel, line, picture) {
      void outbox.add({ ...add(channel, line), kind: 'photo', picture, uploadUrl: null })
    },
    retry: (item) => outbox.change(item.id, { refused: null }),
    isLasting: kept.isLasting,
    async leave() {
      const left = await signOut()
      if (left.kind === 'refused' && left.why !== 'signed-out') return false
      await outbox.clear()
      await kept.keepMe(null)
      close()
      return true
    },
    close,
  }
}

export const nothingAtHome: Home = {
  connection: 'online',
  calls: [],
  cursor: null,
  people: [],
}
