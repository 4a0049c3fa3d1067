import { type Static, Type } from 'typebox'
import { type CallEvent, outcomes } from '../../calls/call.ts'
import type { LoggedCall, Survey } from '../../calls/call-log.ts'
import { localIso } from '../../schedules/local-time.ts'
import { localIsoOrNull } from '../http/iso-time.ts'
import { oneOf, orNull, time } from './schemas.ts'

const text = orNull(Type.String())

const fields = {
  callSid: Type.String(),
  direction: oneOf(['inbound', 'outbound']),
  from: Type.String({ description: 'As the carrier gave it: E.164, or text such as `anonymous`' }),
  to: Type.String(),
  line: orNull(Type.String({ description: 'Null: no line has the dialled number' })),
  language: Type.String({ description: 'BCP 47' }),
  startedAt: time,
  answeredAt: orNull(time),
  endedAt: orNull(time),
  durationSeconds: orNull(Type.Integer()),
  outcome: oneOf(outcomes),
  topic: text,
  queue: text,
  operator: text,
  caseNumber: text,
  callbackTicket: text,
  callerCountry: orNull(Type.String({ description: 'ISO 3166-1 alpha-2' })),
  flow: Type.Object({ document: text, version: Type.String() }),
}

export const callSchema = Type.Object(fields, { title: 'Call' })

const surveySchema = Type.Object({
  askedAt: time,
  score: orNull(Type.Integer({ minimum: 1, maximum: 5, description: 'Null: no answer' })),
  operator: text,
})

export const callWithEventsSchema = Type.Object(
  {
    ...fields,
    survey: orNull(surveySchema),
    events: Type.Array(
      Type.Object(
        { at: time, type: Type.String() },
        { additionalProperties: true, description: 'Further members belong to the type' },
      ),
      { description: 'In the order committed' },
    ),
  },
  { title: 'Call with events' },
)

export type CallJson = Static<typeof callSchema>

/** A row of the call log as the API shows it, times in the zone of the line. */
export const callJson = (call: LoggedCall, timeZone: string): CallJson => ({
  callSid: call.callSid,
  direction: call.direction,
  from: call.from,
  to: call.to,
  line: call.line,
  language: call.language,
  startedAt: localIso(call.startedAt, timeZone),
  answeredAt: localIsoOrNull(call.answeredAt, timeZone),
  endedAt: localIsoOrNull(call.endedAt, timeZone),
  durationSeconds:
    call.endedAt === null
      ? null
      : Math.max(0, Math.round(call.endedAt.since(call.startedAt).total('seconds'))),
  outcome: call.outcome,
  topic: call.topic,
  queue: call.queue,
  operator: call.operator,
  caseNumber: call.caseNumber,
  callbackTicket: call.callbackTicket,
  callerCountry: call.callerCountry,
  flow: { document: call.flowDocument, version: call.flowVersion },
})

/** What the caller said of the talk, as the API shows it. */
export const surveyJson = (
  survey: Survey | null,
  timeZone: string,
): Static<typeof surveySchema> | null =>
  survey === null
    ? null
    : {
        askedAt: localIso(survey.askedAt, timeZone),
        score: survey.score,
        operator: survey.login,
      }

/** An event as the API shows it: its own members beside time and type. */
export const eventJson = ({ at, type, data }: CallEvent, timeZone: string) => ({
  ...data,
  at: localIso(at, timeZone),
  type,
})
