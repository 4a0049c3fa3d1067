import { type Channel, isSame } from '../channel/known-channel.ts'

export type Reading = {
  /** The person has the end of the conversation before their eyes, or no longer. */
  readonly look: (isLooking: boolean) => void
  /** Something came. */
  readonly notice: () => void
  /** A new connection: what was told on the one before may be lost. */
  readonly begin: () => void
  readonly close: () => void
}

/** What comes in a storm is told in one mark. */
const gatherMilliseconds = 200

/**
 * Tells the others how far a person has got: by what they wrote alone, since a mark is an event too.
 *
 * @param tell false: it could not be sent
 */
export function createReading(
  current: () => Channel,
  tell: (delivered: number, seen: number) => boolean,
): Reading {
  let isLooking = false
  let told = { delivered: 0, seen: 0 }
  let timer: ReturnType<typeof setTimeout> | undefined

  function mark(): void {
    const { events, me, isCurrent } = current()
    if (!me || !isCurrent) return
    const last = events.findLast(
      (event) => (event.type === 'message' || event.type === 'photo') && !isSame(event.author, me),
    )
    const delivered = last?.sequence ?? 0
    const seen = isLooking ? delivered : told.seen
    if (delivered <= told.delivered && seen <= told.seen) return
    if (tell(delivered, seen)) told = { delivered, seen }
  }

  function notice(): void {
    clearTimeout(timer)
    timer = setTimeout(mark, gatherMilliseconds)
  }

  return {
    look(looking) {
      isLooking = looking
      if (looking) notice()
    },
    notice,
    begin() {
      told = { delivered: 0, seen: 0 }
    },
    close: () => clearTimeout(timer),
  }
}
