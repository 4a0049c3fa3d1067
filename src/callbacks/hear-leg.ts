import { cutStray, type DialPorts } from './dial.ts'
import { endOf } from './resolve-doubts.ts'

/** What the carrier tells of a leg that bears a token. */
export type LegNews = {
  readonly token: string
  readonly legSid: string
  /** `initiated ringing in-progress completed busy no-answer failed canceled`. */
  readonly status: string
}

/** `hang-up`: a leg that must not be. `machine`: nobody to talk to. `talk`: a person has answered. */
export type LegAnswer = { readonly kind: 'talk' | 'machine' | 'hang-up' }

/**
 * The leg of an attempt asks what to say: it has been answered. The first to bear the token is the leg
 * of the attempt, whatever became of the order's own answer.
 *
 * @param answeredBy the carrier's guess, such as `human` or `machine_start`; '' when it made none
 */
export const answerLeg = async (
  { store, failpoint }: Pick<DialPorts, 'store' | 'failpoint'>,
  { token, legSid }: Pick<LegNews, 'token' | 'legSid'>,
  answeredBy: string,
): Promise<LegAnswer> => {
  const adopted = await store.adopt(token, legSid)
  await failpoint('callback.leg-adopted')
  if (adopted.kind !== 'ours') {
    if (adopted.kind !== 'past')
      await store.count(adopted.kind === 'double' ? 'double-dials' : 'late-legs')
    return { kind: 'hang-up' }
  }
  if (/^(?:machine|fax)/.test(answeredBy)) {
    await store.rang(token, legSid)
    return { kind: 'machine' }
  }
  await store.answered(token, legSid)
  await failpoint('callback.leg-answered')
  return { kind: 'talk' }
}

/** The leg of an attempt tells how it goes; in any order, any number of times. */
export const hearLeg = async (
  ports: Pick<DialPorts, 'store' | 'carrier' | 'failpoint'>,
  { token, legSid, status }: LegNews,
): Promise<void> => {
  const { store, failpoint } = ports
  const adopted = await store.adopt(token, legSid)
  await failpoint('callback.status-adopted')
  const end = endOf(status)
  if (adopted.kind === 'double' || adopted.kind === 'over') {
    // What has ended has rung already, or never did.
    if (end === null) await cutStray(ports, legSid, adopted.kind)
    return
  }
  if (status === 'ringing' || status === 'in-progress') await store.rang(token, legSid)
  await failpoint('callback.status-rang')
  if (end !== null) await store.end(token, legSid, end)
  await failpoint('callback.status-ended')
}
