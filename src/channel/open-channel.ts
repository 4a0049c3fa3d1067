import type { ChannelHints } from './hints.ts'
import type { ChannelLife, NewChannel, Opened } from './ports.ts'

export type LifePorts = {
  readonly life: ChannelLife
  readonly hints: Pick<ChannelHints, 'hint'>
}

/** The stream of a call has started: there is a channel from now on, one a call however often it starts. */
export const openChannel = async (
  { life, hints }: LifePorts,
  channel: NewChannel,
): Promise<Opened> => {
  const opened = await life.open(channel)
  if (opened.kind === 'opened') hints.hint(opened.channelId)
  return opened
}

/** The call is over: its channel can only be read from now on. False when there was none open. */
export const closeChannel = async (
  { life, hints }: LifePorts,
  callSid: string,
): Promise<boolean> => {
  const closed = await life.close(callSid)
  if (closed !== null) hints.hint(closed)
  return closed !== null
}

/** Notes where somebody else talks to the caller now, or nobody, and who is trusted no longer. */
export const catchUp = async ({ life, hints }: LifePorts): Promise<void> => {
  for (const changed of await life.catchUp()) hints.hint(changed)
}

/** Closes channels whose call has ended though nobody said so. Answers how many. */
export const closeEnded = async ({ life, hints }: LifePorts): Promise<number> => {
  const closed = await life.closeEnded()
  for (const each of closed) hints.hint(each)
  return closed.length
}
