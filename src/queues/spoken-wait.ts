import { expectedWait, type ToldWait, toldWait } from '../routing/expected-wait.ts'
import type { Estimates } from './estimates.ts'
import type { PlaceStore, Standing } from './ports.ts'

/** What somebody who waits is told. */
export type SpokenWait = {
  readonly standing: Standing
  /** 1 = next. */
  readonly position: number
  /** Null when nobody is signed in who could serve them: then nothing is promised. */
  readonly wait: ToldWait | null
}

export type WaitPorts = {
  readonly places: Pick<PlaceStore, 'noteTold'>
  readonly estimates: Pick<Estimates, 'of'>
}

/**
 * Seconds within which four of five in this standing are served; null when no operator is signed in for
 * them.
 */
export const expectedWaitOf = async (
  { ahead, operators, free, place }: Standing,
  estimates: Pick<Estimates, 'of'>,
): Promise<number | null> =>
  expectedWait({ ahead, operators, free, ...(await estimates.of(place.queue)) })

/**
 * What to say to somebody who waits, noted as told, so that the next time nothing longer is said without
 * saying why, and so that it shows afterwards how true it was. Null when the place has ended or left the
 * line.
 */
export const speakWait = async (
  { places, estimates }: WaitPorts,
  standing: Standing,
): Promise<SpokenWait | null> => {
  const { id, state } = standing.place
  if (state !== 'waiting' && state !== 'reserved') return null
  const expected = await expectedWaitOf(standing, estimates)
  const wait = expected === null ? null : toldWait(expected, standing.told)
  if (wait !== null && wait.promise !== null) await places.noteTold(id, wait.promise)
  return { standing, position: standing.ahead + 1, wait }
}
