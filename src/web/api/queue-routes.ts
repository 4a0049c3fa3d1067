import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { QueueFigures } from '../../queues/queue-figures.ts'
import { localIsoOrNull } from '../http/iso-time.ts'
import { noQuery, orNull, refusals, time } from './schemas.ts'

export type QueueRoutesOptions = {
  readonly queues: () => Promise<readonly QueueFigures[]>
  /** IANA zone of the lines. */
  readonly timeZone: () => string
}

const states = ['offline', 'available', 'break', 'reserved', 'talking', 'wrap-up'] as const

const count = (description: string) => Type.Integer({ minimum: 0, description })

const queueSchema = Type.Object(
  {
    queue: Type.String(),
    waiting: count('People on hold, those too for whom an operator is being rung'),
    longestSince: orNull(time),
    talking: count('People who talk to an operator'),
    callbacks: count('People who wait to be called back'),
    callbacksDue: count('Of these who may be called at this moment'),
    expectedWait: orNull(
      Type.Integer({
        description:
          'Seconds within which four of five who come now are served; null when no operator is signed in',
      }),
    ),
    operators: Type.Object(
      Object.fromEntries(states.map((state) => [state, Type.Integer({ minimum: 0 })])),
      { description: 'Operators with the skills of the queue, by what they do' },
    ),
    toldWaits: Type.Object(
      {
        kept: count('Served within the wait they were told first'),
        broken: count('Waited longer'),
        unknown: count('Hung up before it was over: nobody can say'),
      },
      { description: 'What became of the waits that callers were told, of the last day' },
    ),
  },
  { title: 'Queue' },
)

/** Queues as they stand. */
export const queueRoutes: FastifyPluginAsyncTypebox<QueueRoutesOptions> = async (
  app,
  { queues, timeZone },
) => {
  app.get(
    '/queues',
    {
      schema: {
        tags: ['queues'],
        summary: 'Waiting people, expected wait and operators of every queue',
        querystring: noQuery,
        response: {
          200: Type.Object({ items: Type.Array(queueSchema), nextCursor: Type.Null() }),
          ...refusals,
        },
      },
    },
    async () => {
      const zone = timeZone()
      return { items: (await queues()).map((each) => queueJson(each, zone)), nextCursor: null }
    },
  )
}

const queueJson = ({ told, longestSince, operators, ...figures }: QueueFigures, zone: string) => ({
  ...figures,
  longestSince: localIsoOrNull(longestSince, zone),
  operators: Object.fromEntries(states.map((state) => [state, operators[state] ?? 0])),
  toldWaits: told,
})
