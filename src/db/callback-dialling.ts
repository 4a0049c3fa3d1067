import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type {
  Adopted,
  Attempt,
  DialStore,
  DoubtfulAttempt,
  RipeCallback,
  Swept,
} from '../callbacks/dialling.ts'
import { type CallbackReason, ringSecondsOf } from '../callbacks/next-attempt.ts'
import { lockKeys } from './advisory-locks.ts'
import { attemptEnd, giveUpPlace } from './callback-ends.ts'
import type { DB } from './schema.ts'
import { inTransaction } from './transaction.ts'

export type DialStoreOptions = {
  /** The time; default: the database's clock. */
  readonly now?: () => RawBuilder<Temporal.Instant>
  /** Where a test lets the process fail. */
  readonly failpoint?: (name: string) => Promise<void>
}

/** The carrier rings five seconds longer than told; a webhook may take its time too. */
const marginSeconds = 35

/** What an operator waits for after the ringing: the person is asked for a key. */
const confirmSeconds = 60

/** A call that the carrier does not know may only be late: it is asked twice, so far apart. */
const missingSecondsApart = 60
const missingTimes = 2

/** The dialling of callbacks in PostgreSQL: every statement is conditional on state and token. */
export const createDialStore = (
  kysely: Kysely<DB>,
  {
    now = () => sql<Temporal.Instant>`clock_timestamp()`,
    failpoint = async () => {},
  }: DialStoreOptions = {},
): DialStore => {
  const later = (seconds: number) =>
    sql<Temporal.Instant>`${now()} + make_interval(secs => ${seconds})`
  const inOne = <T>(work: (transaction: Transaction<DB>) => Promise<T>) =>
    inTransaction(kysely, work)
  const isDone = async (statement: RawBuilder<unknown>) =>
    Number((await statement.execute(kysely)).numAffectedRows ?? 0) > 0

  const claim = async (
    transaction: Transaction<DB>,
    token: string,
    paceMs: number,
    leaseMs: number,
  ): Promise<Attempt | null> => {
    await lockKeys(transaction, ['callback dialling'])
    await failpoint('callback.claim-locked')
    const { rows } = await sql<AttemptRow & { reservation_id: string | null }>`
      with ready as materialized (
        select c.id, r.id as reservation_id
          from callbacks c
          join places p on p.id = c.place_id and p.mode = 'callback'
          left join reservations r on r.place_id = p.id and r.state = 'answered'
         where c.state = 'due' and c.due_until > ${now()} and c.expires_at > ${now()}
           and not exists (select from callbacks l
                            where l.dial_at > ${now()} - make_interval(secs => ${paceMs / 1000}))
           and not exists (select from places h
                            where h.phone = c.phone and h.mode = 'hold' and h.state <> 'ended')
           and case c.order_of_dialling
                 when 'operator-first' then r.lease_until > clock_timestamp()
                 else p.state = 'waiting' and ${hasOperator} end
         order by p.rank_at, p.id
         limit ${lookedAhead}
      ), next as (
        select c.id, ready.reservation_id
          from ready join callbacks c on c.id = ready.id join places p on p.id = c.place_id
         where c.state = 'due' and (c.order_of_dialling = 'operator-first' or ${hasOperatorToSpare})
         order by p.rank_at, p.id
         limit 1
           for update of c skip locked)
      update callbacks c set
          state = 'dialing', attempt_token = ${token}, dial_at = ${now()},
          lease_until = ${later(leaseMs / 1000)}, dialled = dialled + 1,
          earlier_legs = case when leg_sid is null then earlier_legs else earlier_legs || leg_sid end,
          leg_sid = null, rang_at = null, confirmed_at = null, looked_for = 0, looked_at = null,
          changed_at = ${now()}
        from next where c.id = next.id
      returning ${attemptColumns}, next.reservation_id`.execute(transaction)
    const [row] = rows
    if (row === undefined) return null
    await failpoint('callback.claim-written')
    if (row.reservation_id !== null) {
      const seconds = ringSecondsOf(row.reason as CallbackReason) + marginSeconds + confirmSeconds
      await sql`update reservations set
            lease_until = greatest(lease_until, clock_timestamp() + make_interval(secs => ${seconds}))
          where id = ${row.reservation_id} and state = 'answered'`.execute(transaction)
    }
    return toAttempt(row)
  }

  const adopt = async (token: string, legSid: string): Promise<Adopted> => {
    const adopted = await isDone(sql`
      update callbacks set
          state = 'placed', leg_sid = ${legSid}, changed_at = ${now()},
          lease_until = dial_at + make_interval(secs => ${ringSecondsOf('broken-off') + marginSeconds})
        where attempt_token = ${token} and leg_sid is null
          and state in ('dialing', 'uncertain', 'queued', 'due')`)
    const { rows } = await sql<{ id: string; state: string; leg_sid: string | null }>`
      select id, state, leg_sid from callbacks where attempt_token = ${token}`.execute(kysely)
    const [row] = rows
    if (row === undefined) return { kind: 'over' }
    if (row.leg_sid !== null && row.leg_sid !== legSid) return { kind: 'double' }
    if (adopted || row.state === 'placed' || row.state === 'answered') {
      const state = row.state === 'answered' ? 'answered' : 'placed'
      return { kind: 'ours', state, callbackId: row.id }
    }
    return { kind: row.leg_sid === legSid ? 'past' : 'over' }
  }

  return {
    adopt,
    ripe: async (limit) => {
      const { rows } = await sql<RipeRow>`
        select id, phone, queue, line, requested_at, ${now()} as now from callbacks
         where state = 'queued' and next_attempt_at <= ${now()} and expires_at > ${now()}
         order by next_attempt_at, id limit ${limit}`.execute(kysely)
      return rows.map(toRipe)
    },
    makeDue: async (callbacks) => {
      if (callbacks.length === 0) return
      await inOne(async (transaction) => {
        await sql`
          update places p set window_from = null, window_to = null, changed_at = clock_timestamp()
            from callbacks c
           where c.id = any (${callbacks.map(({ id }) => id)}::uuid[]) and c.state = 'queued'
             and p.id = c.place_id and p.state <> 'ended' and p.window_from is not null
          `.execute(transaction)
        await sql`
          update callbacks c set state = 'due', due_until = w.until, changed_at = ${now()}
            from unnest(${callbacks.map(({ id }) => id)}::uuid[],
                        ${callbacks.map(({ until }) => until.toString())}::timestamptz[]) w (id, until)
           where c.id = w.id and c.state = 'queued' and c.next_attempt_at <= ${now()}
          `.execute(transaction)
      })
    },
    postpone: async (callbacks) => {
      if (callbacks.length === 0) return
      await sql`
        update callbacks c set next_attempt_at = w.until
          from unnest(${callbacks.map(({ id }) => id)}::uuid[],
                      ${callbacks.map(({ until }) => until.toString())}::timestamptz[]) w (id, until)
         where c.id = w.id and c.state = 'queued' and c.next_attempt_at <= ${now()}`.execute(kysely)
    },
    sweep: () => inOne((transaction) => sweep(transaction, now())),
    claim: async (token, paceMs, leaseMs) =>
      inOne((transaction) => claim(transaction, token, paceMs, leaseMs)),
    mayPost: async (token) => {
      const { rows } = await sql`
        select from callbacks
         where attempt_token = ${token} and state = 'dialing' and lease_until > ${now()}
           and due_until > ${now()}`.execute(kysely)
      return rows.length > 0
    },
    place: async (token, legSid) => {
      const adopted = await adopt(token, legSid)
      return adopted.kind === 'ours' || adopted.kind === 'past' ? 'placed' : adopted.kind
    },
    doubt: (token) =>
      isDone(sql`
        update callbacks set state = 'uncertain', lease_until = ${now()}, changed_at = ${now()}
         where attempt_token = ${token} and state = 'dialing' and leg_sid is null`),
    refuse: (token, forGood) =>
      inOne(async (transaction) => {
        const row = await lockAttempt(transaction, token)
        if (row?.state !== 'dialing' || row.leg_sid !== null) return false
        if (forGood) await giveUp(transaction, row.id, row.place_id, 'refused', now())
        else await attemptEnd(transaction, row, 'not-taken', now(), failpoint)
        return true
      }),
    rang: (token, legSid) =>
      isDone(sql`
        update callbacks set
            rang_at = ${now()}, attempts = attempts + 1,
            started_at = coalesce(started_at, ${now()}), changed_at = ${now()}
          where attempt_token = ${token} and leg_sid = ${legSid} and rang_at is null`),
    answered: (token, legSid) =>
      isDone(sql`
        update callbacks set
            state = 'answered', changed_at = ${now()}, lease_until = ${later(120)},
            attempts = attempts + (rang_at is null)::int, rang_at = coalesce(rang_at, ${now()}),
            started_at = coalesce(started_at, ${now()})
          where attempt_token = ${token} and leg_sid = ${legSid} and state = 'placed'`),
    end: async (token, legSid, how) => {
      if ((await adopt(token, legSid)).kind !== 'ours') return 'over'
      await failpoint('callback.end-adopted')
      return inOne(async (transaction) => {
        const row = await lockAttempt(transaction, token)
        if (row === null || row.leg_sid !== legSid) return 'over'
        if (row.state !== 'placed' && row.state !== 'answered') return 'over'
        return attemptEnd(transaction, row, how, now(), failpoint)
      })
    },
    doubtful: async (limit) => {
      const { rows } = await sql<DoubtfulRow>`
        with mine as (
          select id from callbacks
           where state in ('dialing', 'uncertain', 'placed', 'answered') and lease_until < ${now()}
           order by lease_until limit ${limit} for update skip locked)
        update callbacks c set
            state = case c.state when 'dialing' then 'uncertain' else c.state end,
            lease_until = ${later(1)} + case c.state when 'answered' then interval '60 s'
                                                     when 'placed' then interval '30 s'
                                                     else interval '9 s' end
          from mine where c.id = mine.id
        returning ${attemptColumns}, c.state, c.leg_sid, ${otherLegs} as earlier_legs,
                  c.due_until, ${now()} as now
        `.execute(kysely)
      return rows.map(toDoubtful)
    },
    noteMissing: (token) =>
      inOne(async (transaction) => {
        const row = await lockAttempt(transaction, token)
        if (row?.state !== 'uncertain' || row.leg_sid !== null) return null
        const waits = ringSecondsOf(row.reason as CallbackReason) + marginSeconds
        const { rows } = await sql<{ looked_for: number }>`
          update callbacks set looked_for = looked_for + 1, looked_at = ${now()}
           where id = ${row.id} and dial_at + make_interval(secs => ${waits}) <= ${now()}
             and (looked_at is null
                  or looked_at + make_interval(secs => ${missingSecondsApart}) <= ${now()})
          returning looked_for`.execute(transaction)
        await failpoint('callback.missing-noted')
        if ((rows[0]?.looked_for ?? 0) < missingTimes) return null
        const next = await attemptEnd(transaction, row, 'not-found', now(), failpoint)
        return next === 'failed' ? 'failed' : 'again'
      }),
    count: async (name) => {
      await sql`update callback_counts set count = count + 1 where name = ${name}`.execute(kysely)
    },
  }
}

