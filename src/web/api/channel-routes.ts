import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { ChannelEvent } from '../../channel/event.ts'
import type { ChannelReading, ChannelState } from '../../channel/ports.ts'
import type { StaffReads } from '../../channel/read-as-staff.ts'
import { nameOf } from '../../operators/permissions.ts'
import { localIso } from '../../schedules/local-time.ts'
import { errorBody } from '../http/errors.ts'
import { localIsoOrNull } from '../http/iso-time.ts'
import { filledLine, line, notFound, oneOf, orNull, refusals, time } from './schemas.ts'

export type ChannelRoutesOptions = {
  readonly channels: StaffReads
  /** Bytes of a photo of that channel; null = it has none such. */
  readonly photo: (channelId: string, photoId: string) => Promise<Readable | null>
  /** IANA zone of the lines. */
  readonly timeZone: () => string
}

const optional = Type.Optional
const sequence = Type.Integer({ minimum: 1, description: 'Counted from 1 without gaps' })

const person = Type.Object(
  {
    kind: oneOf(['caller', 'operator', 'trusted']),
    id: optional(Type.String({ description: 'Login, or identifier of a trusted person' })),
    name: orNull(Type.String()),
  },
  { title: 'Participant' },
)

const eventTypes = [
  'message',
  'photo',
  'chat',
  'photo-asked',
  'operator',
  'trusted',
  'mark',
  'location',
  'over',
] as const

const eventSchema = Type.Object(
  {
    sequence,
    at: time,
    type: oneOf(eventTypes),
    author: optional(person),
    text: optional(Type.String({ description: 'Of a message' })),
    photo: optional(
      Type.Object({
        photoId: Type.String(),
        width: Type.Integer(),
        height: Type.Integer(),
      }),
    ),
    isOpen: optional(Type.Boolean({ description: 'Of the chat' })),
    operator: optional(orNull(Type.String({ description: 'Who talks from now on' }))),
    is: optional(oneOf(['invited', 'joined', 'removed'])),
    delivered: optional(Type.Integer({ description: 'Up to this event the author had all' })),
    seen: optional(Type.Integer({ description: 'Up to this event the author had seen all' })),
    isShared: optional(Type.Boolean({ description: 'Of the location' })),
  },
  { title: 'ChannelEvent' },
)

const channelSchema = Type.Object(
  {
    id: Type.String(),
    callSid: Type.String(),
    line: Type.String(),
    caller: Type.Object({ phone: Type.String(), name: orNull(Type.String()) }),
    openedAt: time,
    closedAt: orNull(time),
    chatOpen: Type.Boolean(),
    location: orNull(
      Type.Object({
        latitude: Type.Number(),
        longitude: Type.Number(),
        accuracyMetres: Type.Number(),
        at: time,
      }),
    ),
    items: Type.Array(eventSchema),
    nextCursor: orNull(Type.String({ description: 'For `cursor`; null = that was all' })),
  },
  { title: 'Channel' },
)

/** What was said beside a call, for those who must know, and say why. */
export const channelRoutes: FastifyPluginAsyncTypebox<ChannelRoutesOptions> = async (
  app,
  { channels, photo, timeZone },
) => {
  app.get(
    '/calls/:callSid/channel/photos/:photoId',
    {
      schema: {
        tags: ['calls'],
        summary: 'A photo of a call; the reading and its reason go into the journal',
        params: Type.Object({
          callSid: line(64, "Carrier's identifier of the call"),
          photoId: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
        }),
        querystring: Type.Object(
          { reason: filledLine(500, 'Why it is looked at') },
          { additionalProperties: false },
        ),
        response: {
          200: {
            description: 'The picture',
            content: { 'image/jpeg': { schema: Type.String({ format: 'binary' }) } },
          },
          ...refusals,
          ...notFound,
        },
      },
    },
    async (request, reply) => {
      const { callSid, photoId } = request.params
      const reader = request.actor === null ? '' : nameOf(request.actor)
      const { reason } = request.query
      const reading = await channels.read({ callSid, reader, reason, after: 0 })
      const content = reading === null ? null : await photo(reading.state.id, photoId)
      if (content === null)
        return reply.code(404).send(errorBody('not-found', 'The call has no such photo'))
      return reply
        .type('image/jpeg')
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'private, no-store')
        .send(content as never)
    },
  )

  app.get(
    '/calls/:callSid/channel',
    {
      schema: {
        tags: ['calls'],
        summary: 'Chat and photos of a call; the reading and its reason go into the journal',
        params: Type.Object({ callSid: line(64, "Carrier's identifier of the call") }),
        querystring: Type.Object(
          {
            reason: filledLine(500, 'Why it is read'),
            cursor: optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
          },
          { additionalProperties: false },
        ),
        response: { 200: channelSchema, ...refusals, ...notFound },
      },
    },
    async (request, reply) => {
      const { reason, cursor = '0' } = request.query
      const reader = request.actor === null ? '' : nameOf(request.actor)
      const { callSid } = request.params
      const reading = await channels.read({ callSid, reader, reason, after: Number(cursor) })
      return reading === null
        ? reply.code(404).send(errorBody('not-found', 'The call has no channel'))
        : reply.send(channelJson(reading, timeZone()))
    },
  )
}

const channelJson = (
  { state, events }: ChannelReading,
  zone: string,
): Static<typeof channelSchema> => {
  const last = events.at(-1)?.sequence ?? state.lastSequence
  return {
    id: state.id,
    callSid: state.callSid,
    line: state.line,
    caller: { phone: state.phone, name: state.caller?.name ?? null },
    openedAt: localIso(state.openedAt, zone),
    closedAt: localIsoOrNull(state.closedAt, zone),
    chatOpen: state.isChatOpen,
    location:
      state.location === null
        ? null
        : {
            latitude: state.location.latitude,
            longitude: state.location.longitude,
            accuracyMetres: state.location.accuracyMetres,
            at: localIso(state.location.at, zone),
          },
    items: events.map((event) => eventJson(event, state, zone)),
    nextCursor: last < state.lastSequence ? String(last) : null,
  }
}

const eventJson = (
  event: ChannelEvent,
  state: ChannelState,
  zone: string,
): Static<typeof eventSchema> => {
  const { at, ...rest } = { ...event, at: localIso(event.at, zone) }
  switch (rest.type) {
    case 'message':
    case 'photo': {
      const { author, id: _id, ...said } = rest
      return { at, ...said, author: personOf(author, state) }
    }
    case 'trusted': {
      const { person: key, ...became } = rest
      return { at, ...became, author: personOf(key, state) }
    }
    case 'mark': {
      const { by, ...marks } = rest
      return { at, ...marks, author: personOf(by, state) }
    }
    default:
      return { at, ...rest }
  }
}

const personOf = (key: string, { names, caller }: ChannelState): Static<typeof person> => {
  const [kind, id] = key.split(/:(.*)/s)
  return kind === 'operator' || kind === 'trusted'
    ? { kind, id: id ?? '', name: names.get(key) ?? null }
    : { kind: 'caller', name: caller?.name ?? null }
}
