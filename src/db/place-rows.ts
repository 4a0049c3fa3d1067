import type { Selectable } from 'kysely'
import type { Place, PlaceResult, PlaceState, WaitingMode } from '../queues/place.ts'
import type { Places } from './schema.ts'

/** Columns of a place as queries name them; `p` is the table. */
export const placeColumns = [
  ...['id', 'call_sid', 'phone', 'queue', 'topic', 'language', 'skills', 'priority', 'tier'],
  ...['business_number', 'since', 'rank_at', 'mode', 'state', 'result', 'preferred_operator'],
  ...['window_from', 'window_to'],
] as const

/** `p.id, p.call_sid, …` */
export const placeColumnsOf = (table: string): string =>
  placeColumns.map((column) => `${table}.${column}`).join(', ')

export type PlaceRow = Pick<
  Selectable<Places>,
  | 'id'
  | 'call_sid'
  | 'phone'
  | 'queue'
  | 'topic'
  | 'language'
  | 'skills'
  | 'priority'
  | 'tier'
  | 'business_number'
  | 'since'
  | 'rank_at'
  | 'mode'
  | 'state'
  | 'result'
  | 'preferred_operator'
  | 'window_from'
  | 'window_to'
>

/** The database checks what these columns may hold. */
export const toPlace = (row: PlaceRow): Place => ({
  id: row.id,
  callSid: row.call_sid,
  phone: row.phone,
  queue: row.queue,
  topic: row.topic,
  language: row.language,
  skills: row.skills,
  priority: row.priority,
  tier: row.tier as Place['tier'],
  businessNumber: row.business_number,
  since: row.since,
  rankAt: row.rank_at,
  mode: row.mode as WaitingMode,
  state: row.state as PlaceState,
  result: row.result as PlaceResult | null,
  preferredOperator: row.preferred_operator,
  window:
    row.window_from === null || row.window_to === null
      ? null
      : { from: row.window_from, to: row.window_to },
})