/** Legs of this and of other requests of the person `c` is for: no evidence for the attempt under way. */
const otherLegs = sql`(
  c.earlier_legs || array(
    select leg from callbacks o, unnest(o.earlier_legs || o.leg_sid) leg
     where o.phone = c.phone and o.id <> c.id and leg is not null))`

/** However many are due, the first of them are looked at closely. */
const lookedAhead = 100

/** Somebody is free who could serve `p`. */
const hasOperator = sql`exists (
  select from presence s join operators o on o.login = s.login
   where s.state = 'available' and not o.is_disabled
     and p.language = any (o.languages) and o.skills @> p.skills)`

/** More operators are free for `p` than there are people before it and callbacks on their way. */
const hasOperatorToSpare = sql`(
  select count(*) from presence s join operators o on o.login = s.login
   where s.state = 'available' and not o.is_disabled
     and p.language = any (o.languages) and o.skills @> p.skills
  ) > (
  select count(*) from callbacks f left join places q on q.id = f.place_id
   where f.order_of_dialling = 'caller-first'
     and f.state in ('dialing', 'uncertain', 'placed', 'answered')
     and coalesce(q.state, 'waiting') = 'waiting'
  ) + (
  select count(*) from places w
   where w.state = 'waiting' and (w.rank_at, w.id) < (p.rank_at, p.id) and w.left_as is null
     and (w.mode = 'hold' or exists (select from callbacks d
           where d.place_id = w.id and d.state = 'due' and d.order_of_dialling = 'operator-first'))
     and exists (select from presence s join operators o on o.login = s.login
                  where s.state = 'available' and not o.is_disabled
                    and p.language = any (o.languages) and o.skills @> p.skills
                    and w.language = any (o.languages) and o.skills @> w.skills))`

