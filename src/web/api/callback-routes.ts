import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type Callback, callbackStates } from '../../callbacks/callback.ts'
import type { CallbackList } from '../../callbacks/ports.ts'
import { localIso } from '../../schedules/local-time.ts'
import { errorBody } from '../http/errors.ts'
import { localIsoOrNull } from '../http/iso-time.ts'
import { acceptEmptyBody } from './empty-body.ts'
import { cutPage, pageAsked, pageOf, pageQuery } from './page.ts'
import { bodyRefusals, conflict, notFound, oneOf, orNull, refusals, time } from './schemas.ts'

export type CallbackRoutesOptions = {
  readonly callbacks: CallbackList
  /** Ends a request, whatever it is at. */
  readonly cancel: (id: string) => Promise<'cancelled' | 'ended' | 'unknown'>
  /** IANA zone of the lines. */
  readonly timeZone: () => string
}

const callbackSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    ticket: Type.String({ description: 'Number that the caller was told' }),
    phone: Type.String(),
    queue: Type.String(),
    topic: orNull(Type.String()),
    window: orNull(
      Type.Object({ from: time, to: time }, { description: 'Null = as soon as possible' }),
    ),
    state: oneOf(callbackStates),
    attempts: Type.Integer({ description: 'Attempts that rang' }),
    requestedAt: time,
    startedAt: orNull({ ...time, description: 'When the first attempt rang' }),
    nextAttemptAt: orNull({
      ...time,
      description: 'Not dialled before; null on one that has ended',
    }),
    promisedBy: orNull({ ...time, description: 'Until when it was promised' }),
    endedReason: orNull(
      Type.String({
        description:
          '`served`, `reached-an-operator` (by calling), `unreached`, `too-late`, `refused` (by the carrier), `by-citizen`, `by-staff`; null while it is open',
      }),
    ),
  },
  { title: 'Callback' },
)

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Requests to be called back. */
export const callbackRoutes: FastifyPluginAsyncTypebox<CallbackRoutesOptions> = async (
  app,
  { callbacks, cancel, timeZone },
) => {
  app.get(
    '/callbacks',
    {
      schema: {
        tags: ['callbacks'],
        summary: 'Requests to be called back, newest first',
        querystring: Type.Object(
          { state: Type.Optional(oneOf(callbackStates)), ...pageQuery },
          { additionalProperties: false },
        ),
        response: { 200: pageOf(callbackSchema), ...refusals },
      },
    },
    async ({ query }) => {
      const { limit, after } = pageAsked(query, uuid)
      const read = await callbacks.list(query.state === undefined ? {} : { state: query.state }, {
        limit: limit + 1,
        ...(after === undefined ? {} : { after: { requestedAt: after.at, id: after.key } }),
      })
      const page = cutPage(read, limit, ({ requestedAt, id }) => ({ at: requestedAt, key: id }))
      const zone = timeZone()
      return { ...page, items: page.items.map((callback) => callbackJson(callback, zone)) }
    },
  )

  acceptEmptyBody(app)
  app.post(
    '/callbacks/:id/cancel',
    {
      schema: {
        tags: ['callbacks'],
        summary: 'End a request; a telephone that rings for it stops ringing',
        params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
        response: { 200: callbackSchema, ...refusals, ...bodyRefusals, ...notFound, ...conflict },
      },
    },
    async ({ params }, reply) => {
      const outcome = await cancel(params.id)
      if (outcome === 'ended') {
        return reply
          .code(409)
          .send(errorBody('conflict', 'The request has ended, or the person is being served'))
      }
      const callback = outcome === 'unknown' ? null : await callbacks.find(params.id)
      if (callback === null) return reply.code(404).send(errorBody('not-found', 'No such callback'))
      return callbackJson(callback, timeZone())
    },
  )
}

const callbackJson = (callback: Callback, timeZone: string) => ({
  id: callback.id,
  ticket: callback.ticket,
  phone: callback.phone,
  queue: callback.queue,
  topic: callback.topic,
  window: callback.window && {
    from: localIso(callback.window.from, timeZone),
    to: localIso(callback.window.to, timeZone),
  },
  state: callback.state,
  attempts: callback.attempts,
  requestedAt: localIso(callback.requestedAt, timeZone),
  startedAt: localIsoOrNull(callback.startedAt, timeZone),
  nextAttemptAt: localIsoOrNull(callback.nextAttemptAt, timeZone),
  promisedBy: localIsoOrNull(callback.promisedBy, timeZone),
  endedReason: callback.endedReason,
})
