import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type AppSession, type CallerLanguage, callerLanguage } from '../../callers/caller.ts'
import type { PeoplePorts } from '../../callers/people.ts'
import type { AppSessions, AppStates, Callers, OwnCalls } from '../../callers/ports.ts'
import { tokenHash } from '../../callers/secrets.ts'
import {
  requestCode,
  type SignedIn,
  type SignInPorts,
  signIn,
  signInGuest,
} from '../../callers/sign-in.ts'
import { errorBody } from '../http/errors.ts'
import { networkOf } from '../http/network-of.ts'
import { isFromOwnPage, wrongOrigin } from '../http/same-origin.ts'
import { noSessionCookie, sessionCookie, tokenOfCookies } from '../http/session-cookie.ts'
import { notServed, refusals, signedOut, tooMany } from './answers.ts'
import { createCallerHub, type OnHint } from './caller-hub.ts'
import { socketRoute } from './caller-socket.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { personRoutes } from './person-routes.ts'
import type { Me } from './protocol.ts'
import { callsQuery, codeRequest, guestSignIn, settings, signInBody } from './schemas.ts'
import { callerView, callView, guestView, type Setting } from './views.ts'

export type CallerRoutesOptions = {
  readonly publicUrl: () => string
  readonly signIn: SignInPorts
  readonly callers: Callers
  readonly sessions: AppSessions
  readonly calls: OwnCalls
  readonly people: PeoplePorts
  readonly states: AppStates
  readonly setting: () => Setting
  /** Tells all nodes that something which pages of callers show has changed. */
  readonly hint: () => void
  readonly onHint: OnHint
  readonly onFault: (cause: unknown) => void
}

/** A browser keeps the cookie as long as a session lasts that is not used. */
const cookieSeconds = 30 * 24 * 3600

const cookieName = 'hotline-caller'

/** Calls of one page of the list, and of what is pushed. */
const listedCalls = 20

/** The app page's HTTP and its socket: `/caller/…`, as `protocol.ts` has it. */
export const callerRoutes: FastifyPluginAsyncTypebox<CallerRoutesOptions> = async (
  app,
  options,
) => {
  const { publicUrl, sessions, callers } = options
  const hub = createCallerHub({ ...options, listedCalls })
  app.addHook('preClose', async () => hub.close())
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  // A cookie authorises, and a code or a token is taken, only where our own page asks for it.
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET' || isFromOwnPage(request.headers, publicUrl())) return
    await reply.code(403).send(wrongOrigin)
  })

  const sessionOf = async (request: FastifyRequest) => {
    const token = tokenOfCookies(request.headers.cookie, publicUrl(), cookieName)
    if (token === null) return null
    const session = await sessions.find(tokenHash(token))
    return session === null ? null : { ...session, token }
  }
  /** The number that is signed in; else the request is answered with 401. */
  const callerOf = async (request: FastifyRequest, reply: FastifyReply): Promise<string | null> => {
    const session = await sessionOf(request)
    if (session?.user.kind === 'caller') return session.user.phone
    await reply.code(401).send(signedOut)
    return null
  }
  const meOf = async ({ user }: Pick<AppSession, 'user'>): Promise<Me | null> => {
    if (user.kind === 'guest') return guestView(user)
    const caller = await callers.find(user.phone)
    return caller === null ? null : callerView(caller)
  }
  const cookie = (token: string): string =>
    sessionCookie(publicUrl(), token, cookieSeconds, cookieName)
  const answerSignIn = async (
    reply: FastifyReply,
    outcome: SignedIn,
    refused: 'wrong-code' | 'link-over',
  ) => {
    if (outcome.kind === 'too-many') return tooMany(reply, outcome.retryAfterSeconds)
    const me = outcome.kind === 'refused' ? null : await meOf(outcome.session)
    if (outcome.kind === 'refused' || me === null) return reply.code(401).send(refusals[refused])
    return reply.header('set-cookie', cookie(outcome.token)).send(me)
  }

  app.post('/code', { schema: { body: codeRequest } }, async (request, reply) => {
    const { phone, by, language } = request.body
    const wish = { phone, by, language: language ?? acceptedLanguage(request) }
    const outcome = await requestCode(options.signIn, wish, networkOf(request.ip))
    if (outcome.kind === 'too-many') return tooMany(reply, outcome.retryAfterSeconds)
    return outcome.kind === 'not-served' ? reply.code(400).send(notServed) : reply.code(204).send()
  })

  app.post('/sign-in', { schema: { body: signInBody } }, async (request, reply) => {
    const { phone, code, language } = request.body
    const given = { phone, code: code.replace(/\D/g, ''), language: language ?? null }
    const outcome = await signIn(options.signIn, given, networkOf(request.ip))
    return answerSignIn(reply, outcome, 'wrong-code')
  })

  app.post('/guest', { schema: { body: guestSignIn } }, async (request, reply) => {
    const outcome = await signInGuest(options.signIn, request.body.token, networkOf(request.ip))
    return answerSignIn(reply, outcome, 'link-over')
  })

  app.post('/sign-out', async (request, reply) => {
    const session = await sessionOf(request)
    if (session !== null) {
      await sessions.end(session.sessionId)
      hub.sessionOver(session.sessionId)
      options.hint()
    }
    return reply.code(204).header('set-cookie', noSessionCookie(publicUrl(), cookieName)).send()
  })

  app.get('/me', async (request, reply) => {
    const session = await sessionOf(request)
    const me = session === null ? null : await meOf(session)
    if (session === null || me === null) return reply.code(401).send(signedOut)
    if (session.isRenewed) reply.header('set-cookie', cookie(session.token))
    return reply.send(me)
  })

  app.patch('/me', { schema: { body: settings } }, async (request, reply) => {
    const phone = await callerOf(request, reply)
    if (phone === null) return reply
    const caller = await callers.change(phone, changesOf(request.body))
    if (caller === null) return reply.code(401).send(signedOut)
    options.hint()
    return reply.send(callerView(caller))
  })

  app.get('/calls', { schema: { querystring: callsQuery } }, async (request, reply) => {
    const phone = await callerOf(request, reply)
    if (phone === null) return reply
    const { cursor } = request.query
    const after = cursor === undefined ? undefined : decodeCursor(cursor)
    if (after === null) return reply.code(400).send(errorBody('bad-request', 'No cursor of ours'))
    const calls = await options.calls.list(phone, listedCalls, after)
    const last = calls.at(-1)
    return reply.send({
      items: calls.map((call) => callView(call, options.setting())),
      nextCursor:
        last === undefined || calls.length < listedCalls
          ? null
          : encodeCursor({ at: last.startedAt, key: last.callSid }),
    })
  })

  app.get('/lines', (_request, reply) => reply.send({ items: options.setting().integrated }))

  personRoutes(app, { people: options.people, hint: options.hint, callerOf, sessionOf })
  socketRoute(app, { publicUrl, sessionOf, hub })
}

const changesOf = ({
  name,
  ...rest
}: {
  readonly name?: string | null
  readonly language?: CallerLanguage
  readonly isProfileShown?: boolean
  readonly isChatShared?: boolean
}) => ({ ...rest, ...(name === undefined ? {} : { name: name?.trim() ?? null }) })

/** The first language of ours that the browser asks for. */
const acceptedLanguage = ({ headers }: FastifyRequest): CallerLanguage | null =>
  (headers['accept-language'] ?? '')
    .slice(0, 200)
    .split(',')
    .map((part) => callerLanguage((part.split(';')[0] ?? '').trim()))
    .find((language) => language !== null) ?? null
