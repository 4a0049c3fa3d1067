import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { ChangedRows, ConsoleState } from '../../operators/console-state.ts'
import type { Operator } from '../../operators/operator.ts'
import { changeOwnPassword, type OwnPasswordPorts } from '../../operators/own-password.ts'
import { passwordRules } from '../../operators/password.ts'
import type { Journal, OperatorStore, SessionStore } from '../../operators/ports.ts'
import { type SignInPorts, sessionSeconds, signIn, tokenHash } from '../../operators/sign-in.ts'
import type { Touched } from '../../queues/ports.ts'
import { localIso } from '../../schedules/local-time.ts'
import { errorBody } from '../http/errors.ts'
import { networkOf } from '../http/network-of.ts'
import { giveWay } from '../http/pages-of-session.ts'
import { isFromOwnPage, isSameOrigin, wrongOrigin } from '../http/same-origin.ts'
import { noSessionCookie, sessionCookie, tokenOfCookies } from '../http/session-cookie.ts'
import type { CommandPorts } from './commands.ts'
import { createConsoleHub } from './console-hub.ts'
import { type ConsoleSocket, closeCodes, serveConsole } from './console-socket.ts'
import type { CallCard } from './protocol.ts'
import type { Setting } from './views.ts'

/** What a browser needs to ring: of the carrier, or of the simulated one in the demo. */
export type SoftphoneToken = {
  readonly kind: 'twilio' | 'simulated'
  readonly token: string
  readonly identity: string
  readonly expiresAt: Temporal.Instant
}

export type OperatorRoutesOptions = {
  readonly publicUrl: () => string
  readonly signIn: SignInPorts
  readonly ownPassword: OwnPasswordPorts
  readonly operators: Pick<OperatorStore, 'find'>
  readonly sessions: SessionStore
  readonly journal: Journal
  readonly commands: CommandPorts
  /** @param changed all that may be different since the reading before; null = anything */
  readonly readState: (changed: ChangedRows | null) => Promise<ConsoleState>
  readonly setting: () => Setting
  readonly card: (login: string, reservationId: string) => Promise<CallCard | null>
  /** Stops what rings an operator who has signed out: the caller keeps the place. */
  readonly stopRinging: (login: string) => Promise<void>
  /** Token of the softphone of this identity; null = there are no softphones here. */
  readonly softphone: (identity: string) => SoftphoneToken | null
  /** Where the console's maps are drawn from; null or absent = nowhere. */
  readonly map?: { readonly tiles: string; readonly attribution: string } | null
  /** Calls back when something that consoles show may have changed; answers how to stop that. */
  readonly onHint: (listener: (touched: Touched) => void) => () => void
  readonly onFault: (cause: unknown) => void
}

const pingMs = 15_000

/** How often the database is looked at without a hint. */
const pollMs = 2_000

const signInBody = Type.Object(
  {
    login: Type.String({ minLength: 1, maxLength: 64, pattern: String.raw`^[^\p{Cc}\p{Cs}]*$` }),
    password: Type.String({ minLength: 1, maxLength: 512 }),
    code: Type.Optional(Type.String({ maxLength: 10 })),
  },
  { additionalProperties: false },
)

const passwordBody = Type.Object(
  {
    oldPassword: Type.String({ minLength: 1, maxLength: 512 }),
    newPassword: Type.String({ minLength: 1, maxLength: 512 }),
  },
  { additionalProperties: false },
)

