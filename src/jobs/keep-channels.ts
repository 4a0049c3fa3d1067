import type { Job } from './job.ts'

export type ChannelWork = {
  /** Looks at the channels that are open in pages here, in case a hint was lost. */
  readonly look: () => void
  /** Lets clients go on that were too slow. */
  readonly goOn: () => void
  /** Renews the leases of who is there. */
  readonly keepWatching: () => Promise<void>
  /** Notes what has changed around the channels. */
  readonly catchUp: () => Promise<void>
  /** Closes what nobody closed; answers how many. */
  readonly closeEnded: () => Promise<number>
  readonly onEnded: (count: number) => void
}

/** What keeps channels right where nobody was told, or the one who was told is gone. */
export const keepChannels = (work: ChannelWork): readonly Job[] => [
  { name: 'look-at-channels', everyMs: 3_000, run: async () => work.look() },
  { name: 'slow-readers', everyMs: 500, run: async () => work.goOn() },
  { name: 'channel-watchers', everyMs: 10_000, run: work.keepWatching },
  { name: 'catch-up-channels', everyMs: 1_000, run: work.catchUp },
  {
    name: 'close-ended-channels',
    everyMs: 15_000,
    run: async () => {
      const count = await work.closeEnded()
      if (count > 0) work.onEnded(count)
    },
  },
]
