import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { ActivationResult } from '../../calls/activate-flows.ts'
import { longestCallHours } from '../../calls/close-silent.ts'
import { compareVersions } from '../../calls/compare-versions.ts'
import type { FlowHistory } from '../../calls/flow-history.ts'
import type { Clock } from '../../calls/ports.ts'
import { errorBody } from '../http/errors.ts'
import { acceptEmptyBody } from './empty-body.ts'
import {
  activationJson,
  activationSchema,
  comparisonSchema,
  findingJson,
  findingsSchema,
  manifestSchema,
  versionJson,
  versionSchema,
} from './flow-json.ts'
import { cutPage, pageAsked, pageOf, pageQuery } from './page.ts'
import { bodyRefusals, conflict, line, noQuery, notFound, oneOf, refusals } from './schemas.ts'

export type FlowRoutesOptions = {
  readonly history: FlowHistory
  readonly activateFolder: (origin: 'api', by: string) => Promise<ActivationResult>
  readonly activateStored: (version: string, by: string) => Promise<ActivationResult>
  readonly clock: Clock
  /** Whether a file of the flow folder is text. */
  readonly isText: (path: string) => boolean
  /** IANA zone of the lines. */
  readonly timeZone: () => string
}

/** Whoever has the bearer token. */
const administrator = 'administrator'

const version = line(64, 'A version as listed')

const activationAnswers = {
  200: Type.Object(
    {
      result: oneOf(['activated', 'unchanged'] as const),
      activation: activationSchema,
      findings: findingsSchema,
    },
    { description: 'New calls run on it; `unchanged` if they did already' },
  ),
  ...refusals,
  ...conflict,
  ...bodyRefusals,
  422: Type.Object(
    {
      error: Type.Object({ code: Type.String(), message: Type.String() }),
      findings: findingsSchema,
    },
    { description: 'The flows have errors; the version before stays active' },
  ),
}

/** Versions of the flow folder: what is active, what was, what changed; activating and rolling back. */
export const flowRoutes: FastifyPluginAsyncTypebox<FlowRoutesOptions> = async (app, options) => {
  const { history, activateFolder, activateStored, clock, isText, timeZone } = options
  const liveSince = () => clock.now().subtract({ hours: longestCallHours })
  acceptEmptyBody(app)

  const answer = (reply: FastifyReply, result: ActivationResult) => {
    if ('activation' in result) {
      const { kind, activation, findings } = result
      return reply.send({
        result: kind,
        activation: activationJson(activation, timeZone()),
        findings: findings.map(findingJson),
      })
    }
    if (result.kind === 'unknown-version') return reply.code(404).send(noSuchVersion)
    if (result.kind === 'refused') {
      const findings = result.findings.map(findingJson)
      return reply.code(422).send({ ...errorBody('flows-refused'), findings })
    }
    const reason =
      result.kind === 'changing'
        ? 'The flow folder is being written in; try again when that is done'
        : 'Another activation is under way; try again when that is done'
    return reply.code(409).send(errorBody('conflict', reason))
  }

  app.post(
    '/flows/activate',
    {
      schema: {
        tags: ['flows'],
        summary: 'Checks the flow folder of this node and makes it what new calls run on',
        querystring: noQuery,
        response: activationAnswers,
      },
    },
    async (_request, reply) => answer(reply, await activateFolder('api', administrator)) as never,
  )

  app.get(
    '/flows/activations',
    {
      schema: {
        tags: ['flows'],
        summary: 'What was made active when and by whom, newest first',
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: pageOf(activationSchema), ...refusals },
      },
    },
    async ({ query }) => {
      const { limit, after } = pageAsked(query, /^[1-9][0-9]{0,8}$/)
      const read = await history.activations({
        limit: limit + 1,
        ...(after === undefined ? {} : { before: Number(after.key) }),
      })
      const page = cutPage(read, limit, ({ at, number }) => ({ at, key: String(number) }))
      const zone = timeZone()
      return { ...page, items: page.items.map((each) => activationJson(each, zone)) }
    },
  )

  app.get(
    '/flows/versions',
    {
      schema: {
        tags: ['flows'],
        summary: 'Stored versions of the flow folder, newest first',
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: pageOf(versionSchema), ...refusals },
      },
    },
    async ({ query }) => {
      const { limit, after } = pageAsked(query, /^[0-9a-f]{64}$/)
      const read = await history.versions(
        {
          limit: limit + 1,
          ...(after === undefined ? {} : { after: { storedAt: after.at, version: after.key } }),
        },
        liveSince(),
      )
      const page = cutPage(read, limit, (each) => ({ at: each.storedAt, key: each.version }))
      const zone = timeZone()
      return { ...page, items: page.items.map((each) => versionJson(each, zone)) }
    },
  )

  app.get(
    '/flows/versions/:version',
    {
      schema: {
        tags: ['flows'],
        summary: 'One version with its files',
        params: Type.Object({ version }),
        querystring: noQuery,
        response: { 200: manifestSchema, ...refusals, ...notFound },
      },
    },
    async (request, reply) => {
      const [found, files] = await Promise.all([
        history.version(request.params.version, liveSince()),
        history.files(request.params.version),
      ])
      return found === null || files === null
        ? reply.code(404).send(noSuchVersion)
        : reply.send({ ...versionJson(found, timeZone()), manifest: [...files] })
    },
  )

  app.get(
    '/flows/versions/:version/file',
    {
      schema: {
        tags: ['flows'],
        summary: 'One file of a version as it was',
        params: Type.Object({ version }),
        querystring: Type.Object(
          { path: line(1000, 'Relative to the flow folder, as in the manifest') },
          { additionalProperties: false },
        ),
        response: {
          200: {
            description: 'The content of the file',
            content: {
              'text/plain': { schema: Type.String() },
              'application/octet-stream': { schema: Type.String() },
            },
          },
          ...refusals,
          ...notFound,
        },
      },
    },
    async (request, reply) => {
      const files = await history.files(request.params.version)
      if (files === null) return reply.code(404).send(noSuchVersion)
      const { path } = request.query
      const hash = files.find((file) => file.path === path)?.hash
      const content = hash === undefined ? undefined : (await history.contents([hash])).get(hash)
      if (content === undefined)
        return reply.code(404).send(errorBody('not-found', 'The version has no such file'))
      return reply
        .type(isText(path) ? 'text/plain; charset=utf-8' : 'application/octet-stream')
        .send(content as never)
    },
  )

  app.get(
    '/flows/versions/:version/diff/:other',
    {
      schema: {
        tags: ['flows'],
        summary: 'What was changed from one version to another',
        params: Type.Object({ version, other: version }),
        querystring: noQuery,
        response: { 200: comparisonSchema, ...refusals, ...notFound },
      },
    },
    async (request, reply) => {
      const { version: from, other: to } = request.params
      const changes = await compareVersions(history, isText, from, to)
      return changes === null
        ? reply.code(404).send(noSuchVersion)
        : reply.send({ from, to, changes: [...changes] })
    },
  )

  app.post(
    '/flows/versions/:version/activate',
    {
      schema: {
        tags: ['flows'],
        summary: 'Checks a stored version and makes it what new calls run on: rolling back',
        params: Type.Object({ version }),
        querystring: noQuery,
        response: { ...activationAnswers, ...notFound },
      },
    },
    async (request, reply) =>
      answer(reply, await activateStored(request.params.version, administrator)) as never,
  )
}

const noSuchVersion = errorBody('not-found', 'There is no such version')
