import type { CarrierCall } from '../queues/carrier.ts'
import { cutStray, type DialPorts } from './dial.ts'
import type { DoubtfulAttempt, LegEnd } from './dialling.ts'

/** The carrier's clock may be behind the database's by so much. */
const skewSeconds = 5

/** Attempts looked for at a time. */
const batch = 20

export type Resolved = {
  readonly adopted: number
  readonly ended: number
  readonly missing: number
  /** The carrier could not be asked: everything stays as it is. */
  readonly unknown: number
}

/**
 * Looks for the calls of attempts that nothing has been heard of: uncertain ones, and those whose
 * webhooks have got lost. Only what the carrier shows counts; while it cannot be asked, nothing changes.
 */
export const resolveDoubts = async (ports: DialPorts): Promise<Resolved> => {
  const counts = { adopted: 0, ended: 0, missing: 0, unknown: 0 }
  for (const attempt of await ports.store.doubtful(batch)) {
    await ports.failpoint('callback.doubtful-taken')
    counts[await resolve(ports, attempt)] += 1
  }
  return counts
}

const resolve = async (ports: DialPorts, attempt: DoubtfulAttempt): Promise<keyof Resolved> => {
  const { store, carrier } = ports
  const calls = await callsOf(ports, attempt).catch(() => null)
  if (calls === null) return 'unknown'
  const [call, ...others] = calls
  if (call === undefined) {
    if (attempt.state === 'uncertain') await store.noteMissing(attempt.token)
    return 'missing'
  }
  await ports.failpoint('callback.evidence-found')
  for (const other of others) {
    if (!isOver(other)) await cutStray(ports, other.callSid, 'double')
  }
  const adopted = await store.adopt(attempt.token, call.callSid)
  await ports.failpoint('callback.evidence-adopted')
  if (adopted.kind !== 'ours') {
    if (adopted.kind !== 'past' && !isOver(call)) await cutStray(ports, call.callSid, adopted.kind)
    return 'ended'
  }
  if (call.status === 'ringing' || call.status === 'in-progress') {
    await store.rang(attempt.token, call.callSid)
  }
  const end = endOf(call.status)
  if (end !== null) {
    await store.end(attempt.token, call.callSid, end)
    return 'ended'
  }
  if (call.status === 'queued' && isPast(attempt)) await carrier.hangUp(call.callSid)
  return 'adopted'
}

/** Calls that can only be this attempt's; oldest first, since a second one would be one too many. */
const callsOf = async (
  { carrier, callerId }: DialPorts,
  attempt: DoubtfulAttempt,
): Promise<readonly CarrierCall[]> => {
  const found = await carrier.findCalls({
    to: attempt.phone,
    from: callerId(attempt),
    since: attempt.dialAt.subtract({ seconds: skewSeconds }),
  })
  const mine = found.filter(({ callSid }) => !attempt.earlierLegs.includes(callSid))
  return attempt.legSid === null
    ? mine.toReversed()
    : mine.filter(({ callSid }) => callSid === attempt.legSid)
}

const isPast = ({ dueUntil, now }: DoubtfulAttempt): boolean =>
  dueUntil !== null && Temporal.Instant.compare(dueUntil, now) <= 0

const isOver = (call: CarrierCall): boolean => endOf(call.status) !== null

const ends: ReadonlySet<string> = new Set(['completed', 'busy', 'no-answer', 'failed', 'canceled'])

/** How a leg ended by the carrier's word; null while it has not. */
export const endOf = (status: string): LegEnd | null =>
  ends.has(status) ? (status as LegEnd) : null
