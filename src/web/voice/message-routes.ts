import type { FastifyInstance } from 'fastify'
import { type Form, fieldOf } from '../../twilio/form.ts'

export type MessageRoutesOptions = {
  /** Told what became of a message, in any order and any number of times. */
  readonly heard: (
    id: string,
    news: { readonly status: string; readonly sid: string; readonly errorCode: string | null },
  ) => Promise<void>
}

const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

/** What the carrier tells of text messages, in a scope that has checked signatures and read forms. */
export const messageRoutes = (app: FastifyInstance, { heard }: MessageRoutesOptions): void => {
  app.post<{ Params: { id: string } }>('/message/:id/status', async (request, reply) => {
    const { id } = request.params
    const form = request.body as Form
    const [status, sid] = [fieldOf(form, 'MessageStatus'), fieldOf(form, 'MessageSid')]
    if (isId(id) && /^[a-z]{1,20}$/.test(status) && /^[A-Za-z0-9]{1,64}$/.test(sid)) {
      const code = fieldOf(form, 'ErrorCode')
      const errorCode = /^\d{1,6}$/.test(code) ? code : null
      // Nothing waits for it: a status that is lost is missing in a figure.
      await heard(id, { status, sid, errorCode }).catch((err) =>
        request.log.warn({ event: 'message-status-failed', message: id, err }),
      )
    }
    return reply.code(204).send()
  })
}