/** Signing in and out, and the console's socket: `/operator/…`. */
export const operatorRoutes: FastifyPluginAsyncTypebox<OperatorRoutesOptions> = async (
  app,
  options,
) => {
  const { publicUrl, sessions } = options
  const sockets = new Set<ConsoleSocket>()
  const closeEnded = async (): Promise<void> => {
    const open = [...sockets]
    const alive = await sessions.alive([...new Set(open.map(({ sessionId }) => sessionId))])
    for (const socket of open) {
      if (!alive.has(socket.sessionId)) socket.close(closeCodes.sessionOver, 'session over')
    }
  }
  const hub = createConsoleHub({
    // A session that ends touches more than one row: what is read for some rows alone is not about sessions.
    read: async (changed) => {
      const [state] = await Promise.all([
        options.readState(changed),
        changed === null ? closeEnded().catch(options.onFault) : null,
      ])
      return state
    },
    setting: options.setting,
    card: options.card,
    onFault: options.onFault,
  })

  const sessionOf = async (request: FastifyRequest) => {
    const token = tokenOfCookies(request.headers.cookie, publicUrl())
    return token === null ? null : sessions.find(tokenHash(token))
  }
  const look = (touched?: Touched) => {
    if (sockets.size > 0) void hub.refresh(touched)
  }
  const stopHints = options.onHint(look)
  const polls = [
    setInterval(() => look(), pollMs),
    setInterval(() => {
      for (const socket of sockets) socket.ping()
    }, pingMs),
  ]
  for (const poll of polls) poll.unref()
  app.addHook('preClose', async () => {
    stopHints()
    for (const poll of polls) clearInterval(poll)
    hub.close()
    for (const socket of sockets) socket.close(closeCodes.restart, 'restart')
  })

  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })

  app.post('/sign-in', { schema: { body: signInBody } }, async (request, reply) => {
    if (!isFromOwnPage(request.headers, publicUrl())) return reply.code(403).send(wrongOrigin)
    const { login, password, code } = request.body
    const outcome = await signIn(
      options.signIn,
      { login, password, code: code ?? null },
      networkOf(request.ip),
    )
    switch (outcome.kind) {
      case 'too-many':
        return tooMany(reply, outcome.retryAfterSeconds)
      case 'refused':
        return reply.code(401).send(errorBody('unauthorized', 'Login or password is wrong'))
      case 'code-required':
        return reply
          .code(401)
          .send({ error: { code: 'code-required', message: 'A code of the second factor' } })
      case 'signed-in': {
        const { token, session } = outcome
        const operator = await options.operators.find(session.login)
        if (operator === null) return reply.code(401).send(errorBody('unauthorized'))
        await options.journal.note({
          login: session.login,
          action: 'sign-in',
          subject: session.sessionId,
          details: { address: networkOf(request.ip) },
        })
        return reply
          .header('set-cookie', sessionCookie(publicUrl(), token, sessionSeconds))
          .send(meJson(operator, session.expiresAt))
      }
    }
  })

  app.post('/sign-out', async (request, reply) => {
    if (!isFromOwnPage(request.headers, publicUrl())) return reply.code(403).send(wrongOrigin)
    const session = await sessionOf(request)
    if (session !== null) {
      const ended = await sessions.end(session.sessionId)
      if (ended?.isLast === true) await options.stopRinging(ended.login)
      for (const socket of sockets) {
        if (socket.sessionId === session.sessionId)
          socket.close(closeCodes.sessionOver, 'signed out')
      }
      options.commands.hint()
    }
    return reply.code(204).header('set-cookie', noSessionCookie(publicUrl())).send()
  })

  app.post('/password', { schema: { body: passwordBody } }, async (request, reply) => {
    if (!isFromOwnPage(request.headers, publicUrl())) return reply.code(403).send(wrongOrigin)
    const session = await sessionOf(request)
    if (session === null) return reply.code(401).send(signedOut)
    const outcome = await changeOwnPassword(
      options.ownPassword,
      session,
      request.body,
      networkOf(request.ip),
    )
    switch (outcome.kind) {
      case 'too-many':
        return tooMany(reply, outcome.retryAfterSeconds)
      case 'wrong':
        return reply
          .code(403)
          .send({ error: { code: 'wrong-password', message: 'The old password is wrong' } })
      case 'refused': {
        const { rule } = outcome
        const message =
          rule === 'unchanged' ? 'The new password is the old one' : passwordRules[rule]
        return reply.code(400).send({ error: { code: rule, message } })
      }
      case 'changed':
        // So the sockets of the sessions that ended with it are closed, on all nodes.
        options.commands.hint()
        return reply.code(204).send()
    }
  })

  app.get('/me', async (request, reply) => {
    const session = await sessionOf(request)
    const operator = session === null ? null : await options.operators.find(session.login)
    return session === null || operator === null
      ? reply.code(401).send(signedOut)
      : reply.send(meJson(operator, session.expiresAt))
  })

  // The address of the tiles may hold a key that somebody pays for.
  app.get('/map', async (request, reply) =>
    (await sessionOf(request)) === null
      ? reply.code(401).send(signedOut)
      : reply.send(options.map ?? null),
  )

  app.post('/softphone', async (request, reply) => {
    if (!isFromOwnPage(request.headers, publicUrl())) return reply.code(403).send(wrongOrigin)
    const session = await sessionOf(request)
    const operator = session === null ? null : await options.operators.find(session.login)
    if (operator === null) return reply.code(401).send(signedOut)
    const [, identity] = /^client:(.+)$/.exec(operator.contact) ?? []
    const token = identity === undefined ? null : options.softphone(identity)
    return token === null
      ? reply.code(409).send(errorBody('conflict', 'This operator is not rung in a browser'))
      : reply.send({ ...token, expiresAt: localIso(token.expiresAt, options.setting().timeZone) })
  })

  app.route({
    method: 'GET',
    url: '/socket',
    preValidation: async (request, reply) => {
      if (!isSameOrigin(request.headers.origin, publicUrl())) {
        await reply.code(403).send(wrongOrigin)
        return
      }
      const session = await sessionOf(request)
      if (session === null) await reply.code(401).send(signedOut)
      else request.consoleSession = { ...session, kind: 'operator' }
    },
    handler: (_request, reply) =>
      reply.code(426).send(errorBody('bad-request', 'This is a WebSocket')),
    wsHandler: (webSocket, request) => {
      const session = request.consoleSession
      if (session === null) return webSocket.terminate()
      const socket = serveConsole(
        {
          hub,
          commands: options.commands,
          isAlive: async (id) => (await sessions.alive([id])).has(id),
          elapsed: () => performance.now(),
          onFault: options.onFault,
        },
        session,
        webSocket,
      )
      giveWay(sockets, session.sessionId)
      sockets.add(socket)
      webSocket.on('close', () => sockets.delete(socket))
    },
  })
  app.decorateRequest('consoleSession', null)

  const meJson = (operator: Operator, expiresAt: Temporal.Instant) => {
    const { login, name, role, skills, languages, contact } = operator
    return {
      login,
      name,
      role,
      skills,
      languages,
      contact,
      expiresAt: localIso(expiresAt, options.setting().timeZone),
    }
  }
}

const signedOut = errorBody('unauthorized', 'Sign in first')

const tooMany = (reply: FastifyReply, retryAfterSeconds: number) =>
  reply.code(429).header('retry-after', retryAfterSeconds).send(errorBody('too-many-requests'))

declare module 'fastify' {
  interface FastifyRequest {
    consoleSession: {
      readonly kind: 'operator'
      readonly login: string
      readonly role: Operator['role']
      readonly sessionId: string
    } | null
  }
}
