import type { CarrierStatus, TurnRecord } from '../calls/ports.ts'
import type { NewPlace } from '../queues/ports.ts'
import type { SharedAnswers } from './shared-answers.ts'
import { joinTexts } from './text-columns.ts'

/** What is committed in batches. No call may have two turns in one. */
export type Commit =
  | { readonly kind: 'turn'; readonly record: TurnRecord }
  | { readonly kind: 'status'; readonly status: CarrierStatus }

/** A statement with its values; the name lets the server keep its plan. */
export type Statement = {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** The one row that a commit statement answers; null stands for none. */
export type CommitRow = {
  /** Calls whose turn was not the next one; it has left nothing behind. */
  readonly stale: readonly string[] | null
  /** Calls whose end the carrier has told. */
  readonly over: readonly string[] | null
  /** Calls whose place cannot be made as wished; their turn has left nothing behind. */
  readonly refused: readonly string[]
}

/** Commits turns and status callbacks by the function `commit_turns` (sql/0022). */
export const commitStatement = (
  commits: readonly Commit[],
  answers: Pick<SharedAnswers, 'hashOf' | 'isStored'>,
): Statement => {
  const records: TurnRecord[] = []
  const statuses: CarrierStatus[] = []
  for (const commit of commits) {
    if (commit.kind === 'turn') records.push(commit.record)
    else statuses.push(commit.status)
  }
  return {
    name: 'commit-turns',
    text: `select stale, over, refused from commit_turns(${parameters})`,
    values: [
      joinTexts(records.map(({ callSid }) => callSid)),
      records.map(({ turn }) => turn),
      joinTexts(records.map(({ at }) => at.toString())),
      joinTexts(records.map(({ twiml, isShared }) => (isShared ? answers.hashOf(twiml) : null))),
      joinTexts(records.map(({ twiml, isShared }) => (isShared ? null : twiml))),
      joinTexts(records.map(({ session }) => session)),
      joinTexts(records.map(eventsJson)),
      rows(records.filter(({ opening }) => opening !== undefined).map(opened)),
      rows(records.filter(({ changes }) => Object.keys(changes).length > 0).map(changed)),
      rows(statuses.map(reported)),
      rows(newAnswers(records, answers)),
      rows(records.flatMap(({ place }) => (place === undefined ? [] : [wished(place)]))),
    ],
  }
}

const parameters = [
  ...['$1', '$2::int[]', '$3', '$4', '$5', '$6', '$7'],
  ...['$8::json', '$9::json', '$10::json', '$11::json', '$12::json'],
].join(', ')

const rows = (values: readonly unknown[]): string | null =>
  values.length === 0 ? null : JSON.stringify(values)

/** Null when nothing happened. An event tells its time only where that is not the time of its turn. */
const eventsJson = ({ at: turnAt, events }: TurnRecord): string | null =>
  events.length === 0
    ? null
    : JSON.stringify(
        events.map(({ at, type, data }) =>
          at === turnAt ? { type, data } : { at: at.toString(), type, data },
        ),
      )

const opened = ({ callSid, turn, opening, constants }: TurnRecord) => {
  if (opening === undefined || turn !== 0) {
    throw new Error('Only turn 0 creates a call', { cause: { callSid } })
  }
  return {
    call_sid: callSid,
    started_at: opening.startedAt.toString(),
    direction: opening.direction,
    from_number: opening.from,
    to_number: opening.to,
    line: opening.line,
    language: opening.language,
    caller_country: opening.callerCountry,
    flow_document: opening.flowDocument,
    flow_version: opening.flowVersion,
    constants,
  }
}

const changed = ({ callSid, changes }: TurnRecord) => ({
  call_sid: callSid,
  language: changes.language,
  outcome: changes.outcome,
  topic: changes.topic,
  queue: changes.queue,
  case_number: changes.caseNumber,
  callback_ticket: changes.callbackTicket,
  ended_at: changes.endedAt?.toString(),
})

const wished = ({ id, wish, limit }: NewPlace) => ({
  id,
  call_sid: wish.callSid,
  phone: wish.phone,
  queue: wish.queue,
  topic: wish.topic,
  language: wish.language,
  skills: [...new Set(wish.skills)].sort(),
  priority: wish.priority,
  tier: wish.tier,
  business_number: wish.businessNumber,
  preferred_operator: wish.preferredOperator,
  since: wish.since?.toString(),
  most: limit,
})

const reported = (status: CarrierStatus) => ({
  call_sid: status.callSid,
  call_status: status.status,
  sequence_number: status.sequence,
  happened_at: status.happenedAt?.toString(),
  received_at: status.receivedAt.toString(),
  duration_seconds: status.durationSeconds,
})

const newAnswers = (
  records: readonly TurnRecord[],
  { hashOf, isStored }: Pick<SharedAnswers, 'hashOf' | 'isStored'>,
) => {
  const fresh = records.flatMap(({ twiml, isShared }) =>
    isShared && !isStored(twiml) ? [twiml] : [],
  )
  return [...new Set(fresh)].map((twiml) => ({ hash: hashOf(twiml), twiml }))
}
