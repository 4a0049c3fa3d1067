import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type Outcome, outcomes } from '../../calls/call.ts'
import type { CallFilter, CallLog, LoggedCall } from '../../calls/call-log.ts'
import { badRequest, errorBody } from '../http/errors.ts'
import { instantOf } from '../http/iso-time.ts'
import {
  callJson,
  callSchema,
  callWithEventsSchema,
  eventJson,
  surveyJson,
  tracesJson,
} from './call-json.ts'
import { csvHeader, csvRow } from './csv.ts'
import { cutPage, pageAsked, pageOf, pageQuery } from './page.ts'
import { line, noQuery, notFound, oneOf, refusals } from './schemas.ts'

export type CallRoutesOptions = {
  readonly callLog: CallLog
  /** IANA zone of the lines. */
  readonly timeZone: () => string
}

const filterQuery = {
  from: Type.Optional(
    line(40, 'Started at or after: a date, or a date-time with offset (`+` written as `%2B`)'),
  ),
  to: Type.Optional(line(40, 'Started before')),
  line: Type.Optional(line(40, 'Number of the line')),
  caller: Type.Optional(line(200, 'Number of the caller, as logged')),
  outcome: Type.Optional(oneOf(outcomes)),
}

const text = Type.String()

const callSid = /^CA[0-9a-f]{32}$/i

/** The call log: pages, one call with its events, export. */
export const callRoutes: FastifyPluginAsyncTypebox<CallRoutesOptions> = async (app, options) => {
  const { callLog, timeZone } = options

  app.get(
    '/calls',
    {
      schema: {
        tags: ['calls'],
        summary: 'Call log, newest first',
        querystring: Type.Object({ ...filterQuery, ...pageQuery }, { additionalProperties: false }),
        response: { 200: pageOf(callSchema), ...refusals },
      },
    },
    async ({ query }) => {
      const zone = timeZone()
      const filter = filterOf(query, zone)
      const { limit, after } = pageAsked(query, callSid)
      const read = await callLog.list(filter, {
        limit: limit + 1,
        ...(after === undefined ? {} : { after: { startedAt: after.at, callSid: after.key } }),
      })
      const page = cutPage(read, limit, (call) => ({ at: call.startedAt, key: call.callSid }))
      return { ...page, items: page.items.map((call) => callJson(call, zone)) }
    },
  )

  app.get(
    '/calls/export',
    {
      schema: {
        tags: ['calls'],
        summary: 'Call log as CSV or JSON lines, streamed',
        querystring: Type.Object(
          { ...filterQuery, format: Type.Optional(oneOf(['csv', 'jsonl'])) },
          { additionalProperties: false },
        ),
        response: {
          200: {
            description: 'Every call of the filter, newest first',
            content: { 'text/csv': { schema: text }, 'application/jsonl': { schema: text } },
          },
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const filter = filterOf(request.query, timeZone())
      const format = request.query.format ?? 'csv'
      const rows = format === 'csv' ? csvLines : jsonLines
      return reply
        .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8')
        .header('content-disposition', `attachment; filename="calls.${format}"`)
        .send(Readable.from(rows(callLog.stream(filter), timeZone())) as never)
    },
  )

  app.get(
    '/calls/:callSid',
    {
      schema: {
        tags: ['calls'],
        summary: 'One call with its events, and where its recording and its channel are',
        params: Type.Object({ callSid: line(64, "Carrier's identifier of the call") }),
        querystring: noQuery,
        response: { 200: callWithEventsSchema, ...refusals, ...notFound },
      },
    },
    async (request, reply) => {
      const found = await callLog.find(request.params.callSid)
      if (found === null)
        return reply.code(404).send(errorBody('not-found', 'There is no such call'))
      const zone = timeZone()
      return reply.send({
        ...callJson(found.call, zone),
        survey: surveyJson(found.survey, zone),
        ...tracesJson(found.traces, found.call.callSid, zone),
        events: found.events.map((event) => eventJson(event, zone)),
      })
    },
  )
}

type FilterQuery = {
  readonly from?: string
  readonly to?: string
  readonly line?: string
  readonly caller?: string
  readonly outcome?: Outcome
}

const filterOf = (query: FilterQuery, timeZone: string): CallFilter => {
  const from = query.from === undefined ? undefined : instantOf(query.from, timeZone)
  const to = query.to === undefined ? undefined : instantOf(query.to, timeZone)
  if (from === null) throw badRequest('from must be an ISO 8601 date or a date-time with offset')
  if (to === null) throw badRequest('to must be an ISO 8601 date or a date-time with offset')
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(query.line === undefined ? {} : { line: query.line }),
    ...(query.caller === undefined ? {} : { caller: query.caller }),
    ...(query.outcome === undefined ? {} : { outcome: query.outcome }),
  }
}

async function* csvLines(calls: AsyncIterable<LoggedCall>, timeZone: string) {
  yield csvHeader
  for await (const call of calls) yield csvRow(callJson(call, timeZone))
}

async function* jsonLines(calls: AsyncIterable<LoggedCall>, timeZone: string) {
  for await (const call of calls) yield `${JSON.stringify(callJson(call, timeZone))}\n`
}
