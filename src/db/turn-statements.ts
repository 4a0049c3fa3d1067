import type { TurnRecord } from '../calls/ports.ts'
import { joinTexts, textColumn } from './text-columns.ts'

/** A statement with its values; the name lets the server keep its plan. */
export type Statement = {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/**
 * Commits the next turns of calls, none of which may occur twice. Answers the calls whose turn was
 * the next one; the others were `stale` and leave nothing behind.
 */
export const advanceStatement = (records: readonly TurnRecord[]): Statement => {
  const changed = records.filter(({ changes }) => Object.keys(changes).length > 0)
  const values = turnColumns(records)
  return changed.length === 0
    ? { name: 'advance-calls', text: advance, values }
    : {
        name: 'advance-and-change-calls',
        text: advanceAndChange,
        values: [...values, ...changeColumns(changed)],
      }
}

/** Creates calls with their turn 0, likewise. A call that exists is `stale`. */
export const openStatement = (records: readonly TurnRecord[]): Statement => {
  const openings = records.map((record) => ({ record, call: openingOf(record) }))
  return {
    name: 'open-calls',
    text: open,
    values: [
      ...turnColumns(records),
      openings.map(({ call }) => text(call.startedAt)),
      openings.map(({ call }) => call.flowVersion),
      openings.map(({ call }) => call.direction),
      openings.map(({ call }) => call.from),
      openings.map(({ call }) => call.to),
      openings.map(({ call }) => call.line),
      openings.map(({ record, call }) => record.changes.language ?? call.language),
      openings.map(({ call }) => call.callerCountry),
      openings.map(({ call }) => call.flowDocument),
      ...changeColumns(records).slice(2),
    ],
  }
}

const openingOf = (record: TurnRecord) => {
  if (record.opening === undefined || record.turn !== 0) {
    throw new Error('Only turn 0 creates a call', { cause: { callSid: record.callSid } })
  }
  return record.opening
}

const text = (instant: Temporal.Instant): string => instant.toString()

const turnColumns = (records: readonly TurnRecord[]): readonly unknown[] => [
  joinTexts(records.map(({ callSid }) => callSid)),
  records.map(({ turn }) => turn),
  joinTexts(records.map(({ at }) => text(at))),
  joinTexts(records.map(({ twiml }) => twiml)),
  joinTexts(records.map(({ session }) => session)),
  joinTexts(records.map(eventsJson)),
]

/** Null when nothing happened: then no row is written. Most events have the time of their turn. */
const eventsJson = ({ at: turnAt, events }: TurnRecord): string | null => {
  if (events.length === 0) return null
  const turnText = text(turnAt)
  return JSON.stringify(
    events.map(({ at, type, data }) => ({ at: at === turnAt ? turnText : text(at), type, data })),
  )
}

const changeColumns = (records: readonly TurnRecord[]): readonly unknown[] => [
  records.map(({ callSid }) => callSid),
  records.map(({ changes }) => changes.language ?? null),
  records.map(({ changes }) => changes.outcome ?? null),
  records.map(({ changes }) => changes.topic ?? null),
  records.map(({ changes }) => changes.queue ?? null),
  records.map(({ changes }) => changes.caseNumber ?? null),
  records.map(({ changes }) => changes.callbackTicket ?? null),
  records.map(({ changes }) => (changes.endedAt === undefined ? null : text(changes.endedAt))),
]

/** Ledger rows and events of the calls that `moved`; the same for new calls and for old ones. */
const written = `
ledger as (
  insert into turns (call_sid, started_at, turn, at, twiml)
  select m.call_sid, m.started_at, m.turn, b.at, b.twiml
    from moved m join batch b on b.call_sid = m.call_sid
), logged as (
  insert into call_events (call_sid, started_at, turn, events)
  select m.call_sid, m.started_at, m.turn, b.events::json
    from moved m join batch b on b.call_sid = m.call_sid
   where b.events is not null
)`

const batch = `
batch as (
  select * from unnest(${textColumn('$1')}, $2::int[], ${textColumn('$3')}::timestamptz[],
                       ${textColumn('$4')}, ${textColumn('$5')}, ${textColumn('$6')})
    as b (call_sid, turn, at, twiml, session, events)
)`

/** The version check: a call moves from turn n - 1 to n, whoever comes second finds it moved. */
const moved = `
moved as (
  update sessions s set turn = b.turn, session = b.session
    from batch b where s.call_sid = b.call_sid and s.turn = b.turn - 1
  returning s.call_sid, s.started_at, s.turn
)`

const advance = `with ${batch}, ${moved}, ${written}
select call_sid from moved`

const advanceAndChange = `with ${batch}, ${moved}, ${written}, changed as (
  update calls c set
      language = coalesce(h.language, c.language),
      outcome = coalesce(h.outcome, c.outcome),
      topic = coalesce(h.topic, c.topic),
      queue = coalesce(h.queue, c.queue),
      case_number = coalesce(h.case_number, c.case_number),
      callback_ticket = coalesce(h.callback_ticket, c.callback_ticket),
      ended_at = least(c.ended_at, h.ended_at)
    from unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
                $13::text[], $14::timestamptz[])
           as h (call_sid, language, outcome, topic, queue, case_number, callback_ticket, ended_at)
    join moved m on m.call_sid = h.call_sid
   where c.call_sid = m.call_sid and c.started_at = m.started_at
)
select call_sid from moved`

const open = `with ${batch}, fresh as (
  select * from unnest(${textColumn('$1')}, $7::timestamptz[], $8::text[], $9::text[], $10::text[],
                       $11::text[], $12::text[], $13::text[], $14::text[], $15::text[],
                       $16::text[], $17::text[], $18::text[], $19::text[], $20::text[],
                       $21::timestamptz[])
    as n (call_sid, started_at, flow_version, direction, from_number, to_number, line, language,
          caller_country, flow_document, outcome, topic, queue, case_number, callback_ticket,
          ended_at)
), moved as (
  insert into sessions (call_sid, started_at, turn, session, flow_version)
  select b.call_sid, n.started_at, 0, b.session, n.flow_version
    from batch b join fresh n on n.call_sid = b.call_sid
  on conflict (call_sid) do nothing
  returning call_sid, started_at, turn
), ${written}, opened as (
  insert into calls (call_sid, started_at, direction, from_number, to_number, line, language,
                     caller_country, flow_document, flow_version, answered_at, outcome, topic,
                     queue, case_number, callback_ticket, ended_at)
  select n.call_sid, n.started_at, n.direction, n.from_number, n.to_number, n.line, n.language,
         n.caller_country, n.flow_document, n.flow_version,
         case n.direction when 'inbound' then n.started_at end, coalesce(n.outcome, 'in-progress'),
         n.topic, n.queue, n.case_number, n.callback_ticket, n.ended_at
    from moved m join fresh n on n.call_sid = m.call_sid
)
select call_sid from moved`
