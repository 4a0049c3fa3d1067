import { type SendPorts, type SentMessage, sendNext } from '../callers/send-messages.ts'
import type { Restraint } from '../queues/carrier-rest.ts'
import type { Job } from './job.ts'

const intervalMs = 300

/**
 * Sends what the outbox has, as far as the pace of its numbers lets it. While the carrier takes none, one
 * message is tried from time to time, and all others wait.
 *
 * @param onFailed told of a message that did not certainly go out
 */
export const sendMessages = (
  ports: SendPorts,
  restraint: Restraint,
  onFailed: (message: SentMessage) => void,
): Job => ({
  name: 'send-messages',
  everyMs: intervalMs,
  run: async () => {
    while (restraint.take(1) > 0) {
      const sent = await sendNext(ports)
      if (sent === null) return restraint.spare()
      if (sent.ordered.kind !== 'placed') onFailed(sent)
    }
  },
})
