import { type RawBuilder, type Selectable, sql, type Transaction } from 'kysely'
import type { CalledBack, LegEnd } from '../callbacks/dialling.ts'
import { type AttemptOutcome, type CallbackReason, nextAttempt } from '../callbacks/next-attempt.ts'
import type { StoppedCallback } from '../callbacks/ports.ts'
import type { PlaceResult } from '../queues/place.ts'
import type { Callbacks, DB } from './schema.ts'

type Ended = 'done' | 'again' | 'failed'

/**
 * Ends the attempt that a locked row is at: the person was served, or is to be called again, or cannot
 * be reached. The place waits again as it was before.
 */
export const attemptEnd = async (
  transaction: Transaction<DB>,
  row: Selectable<Callbacks>,
  how: LegEnd | AttemptOutcome,
  now: RawBuilder<Temporal.Instant>,
  failpoint: (name: string) => Promise<void>,
): Promise<Ended> => {
  const place = row.place_id === null ? null : await lockPlace(transaction, row.place_id)
  if (isServed(row, place)) {
    await sql`
      update callbacks set state = 'done', ended_reason = 'served', lease_until = null,
             next_attempt_at = null, changed_at = ${now}
       where id = ${row.id}`.execute(transaction)
    return 'done'
  }
  const outcome = outcomeOf(row, place, how)
  const rang = row.attempts + (row.rang_at === null && hasRung(outcome) ? 1 : 0)
  // An order that was never taken is none, however long the carrier is away: only the request's own end is.
  const dialled = row.dialled - (outcome === 'not-taken' ? 1 : 0)
  const next = nextAttempt(row.reason as CallbackReason, { rang, dialled }, outcome)
  const seconds = next.kind === 'again' ? next.afterSeconds : null
  await sql`
    update callbacks set
        state = ${next.kind === 'again' ? 'queued' : 'failed'},
        ended_reason = ${next.kind === 'again' ? null : next.why},
        attempts = ${rang},
        dialled = ${dialled},
        rang_at = case when ${hasRung(outcome)} then coalesce(rang_at, ${now}) else rang_at end,
        started_at = case when ${hasRung(outcome)} then coalesce(started_at, ${now}) else started_at end,
        next_attempt_at = ${now} + make_interval(secs => ${seconds}::float),
        lease_until = null, changed_at = ${now}
      where id = ${row.id}`.execute(transaction)
  await failpoint('callback.end-written')
  if (place !== null) {
    await returnPlace(transaction, row, place)
    await failpoint('callback.end-returned')
    if (next.kind === 'failed') await giveUpPlaceOf(transaction, row.id, 'unreached')
  }
  return next.kind
}

type PlaceRow = {
  readonly id: string
  readonly state: string
  readonly mode: string
  readonly call_sid: string | null
  readonly result: string | null
  readonly left_as: string | null
}

const lockPlace = async (transaction: Transaction<DB>, id: string): Promise<PlaceRow | null> =>
  (
    await sql<PlaceRow>`
      select id, state, mode, call_sid, result, left_as
        from places where id = ${id} for update`.execute(transaction)
  ).rows[0] ?? null

const isServed = (row: Selectable<Callbacks>, place: PlaceRow | null): boolean =>
  place !== null &&
  row.leg_sid !== null &&
  place.call_sid === row.leg_sid &&
  (place.state === 'talking' || place.result === 'served')

const outcomeOf = (
  row: Selectable<Callbacks>,
  place: PlaceRow | null,
  how: LegEnd | AttemptOutcome,
): AttemptOutcome => {
  if (how !== 'completed') return how
  if (row.confirmed_at === null) return 'unconfirmed'
  const result = place?.left_as ?? place?.result
  return result === 'timeout' || result === 'closed' ? 'no-operator' : 'left'
}

const hasRung = (outcome: AttemptOutcome): boolean =>
  ['no-answer', 'machine', 'unconfirmed', 'left', 'no-operator'].includes(outcome)

/**
 * The place waits as a callback again, where it stood. One that has ended with the leg (the person hung
 * up in the queue) is followed by a new one with the same beginning.
 */
