import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  changeOperator,
  createOperator,
  type ManagePorts,
  type Refused,
} from '../../operators/manage-operators.ts'
import type { Actor, Operator, Presence } from '../../operators/operator.ts'
import type { OperatorStore, PresenceStore } from '../../operators/ports.ts'
import { presenceWishes, setPresence } from '../../operators/set-presence.ts'
import { newTotpSecret, totpAddress } from '../../operators/totp.ts'
import { localIso } from '../../schedules/local-time.ts'
import { badRequest, errorBody } from '../http/errors.ts'
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

export type OperatorRoutesOptions = {
  readonly operators: OperatorStore
  readonly presence: PresenceStore
  readonly stopRinging: (login: string) => Promise<void>
  readonly hint: () => void
  /** IANA zone of the lines. */
  readonly timeZone: () => string
}

const roles = ['operator', 'supervisor', 'administrator'] as const
const states = ['offline', 'available', 'break', 'reserved', 'talking', 'wrap-up'] as const

const login = line(40, 'Lower-case letters, digits, `.`, `_` and `-`; 2 to 40')
const words = (description: string) => Type.Array(line(40, description), { maxItems: 100 })
const name = filledLine(200, 'Name, as colleagues see it')
const password = line(512, 'At least 12 characters, not with the login in it; never told again')
const skills = words('Skill that queues ask for')
const languages = words('Language the operator speaks, BCP 47')
const contact = line(
  260,
  'Where the operator is rung: `client:LOGIN` (browser softphone), `+E164` or `sip:NAME@HOST`',
)

const presenceSchema = Type.Object(
  {
    state: oneOf(states),
    since: time,
    reason: orNull(Type.String({ description: 'Why, where the operator did not decide' })),
  },
  { title: 'Presence' },
)

const operatorSchema = Type.Object(
  {
    login,
    name,
    role: oneOf(roles),
    skills,
    languages,
    contact,
    disabled: Type.Boolean({ description: 'May not sign in' }),
    presence: presenceSchema,
  },
  { title: 'Operator' },
)

const params = Type.Object({ login })

