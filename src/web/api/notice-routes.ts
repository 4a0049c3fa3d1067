import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { type Notice, noticeKinds, noticeState, noticeStates } from '../../calls/notice.ts'
import {
  changeNotice,
  createNotice,
  endNotice,
  type NoticeOutcome,
  type NoticePorts,
} from '../../calls/notices.ts'
import { localIso } from '../../schedules/local-time.ts'
import { badRequest, errorBody } from '../http/errors.ts'
import { instantOf, localIsoOrNull } from '../http/iso-time.ts'
import { acceptEmptyBody } from './empty-body.ts'
import { cutPage, pageAsked, pageOf, pageQuery } from './page.ts'
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

export type NoticeRoutesOptions = {
  readonly ports: NoticePorts
  /** IANA zone of the lines. */
  readonly timeZone: () => string
}

/** Half a minute of speech: longer, and callers hang up before the menu. */
const longestText = 500

const languageTag = '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'

const byLanguage = <T extends ReturnType<typeof filledLine>>(value: T, description: string) =>
  Type.Record(Type.String({ pattern: languageTag }), value, {
    additionalProperties: false,
    maxProperties: 20,
    description,
  })

const texts = byLanguage(
  filledLine(longestText, 'As it is to be read aloud'),
  'Language (`ru-RU`) to text: every language of the lines that a voice speaks',
)
const recordings = byLanguage(
  filledLine(500, 'Path of a WAV file in the flow folder'),
  'Language to a recording of the flow folder, played in place of a text; the only way in a language that no voice speaks',
)
const lines = orNull(
  Type.Array(line(20, 'E.164'), {
    minItems: 1,
    maxItems: 1000,
    uniqueItems: true,
    description: 'Lines it is heard on; null = all',
  }),
)
const at = (description: string) =>
  line(40, `${description}: a date, or a date-time with offset such as 2026-11-21T22:00:00+03:00`)

const noticeSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    kind: oneOf(noticeKinds),
    state: oneOf(noticeStates),
    texts: Type.Record(Type.String(), Type.String()),
    recordings: Type.Record(Type.String(), Type.String()),
    lines: orNull(Type.Array(Type.String())),
    from: time,
    until: orNull(time),
    endedAt: orNull(time),
    createdAt: time,
    createdBy: Type.String(),
  },
  { title: 'Notice' },
)

const params = Type.Object({ id: line(64, 'Of a notice as listed') })

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const unknown: NoticeOutcome = { kind: 'unknown' }

/** Whoever has the bearer token. */
const administrator = 'administrator'

