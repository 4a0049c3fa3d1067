import type { FastifyPluginAsync, RouteHandlerMethod } from 'fastify'
import type { Carrier } from './carrier.ts'
import { recordingFile } from './recordings.ts'

/** Whether an address is that of a recording's sound, not of its description. */
export const isMedia = (path: string): boolean =>
  /^\/2010-04-01\/Accounts\/\w+\/Recordings\/\w+(\.wav)?(\?|$)/.test(path)

/**
 * The sound of recordings, which everybody may have who knows the SID, as with Twilio unless an account asks for
 * a password. `described` answers for their JSON, which is no affair of everybody's.
 * Source: twilio.com/docs/voice/api/recording, "Fetch a Recording's media file".
 */
export const recordingMedia: FastifyPluginAsync<{
  readonly carrier: Carrier
  readonly described?: RouteHandlerMethod
}> = async (app, { carrier, described }) => {
  const path = '/2010-04-01/Accounts/:account/Recordings'
  if (described) app.get(`${path}/:sid.json`, described)
  const media: RouteHandlerMethod = async (request, reply) => {
    const { account, sid } = request.params as { account: string; sid: string }
    const recording = carrier.recordings.find(sid)
    if (account !== carrier.accountSid || !recording) return reply.code(404).send()
    return reply.type('audio/x-wav').send(recordingFile(recording))
  }
  app.get(`${path}/:sid`, media)
  app.get(`${path}/:sid.wav`, media)
}
