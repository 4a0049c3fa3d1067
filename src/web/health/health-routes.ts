import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Registry } from 'prom-client'
import { Type } from 'typebox'

export type HealthOptions = {
  /** What keeps the server from serving calls now; empty = nothing. */
  readonly obstacles: () => Promise<readonly string[]>
  /** What this node starts new calls on. */
  readonly flows: () => { readonly version: string; readonly activation: number }
  readonly metrics: Registry
}

const open = { tags: ['health'], security: [] }

const readiness = (description: string) =>
  Type.Object(
    {
      status: Type.String(),
      obstacles: Type.Array(Type.String()),
      flows: Type.Object(
        { version: Type.String(), activation: Type.Integer() },
        { description: 'What new calls run on: nodes that agree tell the same' },
      ),
    },
    { description },
  )

/** For balancers and Prometheus: alive, ready for calls, figures. */
export const healthRoutes: FastifyPluginAsyncTypebox<HealthOptions> = async (app, options) => {
  app.get(
    '/healthz',
    {
      schema: {
        ...open,
        summary: 'Whether the process is alive',
        response: { 200: Type.Object({ status: Type.String() }, { description: 'It is' }) },
      },
    },
    async () => ({ status: 'alive' }),
  )

  app.get(
    '/readyz',
    {
      schema: {
        ...open,
        summary: 'Whether it can serve calls now',
        response: { 200: readiness('It can'), 503: readiness('It cannot, and why') },
      },
    },
    async (_request, reply) => {
      const obstacles = [...(await options.obstacles())]
      const flows = options.flows()
      return obstacles.length === 0
        ? reply.send({ status: 'ready', obstacles, flows })
        : reply.code(503).send({ status: 'not-ready', obstacles, flows })
    },
  )

  app.get(
    '/metrics',
    {
      schema: {
        ...open,
        summary: 'Figures for Prometheus',
        response: {
          200: {
            description: 'Prometheus text format',
            content: { 'text/plain': { schema: Type.String() } },
          },
        },
      },
    },
    async (_request, reply) =>
      reply.type(options.metrics.contentType).send((await options.metrics.metrics()) as never),
  )
}
