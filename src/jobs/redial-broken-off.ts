import { type EndedTalk, isBrokenOff } from '../callbacks/broken-off.ts'
import type { Job } from './job.ts'

/**
 * Looks for talks that were lost, often enough that the person is called back within ten seconds. On
 * several nodes at once the same talk is taken up once.
 *
 * @param redial answers whether there is somebody to be called
 */
export const redialBrokenOffJob = (
  ended: () => Promise<readonly EndedTalk[]>,
  redial: (talk: EndedTalk) => Promise<boolean>,
  report: (talk: EndedTalk) => void,
): Job => ({
  name: 'redial-broken-off',
  everyMs: 1_000,
  run: async () => {
    for (const talk of await ended()) {
      if (isBrokenOff(talk) && (await redial(talk))) report(talk)
    }
  },
})