const sweep = async (
  transaction: Transaction<DB>,
  now: RawBuilder<Temporal.Instant>,
): Promise<Swept> => {
  const over = await sql<{ id: string; place_id: string | null; reason: string }>`
    select c.id, c.place_id,
           case when c.expires_at <= ${now} then 'too-late' else 'reached-an-operator' end as reason
      from callbacks c
     where c.state in ('queued', 'due')
       and (c.expires_at <= ${now}
            or exists (select from places h
                        where h.phone = c.phone and h.mode = 'hold' and h.id is distinct from c.place_id
                          and (h.state = 'talking' or h.result = 'served')
                          and uuid_extract_timestamp(h.id) > c.requested_at))
     order by c.id limit 200 for update of c skip locked`.execute(transaction)
  for (const { id, place_id, reason } of over.rows) {
    await giveUp(transaction, id, place_id, reason, now)
  }
  const closed = await sql`
    update callbacks set state = 'queued', next_attempt_at = ${now}
     where state = 'due' and due_until <= ${now}`.execute(transaction)
  const expired = over.rows.filter(({ reason }) => reason === 'too-late').length
  return {
    expired,
    servedOtherwise: over.rows.length - expired,
    closedForNow: Number(closed.numAffectedRows ?? 0),
  }
}

const endStates: Readonly<Record<string, string>> = {
  'too-late': 'expired',
  'reached-an-operator': 'done',
  refused: 'failed',
}

