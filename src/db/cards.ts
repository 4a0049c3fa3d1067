import { sql, type Transaction } from 'kysely'
import { parseBusinessNumber } from '../numbers/business-number.ts'
import type { Card, Cards, LineWords } from '../operators/card.ts'
import type { Database } from './database.ts'
import { noteInJournal } from './journal.ts'
import type { DB } from './schema.ts'
import { inTransaction } from './transaction.ts'

/** Earlier calls that a card lists, newest first. */
const listedCalls = 10

/** Cards of callers in PostgreSQL: no card without its entry in the journal. */
export const createCards = ({ kysely }: Pick<Database, 'kysely'>): Cards => ({
  read: (login, reservationId, words) =>
    inTransaction(kysely, async (transaction) => {
      const read = await readCard(transaction, login, reservationId, words)
      if (read === null) return null
      const shown = read.isIntegrated ? await readShownName(transaction, read.phone) : null
      const card = { ...read, name: shown ?? read.name }
      await noteInJournal(transaction, {
        login,
        action: 'card',
        subject: card.callSid,
        details: {
          reservation: reservationId,
          phone: card.phone,
          case: card.case?.number ?? null,
          calls: card.earlierCalls.length,
          ...(shown === null ? {} : { profile: true }),
        },
      })
      return card
    }),
})

/** The name that a caller lets operators of integrated lines see; null for none. */
const readShownName = async (
  transaction: Transaction<DB>,
  phone: string,
): Promise<string | null> => {
  const { rows } = await sql<{ name: string | null }>`
    select name from callers where phone = ${phone} and is_profile_shown`.execute(transaction)
  return rows[0]?.name ?? null
}

type PlaceRow = {
  readonly place_id: string
  readonly call_sid: string | null
  readonly phone: string
  readonly topic: string | null
  readonly language: string
  readonly tier: 1 | 2 | 3 | null
  readonly business_number: string | null
  readonly mode: 'hold' | 'callback'
  readonly waited: number
  readonly started_at: Temporal.Instant | null
}

const readCard = async (
  transaction: Transaction<DB>,
  login: string,
  reservationId: string,
  words: LineWords,
): Promise<Card | null> => {
  const { rows } = await sql<PlaceRow>`
    select p.id as place_id, coalesce(t.call_sid, p.call_sid) as call_sid, p.phone, p.topic, p.language,
           p.tier, p.business_number, p.mode, s.started_at,
           greatest(0, extract(epoch from r.created_at - p.since))::int as waited
      from reservations r
      join places p on p.id = r.place_id
      left join talks t on t.reservation_id = r.id
      left join sessions s on s.call_sid = coalesce(t.call_sid, p.call_sid)
     where r.id = ${reservationId} and r.login = ${login}`.execute(transaction)
  const [place] = rows
  if (place === undefined) return null
  const [call, found, earlier] = [
    await readCall(transaction, place),
    await readCase(transaction, place.phone),
    await readEarlier(transaction, place),
  ]
  const line = call.line === null ? null : words.line(call.line)
  return {
    reservationId,
    placeId: place.place_id,
    callSid: place.call_sid ?? '',
    phone: place.phone,
    name: found?.name ?? null,
    language: place.language,
    line: line?.name ?? call.line ?? '',
    businessNumber: place.business_number,
    businessKind: kindOf(place.business_number),
    tier: place.tier,
    path: pathOf(call.stations, words),
    topic: place.topic ?? call.topic,
    waitedSeconds: place.waited,
    case: found?.case ?? null,
    earlierCalls: earlier,
    isIntegrated: line?.isIntegrated ?? false,
    isCallback: place.mode === 'callback',
  }
}

type Station = { readonly document: string; readonly dialog: string }

/** The call that led to the place: its line, and the dialogs it went through. */
const readCall = async (
  transaction: Transaction<DB>,
  { call_sid: callSid, started_at: startedAt }: PlaceRow,
): Promise<{ line: string | null; topic: string | null; stations: readonly Station[] }> => {
  if (callSid === null || startedAt === null) return { line: null, topic: null, stations: [] }
  const { rows: calls } = await sql<{ line: string | null; topic: string | null }>`
    select line, topic from calls
     where started_at = ${startedAt} and call_sid = ${callSid}`.execute(transaction)
  const { rows: stations } = await sql<Station>`
    select event ->> 'document' as document, event ->> 'dialog' as dialog
      from turns, jsonb_array_elements(events::jsonb) with ordinality as told (told, position),
           lateral (select coalesce(told -> 'data', told) as event) as data
     where started_at = ${startedAt} and call_sid = ${callSid} and told ->> 'type' = 'dialog'
     order by turn, position`.execute(transaction)
  return { line: calls[0]?.line ?? null, topic: calls[0]?.topic ?? null, stations }
}

/** Words of the way, each once in a row. */
const pathOf = (stations: readonly Station[], words: LineWords): readonly string[] =>
  stations
    .map(({ document, dialog }) => words.dialog(document, dialog))
    .filter((word) => word !== null)
    .filter((word, index, all) => word !== all[index - 1])

/** The newest case of a number. */
const readCase = async (transaction: Transaction<DB>, phone: string) => {
  const row = await transaction
    .selectFrom('cases')
    .select(['number', 'service', 'status', 'expected_on', 'applicant_name'])
    .where('phone', '=', phone)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined
    ? null
    : {
        name: row.applicant_name,
        case: {
          number: row.number,
          service: row.service,
          status: row.status,
          expectedOn: row.expected_on,
        },
      }
}

/** Calls of the same number, and of the same organisation from whatever number. */
const readEarlier = async (
  transaction: Transaction<DB>,
  { phone, call_sid: callSid, business_number: businessNumber }: PlaceRow,
): Promise<Card['earlierCalls']> => {
  const { rows } = await sql<Card['earlierCalls'][number]>`
    select call_sid as "callSid", started_at as "startedAt", topic, outcome, operator,
           from_number <> ${phone} as "isColleague"
      from (
        (select * from calls where from_number = ${phone} and call_sid <> ${callSid ?? ''}
          order by started_at desc, call_sid desc limit ${listedCalls})
        union
        select c.*
          from places p
          join sessions s on s.call_sid = p.call_sid
          join calls c on c.call_sid = s.call_sid and c.started_at = s.started_at
         where p.business_number = ${businessNumber} and p.call_sid <> ${callSid ?? ''}
      ) earlier
     order by started_at desc, call_sid desc
     limit ${listedCalls}`.execute(transaction)
  return rows
}

const kindOf = (businessNumber: string | null): Card['businessKind'] => {
  const { kind } = parseBusinessNumber(businessNumber ?? '')
  return kind === 'invalid' ? null : kind
}
