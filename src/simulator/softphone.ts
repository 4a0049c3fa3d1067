import type { WebSocket } from '@fastify/websocket'
import type { FastifyPluginAsync } from 'fastify'
import type { Carrier } from './carrier.ts'
import { addPageSocket, sayingOf } from './page-socket.ts'
import type { SoftphoneCommand, SoftphoneReport } from './softphone-protocol.ts'
import type { Softphone } from './softphones.ts'

export type SoftphoneOptions = {
  readonly carrier: Carrier
  /** Whose softphone a token is for; null: nobody's. */
  readonly authenticate: (token: string) => string | null
  /** `PUBLIC_URL`: the only origin whose pages may register. */
  readonly publicOrigin: () => string
}

const tokenLimit = 3000
const callSidForm = /^CA[0-9a-f]{32}$/

/** Reads a message of a softphone; null for anything the protocol does not know. */
export const readSoftphoneCommand = (message: string): SoftphoneCommand | null => {
  const saying = sayingOf(message)
  if (saying === null) return null
  const { type, token, resume, callSid, on, keys, ...rest } = saying
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
 * The softphones of the demonstration and of tests: `/simulated/softphone`, one socket one browser.
 */
export const softphone: FastifyPluginAsync<SoftphoneOptions> = async (app, options) => {
  const { carrier, authenticate, publicOrigin } = options
  const serve = (socket: WebSocket): ((message: string) => void) => {
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
    socket.on('close', (code: number) => own?.close(orderly(code)))
    socket.on('error', () => {})
    return (message) => {
      const command = readSoftphoneCommand(message)
      if (!command) send({ type: 'refused', message: 'The message is not of the protocol' })
      else if (command.type === 'register') register(command.token, command.resume)
      else if (own) own.obey(command)
      else send({ type: 'refused', message: 'Register first' })
    }
  }

  await addPageSocket(app, { url: '/simulated/softphone', publicOrigin, serve })
}
