import type { Adapters } from '../adapters.ts'
import { noticeState } from '../calls/notice.ts'
import type { NoticePorts } from '../calls/notices.ts'
import { hasVoice } from '../twilio/voices.ts'

/** What the use cases of notices stand on. */
export const noticePorts = ({ notices, flows, clock }: Adapters): NoticePorts => ({
  notices: notices.store,
  flows,
  clock,
  hasVoice,
  refresh: notices.board.refresh,
})

/** How many notices callers hear now. */
export const noticesInForce = ({ notices, clock }: Pick<Adapters, 'notices' | 'clock'>): number => {
  const now = clock.now()
  return notices.board.current().filter((notice) => noticeState(notice, now) === 'in-force').length
}
