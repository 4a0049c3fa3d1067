import { type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import { type CallEvent, isOutcome } from '../calls/call.ts'
import type {
  CallFilter,
  CallLog,
  CallPosition,
  CallTraces,
  LoggedCall,
} from '../calls/call-log.ts'
import type { Calls, DB } from './schema.ts'
import type { Connection } from './transaction.ts'

/** Rows read at a time by `stream`. */
const pageRows = 500

/** The call log in PostgreSQL. */
export const createCallLog = (connection: Connection): CallLog => ({
  list: (filter, { limit, after }) => list(connection, filter, limit, after),
  find: (callSid) => find(connection, callSid),
  stream: (filter) => stream(connection, filter),
})

const list = async (
  connection: Connection,
  filter: CallFilter,
  limit: number,
  after: CallPosition | undefined,
): Promise<readonly LoggedCall[]> => {
  let query = connection.selectFrom('calls').selectAll()
  query = filtered(query, filter)
  if (after !== undefined) {
    query = query
      .where(sql<boolean>`(started_at, call_sid) < (${after.startedAt}, ${after.callSid})`)
      // Says what the row comparison implies, so that later months are not even looked at.
      .where('started_at', '<=', after.startedAt)
  }
  const rows = await query
    .orderBy('started_at', 'desc')
    .orderBy('call_sid', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toLoggedCall)
}

/**
 * Page after page by the key of the last row: a slow reader of millions of rows holds neither a
 * connection nor a snapshot, and a restart of the database between two pages is not noticed.
 */
async function* stream(connection: Connection, filter: CallFilter): AsyncIterable<LoggedCall> {
  let after: CallPosition | undefined
  for (;;) {
    const page = await list(connection, filter, pageRows, after)
    yield* page
    after = page.at(-1)
    if (page.length < pageRows) return
  }
}

const find = async (connection: Connection, callSid: string): ReturnType<CallLog['find']> => {
  const session = await connection
    .selectFrom('sessions')
    .select('started_at')
    .where('call_sid', '=', callSid)
    .executeTakeFirst()
  if (session === undefined) return null
  const row = await connection
    .selectFrom('calls')
    .selectAll()
    .where('started_at', '=', session.started_at)
    .where('call_sid', '=', callSid)
    .executeTakeFirst()
  if (row === undefined) return null
  const turns = await connection
    .selectFrom('turns')
    .select(['at', 'events'])
    .where('started_at', '=', session.started_at)
    .where('call_sid', '=', callSid)
    .orderBy('turn')
    .execute()
  const survey = await connection
    .selectFrom('surveys')
    .select(['asked_at', 'score', 'login'])
    .where('call_sid', '=', callSid)
    .executeTakeFirst()
  return {
    call: toLoggedCall(row),
    events: turns.flatMap(toEvents),
    survey:
      survey === undefined
        ? null
        : { askedAt: survey.asked_at, score: survey.score, login: survey.login },
    traces: await tracesOf(connection, callSid),
  }
}

const tracesOf = async (connection: Connection, callSid: string): Promise<CallTraces> => {
  const recording = await connection
    .selectFrom('recordings')
    .select(['id', 'started_at', 'ended_at', 'deleting_since'])
    .where('call_sid', '=', callSid)
    .executeTakeFirst()
  const absence = await connection
    .selectFrom('recording_absences')
    .select('reason')
    .where('call_sid', '=', callSid)
    .executeTakeFirst()
  const channel = await connection
    .selectFrom('channels')
    .select(['id', 'opened_at', 'closed_at'])
    .where('call_sid', '=', callSid)
    .executeTakeFirst()
  return {
    recording:
      recording === undefined
        ? null
        : {
            id: recording.id,
            startedAt: recording.started_at,
            endedAt: recording.ended_at,
            isGone: recording.deleting_since !== null,
          },
    absence: absence?.reason ?? null,
    channel:
      channel === undefined
        ? null
        : { id: channel.id, openedAt: channel.opened_at, closedAt: channel.closed_at },
  }
}

/** As `commit-statement.ts` writes them: without a time where it is that of their turn. */
type StoredEvent = Omit<CallEvent, 'at'> & { readonly at?: string }

const toEvents = (turn: {
  readonly at: Temporal.Instant
  readonly events: unknown
}): readonly CallEvent[] =>
  ((turn.events ?? []) as readonly StoredEvent[]).map(({ at, ...event }) => ({
    ...event,
    at: at === undefined ? turn.at : Temporal.Instant.from(at),
  }))

type CallQuery<O> = SelectQueryBuilder<DB, 'calls', O>

const filtered = <O>(query: CallQuery<O>, filter: CallFilter): CallQuery<O> => {
  let narrowed = query
  if (filter.from !== undefined) narrowed = narrowed.where('started_at', '>=', filter.from)
  if (filter.to !== undefined) narrowed = narrowed.where('started_at', '<', filter.to)
  if (filter.line !== undefined) narrowed = narrowed.where('line', '=', filter.line)
  if (filter.caller !== undefined) narrowed = narrowed.where('from_number', '=', filter.caller)
  if (filter.outcome !== undefined) narrowed = narrowed.where('outcome', '=', filter.outcome)
  return narrowed
}

const toLoggedCall = (row: Selectable<Calls>): LoggedCall => ({
  callSid: row.call_sid,
  direction: row.direction === 'outbound' ? 'outbound' : 'inbound',
  from: row.from_number,
  to: row.to_number,
  line: row.line,
  language: row.language,
  startedAt: row.started_at,
  callerCountry: row.caller_country,
  flowDocument: row.flow_document,
  flowVersion: row.flow_version,
  answeredAt: row.answered_at,
  endedAt: row.ended_at,
  outcome: isOutcome(row.outcome) ? row.outcome : 'failed',
  topic: row.topic,
  queue: row.queue,
  operator: row.operator,
  caseNumber: row.case_number,
  callbackTicket: row.callback_ticket,
})