/** Notices: what callers hear before the menu while it lasts. */
export const noticeRoutes: FastifyPluginAsyncTypebox<NoticeRoutesOptions> = async (
  app,
  { ports, timeZone },
) => {
  acceptEmptyBody(app)
  const answer = (reply: FastifyReply, outcome: NoticeOutcome, status = 200) => {
    if (outcome.kind === 'invalid') throw badRequest(outcome.reason)
    if (outcome.kind === 'unknown')
      return reply.code(404).send(errorBody('not-found', 'There is no such notice'))
    if (outcome.kind === 'ended')
      return reply.code(409).send(errorBody('conflict', 'The notice has ended'))
    return reply.code(status).send(noticeJson(outcome.notice, ports.clock.now(), timeZone()))
  }

  app.get(
    '/notices',
    {
      schema: {
        tags: ['notices'],
        summary: 'Notices, newest first',
        querystring: Type.Object(
          { state: Type.Optional(oneOf(noticeStates)), ...pageQuery },
          { additionalProperties: false },
        ),
        response: { 200: pageOf(noticeSchema), ...refusals },
      },
    },
    async ({ query }) => {
      const { limit, after } = pageAsked(query, uuid)
      const now = ports.clock.now()
      const read = await ports.notices.list(
        { at: now, ...(query.state === undefined ? {} : { state: query.state }) },
        {
          limit: limit + 1,
          ...(after === undefined ? {} : { after: { createdAt: after.at, id: after.key } }),
        },
      )
      const page = cutPage(read, limit, ({ createdAt, id }) => ({ at: createdAt, key: id }))
      const zone = timeZone()
      return { ...page, items: page.items.map((notice) => noticeJson(notice, now, zone)) }
    },
  )

  app.post(
    '/notices',
    {
      schema: {
        tags: ['notices'],
        summary: 'Puts up a notice; the next call hears it once it has begun',
        querystring: noQuery,
        body: Type.Object(
          {
            kind: oneOf(noticeKinds),
            texts: Type.Optional(texts),
            recordings: Type.Optional(recordings),
            lines: Type.Optional(lines),
            from: Type.Optional(orNull(at('When it begins, absent = now'))),
            until: Type.Optional(orNull(at('When it ends by itself'))),
          },
          { additionalProperties: false },
        ),
        response: { 201: noticeSchema, ...refusals, ...bodyRefusals },
      },
    },
    async (request, reply) => {
      const { body } = request
      const outcome = await createNotice(
        ports,
        {
          kind: body.kind,
          texts: body.texts ?? {},
          recordings: body.recordings ?? {},
          lines: body.lines ?? null,
          from: instantAsked('from', body.from ?? null, timeZone()),
          until: instantAsked('until', body.until ?? null, timeZone()),
        },
        administrator,
      )
      if (outcome.kind === 'done') reply.header('location', `/api/notices/${outcome.notice.id}`)
      return answer(reply, outcome, 201) as never
    },
  )

  app.patch(
    '/notices/:id',
    {
      schema: {
        tags: ['notices'],
        summary: 'Changes what is given of a notice that has not ended',
        params,
        querystring: noQuery,
        body: Type.Object(
          {
            kind: Type.Optional(oneOf(noticeKinds)),
            texts: Type.Optional(texts),
            recordings: Type.Optional(recordings),
            lines: Type.Optional(lines),
            from: Type.Optional(at('When it begins')),
            until: Type.Optional(orNull(at('When it ends by itself; null = when it is ended'))),
          },
          { additionalProperties: false, minProperties: 1 },
        ),
        response: { 200: noticeSchema, ...refusals, ...notFound, ...conflict, ...bodyRefusals },
      },
    },
    async (request, reply) => {
      const { from, until, ...given } = request.body
      const begins = instantAsked('from', from ?? null, timeZone())
      const { id } = request.params
      const change = {
        ...given,
        ...(begins === null ? {} : { from: begins }),
        ...(until === undefined ? {} : { until: instantAsked('until', until, timeZone()) }),
      }
      const outcome = uuid.test(id) ? await changeNotice(ports, id, change) : unknown
      return answer(reply, outcome) as never
    },
  )

  app.post(
    '/notices/:id/end',
    {
      schema: {
        tags: ['notices'],
        summary: 'Ends a notice now; one that has ended stays as it is',
        params,
        querystring: noQuery,
        response: { 200: noticeSchema, ...refusals, ...notFound, ...bodyRefusals },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      return answer(reply, uuid.test(id) ? await endNotice(ports, id) : unknown) as never
    },
  )
}

const instantAsked = (
  name: string,
  text: string | null,
  timeZone: string,
): Temporal.Instant | null => {
  if (text === null) return null
  const instant = instantOf(text, timeZone)
  if (instant === null)
    throw badRequest(`${name} must be an ISO 8601 date or a date-time with offset`)
  return instant
}

const noticeJson = (notice: Notice, now: Temporal.Instant, timeZone: string) => ({
  id: notice.id,
  kind: notice.kind,
  state: noticeState(notice, now),
  texts: notice.texts,
  recordings: notice.recordings,
  lines: notice.lines === null ? null : [...notice.lines],
  from: localIso(notice.from, timeZone),
  until: localIsoOrNull(notice.until, timeZone),
  endedAt: localIsoOrNull(notice.endedAt, timeZone),
  createdAt: localIso(notice.createdAt, timeZone),
  createdBy: notice.createdBy,
})
