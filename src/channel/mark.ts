import { decide } from './decide.ts'
import type { Marks } from './event.ts'
import { type Facts, rightsBy } from './facts.ts'
import type { Participant } from './participant.ts'
import type { ChannelWrites } from './ports.ts'

/**
 * Moves somebody's marks forward, if they may read at that moment. Answers the number of the event that
 * told it; null where it tells nothing new to anybody.
 *
 * @param known facts as last heard of, which spare asking for them
 */
export const mark = async (
  writes: Pick<ChannelWrites, 'mark'>,
  channelId: string,
  by: Participant,
  marks: Marks,
  known: Facts | null = null,
): Promise<number | null> => {
  const outcome = await decide(
    known,
    (facts) => (rightsBy(by, facts).read ? null : 'not-allowed'),
    (facts) => writes.mark(channelId, by, marks, facts),
  )
  return outcome.kind === 'marked' ? outcome.sequence : null
}
