import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Actor } from '../../operators/operator.ts'
import { isAtLeast, nameOf, roleOf } from '../../operators/permissions.ts'
import type { HearableRecording } from '../../recordings/hear-recording.ts'
import { layoutOf } from '../../recordings/layout.ts'
import type { RecordedStream, Recording } from '../../recordings/recording.ts'
import type { Listener, RecordingStore } from '../../recordings/store.ts'
import { localIso } from '../../schedules/local-time.ts'
import { rangeOf } from '../http/byte-range.ts'
import { errorBody } from '../http/errors.ts'
import { localIsoOrNull } from '../http/iso-time.ts'
import {
  bodyRefusals,
  conflict,
  filledLine,
  line,
  noQuery,
  notFound,
  oneOf,
  orNull,
  refusals,
  time,
} from './schemas.ts'

export type RecordingRoutesOptions = {
  readonly recordings: Pick<RecordingStore, 'ofCall' | 'absenceOf' | 'hold'>
  readonly hear: (
    id: string,
    listener: Listener,
    reason: string,
  ) => Promise<HearableRecording | null>
  /** Bytes before the sound in each file. */
  readonly headerBytes: number
  /** IANA zone of the lines. */
  readonly timeZone: () => string
}

const count = (description: string) => orNull(Type.Integer({ description }))
const milliseconds = Type.Integer({ minimum: 0 })

const streamSchema = Type.Object(
  {
    ordinal: Type.Integer({ description: '1 is the first; another one is ordered when it breaks' }),
    startedAt: orNull(time),
    state: oneOf(['asked', 'open', 'ended', 'lost', 'failed']),
    reason: orNull(Type.String({ description: 'Why it ended or failed' })),
    milliseconds: count('Length'),
    sha256: orNull(Type.String({ description: 'Of its file; stays when that is deleted' })),
    bytes: count('Of its file'),
    frames: count('Messages with sound'),
    lostFrames: count('Messages that never came'),
    repeatedFrames: count('Messages that came again'),
    gaps: Type.Array(
      Type.Object({
        track: oneOf(['inbound', 'outbound']),
        atMs: milliseconds,
        ms: milliseconds,
      }),
      { description: 'Silence in place of lost messages, from the beginning of the stream' },
    ),
  },
  { title: 'RecordedStream' },
)

const recordingSchema = Type.Object(
  {
    id: Type.String(),
    callSid: Type.String(),
    line: orNull(Type.String()),
    startedAt: time,
    endedAt: orNull(time),
    milliseconds: Type.Integer({ description: 'Length of the sound as one, gaps included' }),
    keepUntil: orNull(time),
    hold: orNull(Type.Object({ reason: Type.String(), by: Type.String(), at: time })),
    deletion: orNull(Type.Object({ at: time, by: Type.String(), reason: Type.String() })),
    isAudible: Type.Boolean({ description: 'False: nothing is kept of it, or no longer' }),
    breaks: Type.Array(Type.Object({ atMs: milliseconds, ms: milliseconds }), {
      description: 'Where no stream was there: silence, from the beginning of the recording',
    }),
    streams: Type.Array(streamSchema),
  },
  { title: 'Recording' },
)

const id = Type.String({
  pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
  description: 'Identifier of the recording',
})

const reason = (description: string) => filledLine(500, description)

