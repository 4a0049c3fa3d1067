import { type SendPorts, type SentMessage, sendNext } from '../callers/send-messages.ts'
import type { Job } from './job.ts'

const intervalMs = 300

/**
 * Sends what the outbox has, as far as the pace of its numbers lets it.
 *
 * @param onFailed told of a message that did not certainly go out
 */
export const sendMessages = (ports: SendPorts, onFailed: (message: SentMessage) => void): Job => ({
  name: 'send-messages',
  everyMs: intervalMs,
  run: async () => {
    for (;;) {
      const sent = await sendNext(ports)
      if (sent === null) return
      const { ordered } = sent
      if (ordered.kind !== 'placed') onFailed(sent)
      // The others would be refused as well.
      if (ordered.kind === 'refused' && ordered.isTemporary) return
    }
  },
})
