import { useEffect, useState } from 'react'
import type { CallView } from '../../web/caller/protocol.ts'
import { type Channel, nothingKnown } from '../channel/known-channel.ts'
import { createStore, useWatched, type Watched } from '../channel/store.ts'
import { type Account, isLive, nothingAtHome } from './account.ts'
import type { ChannelLink } from './channel-link.ts'
import type { Home } from './home.ts'

const noHome: Watched<Home> = createStore(nothingAtHome)
const noChannel: Watched<Channel> = createStore(nothingKnown)

export const useHome = (account: Account): Home => useWatched(account.home ?? noHome)

/** The caller's calls; the live one is the newest that is not over. */
export function useCalls(account: Account): {
  readonly calls: Home['calls']
  readonly live: CallView | null
} {
  const { calls } = useHome(account)
  return { calls, live: calls?.find(isLive) ?? null }
}

/** A channel as long as the component is there. Without a link nothing is known of it yet. */
export function useChannel(
  account: Account,
  id: string | null,
): { readonly channel: Channel; readonly link: ChannelLink | null } {
  useEffect(() => (id === null ? undefined : account.hold(id)), [account, id])
  const link = useWatched(account.links).get(id ?? '') ?? null
  return { channel: useWatched<Channel>(link ?? noChannel), link }
}

/** A moment without connection is nobody's business. */
const patienceMilliseconds = 1500

/** Whether the server cannot be reached, and how much waits for it. */
export function useOffline(account: Account): {
  readonly isOffline: boolean
  /** The page is open too often, and stands aside here. */
  readonly isSurplus: boolean
  readonly waiting: number
} {
  const home = useHome(account)
  const link = useWatched(account.links).values().next().value ?? null
  const channel = useWatched<Channel>(link ?? noChannel)
  const waiting = useWatched(account.outbox).filter(({ refused }) => refused === null).length
  const connection = account.home === null ? channel.connection : home.connection
  const isAway = connection === 'offline' || connection === 'connecting'
  const [isOffline, setIsOffline] = useState(!navigator.onLine)
  useEffect(() => {
    if (!isAway) return setIsOffline(false)
    const timer = setTimeout(() => setIsOffline(true), navigator.onLine ? patienceMilliseconds : 0)
    return () => clearTimeout(timer)
  }, [isAway])
  return { isOffline: isAway && isOffline, isSurplus: connection === 'surplus', waiting }
}