/** Operators: making, reading and changing them, and where they are. */
export const operatorRoutes: FastifyPluginAsyncTypebox<OperatorRoutesOptions> = async (
  app,
  { operators, presence, stopRinging, hint, timeZone },
) => {
  const managing: ManagePorts = { operators, stopRinging, hint }
  const told = async (operator: Operator) =>
    operatorJson(operator, await presence.find(operator.login), timeZone())

  app.post(
    '/operators',
    {
      schema: {
        tags: ['operators'],
        summary: 'Makes an operator',
        querystring: noQuery,
        body: Type.Object(
          {
            login,
            name,
            password,
            role: oneOf(roles),
            skills,
            languages: Type.Array(line(40, 'BCP 47'), { minItems: 1, maxItems: 100 }),
            contact,
          },
          { additionalProperties: false },
        ),
        response: { 201: operatorSchema, ...refusals, ...conflict, ...bodyRefusals },
      },
    },
    async (request, reply) => {
      const made = await createOperator(managing, request.body)
      if (made.kind === 'invalid') throw invalid(made)
      if (made.kind === 'exists')
        return reply.code(409).send(errorBody('conflict', 'There is an operator of this login'))
      return reply
        .code(201)
        .header('location', `/api/operators/${made.operator.login}`)
        .send(await told(made.operator))
    },
  )

  app.get(
    '/operators',
    {
      schema: {
        tags: ['operators'],
        summary: 'All operators, by login',
        querystring: noQuery,
        response: {
          200: Type.Object({ items: Type.Array(operatorSchema), nextCursor: Type.Null() }),
          ...refusals,
        },
      },
    },
    async () => {
      const [all, present] = await Promise.all([operators.list(), presence.list()])
      const byLogin = new Map(present.map((each) => [each.login, each]))
      const items = all.map((each) =>
        operatorJson(each, byLogin.get(each.login) ?? null, timeZone()),
      )
      return { items, nextCursor: null }
    },
  )

  app.get(
    '/operators/:login',
    {
      schema: {
        tags: ['operators'],
        summary: 'One operator',
        params,
        querystring: noQuery,
        response: { 200: operatorSchema, ...refusals, ...notFound },
      },
    },
    async (request, reply) => {
      const found = await operators.find(request.params.login)
      return found === null ? reply.code(404).send(noSuchOperator) : reply.send(await told(found))
    },
  )

  app.patch(
    '/operators/:login',
    {
      schema: {
        tags: ['operators'],
        summary: 'Changes an operator; disabling, a new password or role ends the sessions',
        params,
        querystring: noQuery,
        body: Type.Partial(
          Type.Object({
            name,
            password,
            role: oneOf(roles),
            skills,
            languages: Type.Array(line(40, 'BCP 47'), { minItems: 1, maxItems: 100 }),
            contact,
            disabled: Type.Boolean({ description: 'True: may not sign in any more' }),
            secondFactor: Type.Boolean({
              description: 'True makes a new secret, told in `secondFactorAddress`; false ends it',
            }),
          }),
          { additionalProperties: false },
        ),
        response: {
          200: Type.Intersect([
            operatorSchema,
            Type.Object({
              secondFactorAddress: Type.Optional(
                Type.String({ description: '`otpauth:` address for the authenticator; told once' }),
              ),
            }),
          ]),
          ...refusals,
          ...notFound,
          ...bodyRefusals,
        },
      },
    },
    async (request, reply) => {
      const { disabled, secondFactor, ...changes } = request.body
      const secret = secondFactor === true ? newTotpSecret() : null
      const changed = await changeOperator(managing, request.params.login, {
        ...changes,
        ...(disabled === undefined ? {} : { isDisabled: disabled }),
        ...(secondFactor === undefined ? {} : { totpSecret: secret }),
      })
      if (changed.kind === 'invalid') throw invalid(changed)
      if (changed.kind === 'unknown') return reply.code(404).send(noSuchOperator)
      const { operator } = changed
      return reply.header('cache-control', 'no-store').send({
        ...(await told(operator)),
        ...(secret === null ? {} : { secondFactorAddress: totpAddress(secret, operator.login) }),
      })
    },
  )

  app.put(
    '/operators/:login/presence',
    {
      config: { least: 'operator' },
      schema: {
        tags: ['operators'],
        summary: 'Sets where an operator is; operators their own, supervisors that of anybody',
        params,
        querystring: noQuery,
        body: Type.Object({ state: oneOf(presenceWishes) }, { additionalProperties: false }),
        response: {
          200: presenceSchema,
          ...refusals,
          ...notFound,
          ...conflict,
          ...bodyRefusals,
        },
      },
    },
    async (request, reply) => {
      const { login: whose } = request.params
      const outcome = await setPresence(
        { presence, hint },
        actorOf(request),
        whose,
        request.body.state,
      )
      if (outcome === 'forbidden') return reply.code(403).send(errorBody('forbidden'))
      const found = outcome === 'unknown' ? null : await presence.find(whose)
      if (found === null) return reply.code(404).send(noSuchOperator)
      if (outcome === 'busy')
        return reply
          .code(409)
          .send(errorBody('conflict', `busy: the operator is ${busyWords[found.state]}`))
      return reply.send(presenceJson(found, timeZone()))
    },
  )
}

const busyWords: Readonly<Record<Presence['state'], string>> = {
  offline: 'free again',
  available: 'free again',
  break: 'free again',
  reserved: 'being rung for a call',
  talking: 'talking',
  'wrap-up': 'writing up a call',
}

const noSuchOperator = errorBody('not-found', 'There is no such operator')

const invalid = ({ message }: Refused): Error => badRequest(message)

const actorOf = ({ actor }: FastifyRequest): Actor => {
  if (actor === null) throw new Error('Nobody has been let in')
  return actor
}

const operatorJson = (operator: Operator, presence: Presence | null, timeZone: string) => {
  if (presence === null)
    throw new Error('An operator has no presence', { cause: { login: operator.login } })
  const { isDisabled, ...told } = operator
  return {
    ...told,
    skills: [...told.skills],
    languages: [...told.languages],
    disabled: isDisabled,
    presence: presenceJson(presence, timeZone),
  }
}

const presenceJson = ({ state, since, reason }: Presence, timeZone: string) => ({
  state,
  since: localIso(since, timeZone),
  reason,
})