const returnPlace = async (
  transaction: Transaction<DB>,
  row: Selectable<Callbacks>,
  place: PlaceRow,
): Promise<void> => {
  if (place.state === 'ended') {
    await sql`
      with again as (
        insert into places (call_sid, phone, queue, topic, language, skills, priority, tier,
            business_number, since, rank_at, mode, preferred_operator)
        select ${row.call_sid}, phone, queue, topic, language, skills, priority, tier,
            business_number, since, rank_at, 'callback', preferred_operator
          from places where id = ${place.id}
        returning id)
      update callbacks set place_id = (select id from again) where id = ${row.id}`.execute(
      transaction,
    )
    return
  }
  await sql`
    update places set mode = 'callback', call_sid = ${row.call_sid}, phone = ${row.phone},
           left_as = null, changed_at = clock_timestamp()
     where id = ${place.id} and state in ('waiting', 'reserved')`.execute(transaction)
  await sql`
    select release_reservation(id, 'caller-left') from reservations
     where place_id = ${place.id} and state in ('ringing', 'answered')`.execute(transaction)
}

/** Ends a place that nobody is served from; an operator held for it is free again. */
export const giveUpPlace = async (
  transaction: Transaction<DB>,
  placeId: string,
  result: PlaceResult,
): Promise<void> => {
  await sql`select leave_queue(${placeId}, ${result}, null)`.execute(transaction)
}

const giveUpPlaceOf = async (
  transaction: Transaction<DB>,
  callbackId: string,
  result: PlaceResult,
): Promise<void> => {
  await sql`
    select leave_queue(place_id, ${result}, null) from callbacks
     where id = ${callbackId} and place_id is not null`.execute(transaction)
}

/** What a person who was called says, in the transaction of the turn that heard it. */
export const calledBack = (
  transaction: Transaction<DB>,
  now: () => RawBuilder<Temporal.Instant> = () => sql`clock_timestamp()`,
): CalledBack => ({
  confirm: async (callSid) => {
    const { rows } = await sql<{ place_id: string | null }>`
      update callbacks set confirmed_at = coalesce(confirmed_at, ${now()}), changed_at = ${now()}
       where leg_sid = ${callSid} and state = 'answered'
      returning place_id`.execute(transaction)
    const placeId = rows[0]?.place_id ?? null
    if (placeId === null) return false
    const { rows: places } = await sql`
      update places set mode = 'hold', call_sid = ${callSid}, changed_at = clock_timestamp()
       where id = ${placeId} and state in ('waiting', 'reserved')
      returning id`.execute(transaction)
    return places.length > 0
  },
  decline: async (callSid) => {
    const { rows } = await sql<{ place_id: string | null }>`
      update callbacks set state = 'cancelled', ended_reason = 'by-citizen', changed_at = ${now()},
             lease_until = null, next_attempt_at = null
       where leg_sid = ${callSid} and state = 'answered'
      returning place_id`.execute(transaction)
    const [row] = rows
    if (row === undefined) return false
    if (row.place_id !== null) await giveUpPlace(transaction, row.place_id, 'cancelled')
    return true
  },
})

/** Ends an open request by order of the staff. */
export const stopIn = async (
  transaction: Transaction<DB>,
  id: string,
): Promise<StoppedCallback> => {
  const { rows } = await sql<{ is_open: boolean; leg_sid: string | null; place_id: string | null }>`
    select leg_sid, place_id,
           state in ('queued', 'due', 'dialing', 'uncertain', 'placed', 'answered') as is_open
      from callbacks where id = ${id} for update`.execute(transaction)
  const [row] = rows
  if (row === undefined) return { kind: 'unknown' }
  const place = row.place_id === null ? null : await lockPlace(transaction, row.place_id)
  if (!row.is_open || place?.state === 'talking') return { kind: 'ended' }
  await sql`
    update callbacks set state = 'cancelled', ended_reason = 'by-staff', lease_until = null,
           next_attempt_at = null, changed_at = clock_timestamp()
     where id = ${id}`.execute(transaction)
  if (place !== null) await giveUpPlace(transaction, place.id, 'cancelled')
  return { kind: 'cancelled', legSid: row.leg_sid }
}
