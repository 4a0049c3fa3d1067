import websocket, { type WebSocket } from '@fastify/websocket'
import type { FastifyPluginAsync } from 'fastify'
import type { Carrier } from './carrier.ts'
import { allowed } from './page-origin.ts'
import type { SoftphoneCommand, SoftphoneReport } from './softphone-protocol.ts'
import type { Softphone } from './softphones.ts'

export type SoftphoneOptions = {
  readonly carrier: Carrier
  /** Whose softphone a token is for; null: nobody's. */
  readonly authenticate: (token: string) => string | null
  /** `PUBLIC_URL`: the only origin whose pages may register. */
  readonly publicOrigin: () => string
}

const maxMessageBytes = 4096
const tokenLimit = 3000
const callSidForm = /^CA[0-9a-f]{32}$/

/** Reads a message of a softphone; null for anything the protocol does not know. */
export const readSoftphoneCommand = (message: string): SoftphoneCommand | null => {
  let value: unknown
  try {
    value = JSON.parse(message)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { type, token, resume, callSid, on, keys, ...rest } = value as Readonly<
    Record<string, unknown>
  >
  if (Object.keys(rest).length > 0) return null
  const sid = (text: unknown): text is string => typeof text === 'string' && callSidForm.test(text)
  if (type === 'register') {
    if (typeof token !== 'string' || token.length > tokenLimit) return null
    if (resume === undefined) return { type, token }
    return sid(resume) ? { type, token, resume } : null
  }
  if (!sid(callSid)) return null
  if (type === 'accept' || type === 'reject' || type === 'hang-up') return { type, callSid }
  if (type === 'mute') return typeof on === 'boolean' ? { type, callSid, on } : null
  if (type !== 'keys' || typeof keys !== 'string') return null
  return /^[0-9*#]{1,64}$/.test(keys) ? { type, callSid, keys } : null
}

/** The close code of a page that has done with it; one that is loaded again or lost sends others. */
const orderly = (code: number): boolean => code === 1000 || code === 1005

/**
 * The softphones of the demonstration and of tests: `/simulated/softphone`, one socket one browser. Registers
 * `@fastify/websocket` unless the application has it.
 */
export const softphone: FastifyPluginAsync<SoftphoneOptions> = async (app, options) => {
  const { carrier, authenticate, publicOrigin } = options
  if (!app.hasDecorator('websocketServer')) {
    await app.register(websocket, { options: { maxPayload: maxMessageBytes } })
  }

  const serve = (socket: WebSocket): void => {
    let own: Softphone | null = null
    const send = (report: SoftphoneReport): void => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(report))
    }
    const register = (token: string, resume: string | undefined): void => {
      const identity = own ? null : authenticate(token)
      if (identity === null) {
        send({ type: 'refused', message: own ? 'Registered already' : 'The token is not valid' })
        if (!own) socket.close(4401, 'token')
        return
      }
      own = carrier.softphones.register(identity, send, resume)
    }
    socket.on('message', (data: Buffer, binary: boolean) => {
      if (binary || data.length > maxMessageBytes) {
        socket.close(1009, 'message too large')
        return
      }
      const command = readSoftphoneCommand(data.toString('utf8'))
      if (!command) send({ type: 'refused', message: 'The message is not of the protocol' })
      else if (command.type === 'register') register(command.token, command.resume)
      else if (own) own.obey(command)
      else send({ type: 'refused', message: 'Register first' })
    })
    socket.on('close', (code: number) => own?.close(orderly(code)))
    socket.on('error', () => {})
  }

  app.route({
    method: 'GET',
    url: '/simulated/softphone',
    preValidation: async (request, reply) => {
      if (!allowed(request, publicOrigin())) {
        await reply.code(403).send({ error: { code: 'origin', message: 'Wrong origin' } })
      }
    },
    handler: (_request, reply) =>
      reply.code(426).send({ error: { code: 'upgrade', message: 'This is a WebSocket' } }),
    wsHandler: serve,
  })
}