const giveUp = async (
  transaction: Transaction<DB>,
  id: string,
  placeId: string | null,
  reason: string,
  now: RawBuilder<Temporal.Instant>,
): Promise<void> => {
  const state = endStates[reason] ?? 'cancelled'
  await sql`
    update callbacks set state = ${state}, ended_reason = ${reason}, changed_at = ${now},
           lease_until = null, next_attempt_at = null
     where id = ${id}`.execute(transaction)
  const result = state === 'done' ? 'served' : 'unreached'
  if (placeId !== null) await giveUpPlace(transaction, placeId, result)
}

const lockAttempt = async (transaction: Transaction<DB>, token: string) =>
  (await transaction
    .selectFrom('callbacks')
    .selectAll()
    .where('attempt_token', '=', token)
    .forUpdate()
    .executeTakeFirst()) ?? null

const attemptColumns = sql`c.id, c.attempt_token, c.phone, c.queue, c.line, c.reason, c.dial_at`

type AttemptRow = {
  readonly id: string
  readonly attempt_token: string
  readonly phone: string
  readonly queue: string
  readonly line: string | null
  readonly reason: string
  readonly dial_at: Temporal.Instant
}

const toAttempt = (row: AttemptRow): Attempt => ({
  callbackId: row.id,
  token: row.attempt_token,
  phone: row.phone,
  queue: row.queue,
  line: row.line,
  reason: row.reason as CallbackReason,
  dialAt: row.dial_at,
})

type DoubtfulRow = AttemptRow & {
  readonly state: string
  readonly leg_sid: string | null
  readonly earlier_legs: readonly string[]
  readonly due_until: Temporal.Instant | null
  readonly now: Temporal.Instant
}

const toDoubtful = (row: DoubtfulRow): DoubtfulAttempt => ({
  ...toAttempt(row),
  state: row.state as DoubtfulAttempt['state'],
  legSid: row.leg_sid,
  earlierLegs: row.earlier_legs,
  dueUntil: row.due_until,
  now: row.now,
})

type RipeRow = {
  readonly id: string
  readonly phone: string
  readonly queue: string
  readonly line: string | null
  readonly requested_at: Temporal.Instant
  readonly now: Temporal.Instant
}

const toRipe = ({ requested_at, ...row }: RipeRow): RipeCallback => ({
  ...row,
  requestedAt: requested_at,
})
