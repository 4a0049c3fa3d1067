import { type Static, Type } from 'typebox'
import { type CallEvent, outcomes } from '../../calls/call.ts'
import type { CallTraces, LoggedCall, Survey } from '../../calls/call-log.ts'
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

const recordingSchema = Type.Object(
  {
    id: Type.String(),
    startedAt: time,
    endedAt: orNull(time),
    isDeleted: Type.Boolean({ description: 'True: its row is the proof, the sound is gone' }),
    audio: orNull(
      Type.String({ description: 'Path of the sound; it asks for a reason. Null: deleted' }),
    ),
  },
  { title: 'RecordingOfCall' },
)

const channelSchema = Type.Object(
  {
    id: Type.String(),
    openedAt: time,
    closedAt: orNull(time),
    events: Type.String({ description: 'Path of what was said in it; it asks for a reason' }),
  },
  { title: 'ChannelOfCall' },
)

export const callWithEventsSchema = Type.Object(
  {
    ...fields,
    survey: orNull(surveySchema),
    recording: orNull(recordingSchema),
    recordingAbsence: orNull(
      Type.String({
        description:
          'Why there is no recording: `not-recorded` on lines that are not integrated. Null: there is one, or it is not known yet',
      }),
    ),
    channel: orNull(channelSchema),
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

/** What else there is of a call, as the API names it: where it is, and nothing that is in it. */
export const tracesJson = (
  { recording, absence, channel }: CallTraces,
  callSid: string,
  timeZone: string,
): {
  readonly recording: Static<typeof recordingSchema> | null
  readonly recordingAbsence: string | null
  readonly channel: Static<typeof channelSchema> | null
} => ({
  recording:
    recording === null
      ? null
      : {
          id: recording.id,
          startedAt: localIso(recording.startedAt, timeZone),
          endedAt: localIsoOrNull(recording.endedAt, timeZone),
          isDeleted: recording.isGone,
          audio: recording.isGone ? null : `/api/recordings/${recording.id}/audio`,
        },
  recordingAbsence: absence,
  channel:
    channel === null
      ? null
      : {
          id: channel.id,
          openedAt: localIso(channel.openedAt, timeZone),
          closedAt: localIsoOrNull(channel.closedAt, timeZone),
          events: `/api/calls/${callSid}/channel`,
        },
})

/** An event as the API shows it: its own members beside time and type. */
export const eventJson = ({ at, type, data }: CallEvent, timeZone: string) => ({
  ...data,
  at: localIso(at, timeZone),
  type,
})
