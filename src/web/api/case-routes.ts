import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type Case, caseStatuses } from '../../cases/case.ts'
import { changeCase } from '../../cases/change-case.ts'
import { type CasePorts, createCase } from '../../cases/create-case.ts'
import { findCase } from '../../cases/find-case.ts'
import { localIso } from '../../schedules/local-time.ts'
import { badRequest, errorBody } from '../http/errors.ts'
import {
  bodyRefusals,
  filledLine,
  line,
  lines,
  noQuery,
  notFound,
  oneOf,
  orNull,
  refusals,
  time,
} from './schemas.ts'

export type CaseRoutesOptions = {
  readonly ports: CasePorts
  /** IANA zone of the lines. */
  readonly timeZone: () => string
}

const number = Type.String({ examples: ['RU-2026-000001'] })

const caseSchema = Type.Object(
  {
    number,
    phone: Type.String({ description: 'E.164' }),
    service: Type.String(),
    applicantName: orNull(Type.String()),
    status: oneOf(caseStatuses),
    note: orNull(Type.String({ description: 'Note of the last change' })),
    createdAt: time,
    changedAt: time,
    expectedOn: Type.String({ format: 'date', description: 'Day by which an answer is due' }),
  },
  { title: 'Case' },
)

const params = Type.Object({
  number: line(20, 'As written, `RU-2026-000001`, or as keyed in, `2026000001`'),
})

/** Cases: registering one, looking at it, changing its status. */
export const caseRoutes: FastifyPluginAsyncTypebox<CaseRoutesOptions> = async (
  app,
  { ports, timeZone },
) => {
  app.post(
    '/cases',
    {
      schema: {
        tags: ['cases'],
        summary: 'Registers a case',
        querystring: noQuery,
        body: Type.Object(
          {
            phone: line(40, 'International form, `+79161234567`'),
            service: filledLine(200, 'What is asked for, in words that can be spoken'),
            applicantName: Type.Optional(filledLine(200, 'Name of the applicant')),
            status: Type.Optional(oneOf(caseStatuses)),
          },
          { additionalProperties: false },
        ),
        response: {
          201: Type.Object(
            {
              number,
              accessCode: Type.String({
                pattern: '^[0-9]{4}$',
                description: 'Opens the case by telephone; told only here',
              }),
              status: oneOf(caseStatuses),
              createdAt: time,
            },
            { description: 'The case is registered' },
          ),
          ...refusals,
          ...bodyRefusals,
        },
      },
    },
    async (request, reply) => {
      const made = await createCase(ports, request.body)
      if (made.kind === 'invalid-phone') throw badRequest('phone is no telephone number')
      const { created, accessCode } = made
      return reply
        .code(201)
        .header('location', `/api/cases/${created.number}`)
        .header('cache-control', 'no-store')
        .send({
          number: created.number,
          accessCode,
          status: created.status,
          createdAt: localIso(created.createdAt, timeZone()),
        })
    },
  )

  app.get(
    '/cases/:number',
    {
      schema: {
        tags: ['cases'],
        summary: 'One case',
        params,
        querystring: noQuery,
        response: { 200: caseSchema, ...refusals, ...notFound },
      },
    },
    async (request, reply) => {
      const found = await findCase(ports, request.params.number)
      return found === null
        ? reply.code(404).send(noSuchCase)
        : reply.send(caseJson(found, timeZone()))
    },
  )

  app.patch(
    '/cases/:number',
    {
      schema: {
        tags: ['cases'],
        summary: 'Changes the status of a case',
        params,
        querystring: noQuery,
        body: Type.Object(
          {
            status: oneOf(caseStatuses),
            note: Type.Optional(lines(1000, 'Reason; callers hear it of a refused case')),
          },
          { additionalProperties: false },
        ),
        response: { 200: caseSchema, ...refusals, ...notFound, ...bodyRefusals },
      },
    },
    async (request, reply) => {
      const changed = await changeCase(ports, request.params.number, request.body)
      return changed === null
        ? reply.code(404).send(noSuchCase)
        : reply.send(caseJson(changed, timeZone()))
    },
  )
}

const noSuchCase = errorBody('not-found', 'There is no such case')

const caseJson = (found: Case, timeZone: string) => ({
  number: found.number,
  phone: found.phone,
  service: found.service,
  applicantName: found.applicantName,
  status: found.status,
  note: found.note,
  createdAt: localIso(found.createdAt, timeZone),
  changedAt: localIso(found.changedAt, timeZone),
  expectedOn: found.expectedOn.toString(),
})
