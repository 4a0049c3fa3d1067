import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawServerDefault,
} from 'fastify'
import type { AppSession } from '../../callers/caller.ts'
import { confirmPerson, invitePerson, type PeoplePorts } from '../../callers/people.ts'
import { tokenHash } from '../../callers/secrets.ts'
import { errorBody } from '../http/errors.ts'
import { conflicts, notServed, refusals, tooMany } from './answers.ts'
import { confirmation, personParams, personRequest, personSettings, refusal } from './schemas.ts'
import { personView } from './views.ts'

export type PersonRoutesOptions = {
  readonly people: PeoplePorts
  readonly callerOf: (request: FastifyRequest, reply: FastifyReply) => Promise<string | null>
  readonly sessionOf: (request: FastifyRequest) => Promise<AppSession | null>
  readonly hint: () => void
}

type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** People whom the caller trusts: `/caller/people`, and `/caller/refuse` for themselves. */
export const personRoutes = (app: App, options: PersonRoutesOptions): void => {
  const { people, callerOf, sessionOf, hint } = options
  const { persons } = people

  app.get('/people', async (request, reply) => {
    const phone = await callerOf(request, reply)
    if (phone === null) return reply
    return reply.send({ items: (await persons.list(phone)).map(personView) })
  })

  app.post('/people', { schema: { body: personRequest } }, async (request, reply) => {
    const phone = await callerOf(request, reply)
    if (phone === null) return reply
    const invited = await invitePerson(people, phone, request.body)
    switch (invited.kind) {
      case 'not-served':
        return reply.code(400).send(notServed)
      case 'too-many':
        return tooMany(reply, invited.retryAfterSeconds)
      case 'invited':
        hint()
        return reply.code(201).send(personView(invited.person))
      default:
        return reply.code(409).send(conflicts[invited.kind])
    }
  })

  app.post(
    '/people/:id/confirm',
    { schema: { params: personParams, body: confirmation } },
    async (request, reply) => {
      const phone = await callerOf(request, reply)
      if (phone === null) return reply
      const code = request.body.code.replace(/\D/g, '')
      const outcome = await confirmPerson(people, phone, request.params.id, code)
      if (outcome === 'unknown') return reply.code(404).send(errorBody('not-found'))
      if (outcome === 'wrong') return reply.code(401).send(refusals['wrong-code'])
      hint()
      return reply.send(personView(outcome))
    },
  )

  app.post('/people/:id/code', { schema: { params: personParams } }, async (request, reply) => {
    const phone = await callerOf(request, reply)
    if (phone === null) return reply
    const outcome = await persons.inviteAgain(phone, request.params.id)
    if (outcome === 'unknown') return reply.code(404).send(errorBody('not-found'))
    return outcome === 'sent' ? reply.code(204).send() : tooMany(reply, outcome.retryAfterSeconds)
  })

  app.patch(
    '/people/:id',
    { schema: { params: personParams, body: personSettings } },
    async (request, reply) => {
      const phone = await callerOf(request, reply)
      if (phone === null) return reply
      const person = await persons.change(phone, request.params.id, request.body)
      if (person === null) return reply.code(404).send(errorBody('not-found'))
      hint()
      return reply.send(personView(person))
    },
  )

  app.delete('/people/:id', { schema: { params: personParams } }, async (request, reply) => {
    const phone = await callerOf(request, reply)
    if (phone === null) return reply
    if (!(await persons.remove(phone, request.params.id)))
      return reply.code(404).send(errorBody('not-found'))
    hint()
    return reply.code(204).send()
  })

  app.post('/refuse', { schema: { body: refusal } }, async (request, reply) => {
    const { token, isForAll = false } = request.body
    const session = token === undefined ? await sessionOf(request) : null
    const by =
      token !== undefined
        ? { refusalHash: tokenHash(token) }
        : session?.user.kind === 'guest'
          ? { personId: session.user.personId }
          : null
    if (by === null || !(await persons.refuse(by, isForAll)))
      return reply.code(401).send(refusals['link-over'])
    hint()
    return reply.code(204).send()
  })
}
