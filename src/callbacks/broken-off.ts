import { dialable } from '../numbers/dialable.ts'
import type { Concern } from '../queues/place.ts'
import type { CallbackRequests } from './ports.ts'

/** A talk that has just ended, with what the carrier told of the caller's leg. */
export type EndedTalk = Concern & {
  readonly id: string
  readonly callSid: string
  readonly line: string | null
  /** When waiting for it began. */
  readonly since: Temporal.Instant
  readonly operator: string
  readonly startedAt: Temporal.Instant
  readonly endedAt: Temporal.Instant
  /** When the caller's leg ended by the carrier's word; null while it lives. */
  readonly legEndedAt: Temporal.Instant | null
  /** The carrier says that the leg failed. */
  readonly hasLegFailed: boolean
  /** The operator wrote that the talk broke off. */
  readonly isSaidBrokenOff: boolean
}

/** The two ends of one hang-up reach us this far apart. */
const togetherSeconds = 2

/**
 * Whether a talk was lost rather than ended: the carrier calls the caller's leg failed that was gone with the
 * talk, or the operator, who heard it, says so. A leg that lives on was left by the operator. Nothing else
 * tells: the carrier reports a lost mobile and somebody who has said goodbye alike.
 */
export const isBrokenOff = (talk: EndedTalk): boolean => {
  const { endedAt, legEndedAt, hasLegFailed, isSaidBrokenOff } = talk
  if (legEndedAt === null) return false
  if (isSaidBrokenOff) return true
  return hasLegFailed && legEndedAt.since(endedAt).total('seconds') <= togetherSeconds
}

/**
 * Calls somebody back whose talk was lost: as soon as possible, to the same operator if that one is
 * free, in the place they had. Somebody who has asked for a callback besides keeps that one.
 *
 * @returns false where nobody can be called
 */
export const redialBrokenOff = async (
  requests: CallbackRequests,
  talk: EndedTalk,
  ownNumbers: ReadonlySet<string>,
  now: Temporal.Instant,
): Promise<boolean> => {
  const phone = dialable(talk.phone, ownNumbers)
  if (phone.kind === 'refused') return false
  if ((await requests.findOpen(phone.number)) !== null) return false
  const { callSid, queue, topic, line, language, skills, priority, tier, businessNumber } = talk
  await requests.create({
    callSid,
    phone: phone.number,
    queue,
    topic,
    window: null,
    now,
    line,
    language,
    order: 'operator-first',
    promisedBy: now.add({ minutes: 10 }),
    need: { skills, priority, tier, businessNumber },
    brokenOff: { talkId: talk.id, operator: talk.operator, since: talk.since },
  })
  return true
}
