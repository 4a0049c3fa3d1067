import { parseBusinessNumber } from '../numbers/business-number.ts'
import type { Card, Cards, LineWords } from '../operators/card.ts'
import type { Database } from './database.ts'
import { together, unfelt } from './together.ts'

/** Earlier calls that a card lists, newest first. */
const listedCalls = 10

/** Cards of callers in PostgreSQL: no card without its entry in the journal, both are one statement. */
export const createCards = ({ pool }: Pick<Database, 'pool'>): Cards => {
  const find = together<CardRow>(pool, { name: 'card', text: cardStatement }, unfelt)
  return {
    read: async (login, reservationId, words) => {
      const row = await find(reservationId, login, words.integrated().join(' '))
      return row === null ? null : toCard(reservationId, row, words)
    },
  }
}

type CardRow = {
  readonly place_id: string
  readonly call_sid: string | null
  readonly phone: string
  readonly topic: string | null
  readonly language: string
  readonly tier: 1 | 2 | 3 | null
  readonly business_number: string | null
  readonly mode: 'hold' | 'callback'
  readonly waited: number
  readonly line: string | null
  /** The name that the caller lets operators of integrated lines see. */
  readonly shown_name: string | null
  readonly call_topic: string | null
  readonly stations: readonly Station[] | null
  readonly newest_case: CaseRow | null
  readonly earlier: readonly (Omit<Card['earlierCalls'][number], 'startedAt'> & {
    readonly startedAt: string
  })[]
}

type CaseRow = NonNullable<Card['case']> & { readonly name: string | null }

const toCard = (reservationId: string, row: CardRow, words: LineWords): Card => {
  const { name = null, ...newest } = row.newest_case ?? {}
  const line = row.line === null ? null : words.line(row.line)
  return {
    reservationId,
    placeId: row.place_id,
    callSid: row.call_sid ?? '',
    phone: row.phone,
    name: row.shown_name ?? name,
    language: row.language,
    line: line?.name ?? row.line ?? '',
    businessNumber: row.business_number,
    businessKind: kindOf(row.business_number),
    tier: row.tier,
    path: pathOf(row.stations ?? [], words),
    topic: row.topic ?? row.call_topic,
    waitedSeconds: row.waited,
    case: row.newest_case === null ? null : (newest as NonNullable<Card['case']>),
    earlierCalls: row.earlier.map((call) => ({
      ...call,
      startedAt: Temporal.Instant.from(call.startedAt),
    })),
    isIntegrated: line?.isIntegrated ?? false,
    isCallback: row.mode === 'callback',
  }
}

type Station = { readonly document: string; readonly dialog: string }

/**
 * The place with the call that led to it, its line and the dialogs it went through; the newest case of the
 * number; calls of the same number, and of the same organisation from whatever number.
 */
const cardStatement = `
  with mine as (
    select asked.nr, asked.integrated, r.id as reservation_id, r.login, p.id as place_id,
           coalesce(t.call_sid, p.call_sid) as call_sid, p.phone, p.topic,
           p.language, p.tier, p.business_number, p.mode, s.started_at,
           greatest(0, extract(epoch from r.created_at - p.since))::int as waited
      from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality
             as asked (reservation_id, login, integrated, nr)
      join reservations r on r.id = asked.reservation_id and r.login = asked.login
      join places p on p.id = r.place_id
      left join talks t on t.reservation_id = r.id
      left join sessions s on s.call_sid = coalesce(t.call_sid, p.call_sid)
  ), card as materialized (
    select m.nr, m.reservation_id, m.login, m.place_id, m.call_sid, m.phone, m.topic, m.language, m.tier,
           m.business_number, m.mode, m.waited, c.line, shown.name as shown_name,
           c.topic as call_topic, way.stations, cases.newest_case,
           coalesce(earlier.calls, '[]') as earlier
      from mine m
      left join calls c on c.started_at = m.started_at and c.call_sid = m.call_sid
      left join lateral (
        select name from callers
         where phone = m.phone and is_profile_shown
           and c.line = any (string_to_array(m.integrated, ' '))
      ) as shown on true
      left join lateral (
        select json_agg(json_build_object('document', event ->> 'document', 'dialog', event ->> 'dialog')
                        order by turn, position) as stations
          from turns, jsonb_array_elements(events::jsonb) with ordinality as told (told, position),
               lateral (select coalesce(told -> 'data', told) as event) as data
         where started_at = m.started_at and call_sid = m.call_sid and told ->> 'type' = 'dialog'
      ) as way on true
      left join lateral (
        select json_build_object('number', number, 'service', service, 'status', status,
                                 'expectedOn', expected_on, 'name', applicant_name) as newest_case
          from cases where phone = m.phone order by created_at desc limit 1
      ) as cases on true
      left join lateral (
        select json_agg(json_build_object(
                 'callSid', call_sid, 'startedAt', started_at, 'topic', topic, 'outcome', outcome,
                 'operator', operator, 'isColleague', from_number <> m.phone)
                 order by started_at desc, call_sid desc) as calls
          from (
            select call_sid, started_at, topic, outcome, operator, from_number from (
              (select call_sid, started_at, topic, outcome, operator, from_number from calls
                where from_number = m.phone and call_sid <> coalesce(m.call_sid, '')
                order by started_at desc, call_sid desc limit ${listedCalls})
              union
              select c.call_sid, c.started_at, c.topic, c.outcome, c.operator, c.from_number
                from places p
                join sessions s on s.call_sid = p.call_sid
                join calls c on c.call_sid = s.call_sid and c.started_at = s.started_at
               where p.business_number = m.business_number
                 and p.call_sid <> coalesce(m.call_sid, '')
            ) as related
            order by started_at desc, call_sid desc limit ${listedCalls}
          ) as latest
      ) as earlier on true
  ), noted as (
    insert into journal (login, action, subject, details)
    select login, 'card', coalesce(call_sid, ''),
           jsonb_build_object('reservation', reservation_id, 'phone', phone,
                              'case', newest_case ->> 'number', 'calls', json_array_length(earlier))
             || case when shown_name is null then '{}' else '{"profile": true}' end::jsonb
      from card
  )
  table card`

/** Words of the way, each once in a row. */
const pathOf = (stations: readonly Station[], words: LineWords): readonly string[] =>
  stations
    .map(({ document, dialog }) => words.dialog(document, dialog))
    .filter((word) => word !== null)
    .filter((word, index, all) => word !== all[index - 1])

const kindOf = (businessNumber: string | null): Card['businessKind'] => {
  const { kind } = parseBusinessNumber(businessNumber ?? '')
  return kind === 'invalid' ? null : kind
}