/** Recordings of calls: what is kept, the sound of it, and holding it. */
export const recordingRoutes: FastifyPluginAsyncTypebox<RecordingRoutesOptions> = async (
  app,
  { recordings, hear, headerBytes, timeZone },
) => {
  app.get(
    '/recordings',
    {
      config: { least: 'operator' },
      schema: {
        tags: ['recordings'],
        summary: 'Recording of a call; operators see those of their own talks',
        querystring: Type.Object(
          { call: line(64, "Carrier's identifier of the call") },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            items: Type.Array(recordingSchema),
            nextCursor: Type.Null(),
            absence: orNull(
              Type.String({
                description:
                  'Why there is none: `not-recorded` on lines that are not integrated; null: there is one, or it is not known yet',
              }),
            ),
          }),
          ...refusals,
        },
      },
    },
    async ({ query, actor }) => {
      const listener = listenerOf(actor)
      const found = await recordings.ofCall(query.call, listener)
      return {
        items: found === null ? [] : [recordingJson(found, headerBytes, timeZone())],
        nextCursor: null,
        absence: listener.mayHearAll ? await recordings.absenceOf(query.call) : null,
      }
    },
  )

  app.get(
    '/recordings/:id/audio',
    {
      config: { least: 'operator' },
      schema: {
        tags: ['recordings'],
        summary: 'Sound of a recording; who hears it and why is noted first',
        description:
          'WAV, G.711 µ-law, 8,000 samples a second: left the caller, right the line and the operator. Parts by `Range`.',
        params: Type.Object({ id }),
        querystring: Type.Object(
          { reason: reason('Why it is heard; noted in the journal') },
          { additionalProperties: false },
        ),
        response: {
          200: audio('All of it'),
          206: audio('The part that `Range` asks for'),
          416: { ...notFound[404], description: 'There is no such part' },
          ...refusals,
          ...notFound,
        },
      },
    },
    async (request, reply) => {
      const { params, query, actor, headers } = request
      const found = await hear(params.id, listenerOf(actor), query.reason)
      if (found === null || found.bytes <= headerBytes)
        return reply.code(404).send(errorBody('not-found', 'There is no such recording'))
      const range = rangeOf(headers.range, found.bytes)
      void reply
        .type('audio/wav')
        .header('accept-ranges', 'bytes')
        .header('cache-control', 'private, no-store')
        .header('content-disposition', `inline; filename="${found.callSid}.wav"`)
      if (range === 'unsatisfiable')
        return reply
          .code(416)
          .type('application/json')
          .header('content-range', `bytes */${found.bytes}`)
          .send(errorBody('bad-request', 'There is no such part'))
      const { start, end } = range === 'all' ? { start: 0, end: found.bytes - 1 } : range
      if (range !== 'all')
        void reply.code(206).header('content-range', `bytes ${start}-${end}/${found.bytes}`)
      void reply.header('content-length', end - start + 1)
      return reply.send(found.read(start, end) as never)
    },
  )

  app.put(
    '/recordings/:id/hold',
    {
      config: { least: 'supervisor' },
      schema: {
        tags: ['recordings'],
        summary: 'Hold a recording, so that it is not deleted; or no longer',
        params: Type.Object({ id }),
        querystring: noQuery,
        body: Type.Object(
          { reason: orNull(reason('Why it is held; null = no longer')) },
          { additionalProperties: false },
        ),
        response: { 200: recordingSchema, ...refusals, ...notFound, ...conflict, ...bodyRefusals },
      },
    },
    async ({ params, body, actor }, reply) => {
      const held = await recordings.hold(params.id, listenerOf(actor).login, body.reason)
      if (held.kind === 'unknown')
        return reply.code(404).send(errorBody('not-found', 'There is no such recording'))
      if (held.kind === 'gone')
        return reply.code(409).send(errorBody('conflict', 'The recording has been deleted'))
      return recordingJson(held.recording, headerBytes, timeZone())
    },
  )
}

const audio = (description: string) => ({
  description,
  content: { 'audio/wav': { schema: Type.String({ format: 'binary' }) } },
})

const listenerOf = (actor: Actor | null): Listener => {
  if (actor === null) throw new Error('Nobody asks')
  return { login: nameOf(actor), mayHearAll: isAtLeast(roleOf(actor), 'supervisor') }
}

const recordingJson = (recording: Recording, headerBytes: number, zone: string) => {
  const { hold, deletion, streams } = recording
  const layout = layoutOf(streams, headerBytes)
  return {
    id: recording.id,
    callSid: recording.callSid,
    line: recording.line,
    startedAt: localIso(recording.startedAt, zone),
    endedAt: localIsoOrNull(recording.endedAt, zone),
    milliseconds: Math.round(layout.bytes / 16),
    keepUntil: localIsoOrNull(recording.keepUntil, zone),
    hold: hold === null ? null : { ...hold, at: localIso(hold.at, zone) },
    deletion: deletion === null ? null : { ...deletion, at: localIso(deletion.at, zone) },
    isAudible: !recording.isGone && layout.bytes > 0,
    breaks: [...layout.breaks],
    streams: streams.map((stream) => streamJson(stream, zone)),
  }
}

const streamJson = (stream: RecordedStream, zone: string) => ({
  ordinal: stream.ordinal,
  startedAt: localIsoOrNull(stream.startedAt, zone),
  state: stream.state,
  reason: stream.reason,
  milliseconds: stream.milliseconds,
  sha256: stream.hash,
  bytes: stream.bytes,
  frames: stream.frames,
  lostFrames: stream.lost,
  repeatedFrames: stream.repeated,
  gaps: [...stream.gaps],
})
