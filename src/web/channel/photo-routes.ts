import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { FileStore } from '@tus/file-store'
import { EVENTS, Server } from '@tus/server'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { keyOf, type Participant } from '../../channel/participant.ts'
import type { PhotoPorts, PhotoRefusal, PhotoStore } from '../../channel/photo.ts'
import { beginPhoto, type Finished } from '../../channel/send-photo.ts'
import type { ChannelSession, ChannelSessions } from '../../channel/session.ts'
import { errorBody } from '../http/errors.ts'
import { isFromOwnPage } from '../http/same-origin.ts'

export type PhotoRoutesOptions = {
  readonly sessions: Pick<ChannelSessions, 'find'>
  readonly publicUrl: () => string
  readonly photos: Pick<PhotoPorts, 'photos' | 'rights'>
  /** Turns a whole upload into a message; the same again comes to the same end. */
  readonly finish: (uploadId: string) => Promise<Finished>
  readonly uploads: {
    readonly folder: string
    readonly received: (uploadId: string) => Promise<number | null>
    readonly remove: (uploadId: string) => Promise<void>
  }
  readonly blob: (hash: string) => Promise<Readable | null>
  /** Told before a picture is shown to somebody: staff's reading is noted, and not shown if that fails. */
  readonly onShown: (participant: Participant, channelId: string, photoId: string) => Promise<void>
}

const mostBytes = 10 * 1024 * 1024

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const uploadPattern = /^[0-9a-f]{32}$/

/** Of the file 4xx as HTTP has words for it; of the moment 403. */
const statusOf: { readonly [code in PhotoRefusal]: number } = {
  'not-a-picture': 415,
  'too-large': 413,
  broken: 422,
  'too-slow': 422,
  'chat-closed': 403,
  'call-over': 403,
  'not-allowed': 403,
  'too-many': 429,
  unavailable: 503,
}

/**
 * Photos of a channel: uploaded in parts that a cut connection does not lose, by the tus protocol at
 * `/photos`, and read at `/photos/PHOTO` and `/photos/PHOTO/thumbnail`.
 *
 * @see https://tus.io/protocols/resumable-upload
 */
export const photoRoutes: FastifyPluginAsync<PhotoRoutesOptions> = async (app, options) => {
  const { uploads } = options
  const { photos } = options.photos
  const visitors = new WeakMap<object, ChannelSession>()
  const visitorOf = (request: object): ChannelSession => {
    const node = (request as { runtime?: { node?: { req: object } } }).runtime?.node?.req
    const visitor = visitors.get(node ?? {})
    if (visitor === undefined) throw refusal('not-allowed')
    return visitor
  }

  const tus = new Server({
    path: `${app.prefix}/photos`,
    datastore: new FileStore({ directory: uploads.folder }),
    maxSize: mostBytes,
    allowedOrigins: [],
    disableTerminationForFinishedUploads: true,
    generateUrl: (_request, { path, id }) => `${path}/${id}`,
    namingFunction: () => randomBytes(16).toString('hex'),
    onUploadCreate: async (request, { id, size = 0, metadata = {} }) => {
      const { participant, channelId: only } = visitorOf(request)
      const { channel = '', id: clientId = '' } = metadata
      if (!uuid.test(channel ?? '') || !uuid.test(clientId ?? '') || size === 0)
        throw answer(400, 'bad-request', 'Metadata names the channel and an id, both UUIDs')
      if (only !== null && only !== channel) throw refusal('not-allowed')
      const sending = {
        uploadId: id,
        channelId: channel ?? '',
        author: participant,
        clientId: clientId ?? '',
        length: size,
      }
      const begun = await beginPhoto(options.photos, sending)
      if (begun.kind === 'refused') throw refusal(begun.code)
      if (begun.kind === 'posted') throw answer(409, 'exists', 'This photo has been sent')
      if (begun.instead !== null) await uploads.remove(begun.instead)
      return { metadata: {} }
    },
    onIncomingRequest: async (request, id) => {
      if (request.method === 'POST') return
      const photo = uploadPattern.test(id) ? await photos.find(id) : null
      const { participant } = visitorOf(request)
      if (photo === null || keyOf(photo.author) !== keyOf(participant)) throw unknownUpload
      if (participant.kind === 'caller') {
        const { author } = photo
        if (author.kind !== 'caller' || author.phone !== participant.phone) throw unknownUpload
      }
      // A client that lost the last answer asks how far it is, and no part follows that would end it.
      if (request.method === 'HEAD' && (await uploads.received(id)) === photo.length)
        await finish(id)
    },
    onUploadFinish: async (_request, { id }) => {
      await finish(id)
      return {}
    },
    onResponseError: (_request, fault) => {
      if ('status_code' in fault && fault.body.startsWith('{')) return fault
      const status = 'status_code' in fault ? fault.status_code : 500
      if (status >= 500) app.log.error({ event: 'request-failed', err: fault })
      const said = 'body' in fault ? fault.body.trim() : 'A fault of the server'
      return {
        status_code: status,
        body: JSON.stringify({ error: { code: 'upload', message: said } }),
      }
    },
  })

  // Its place among those under way is free at once.
  tus.on(EVENTS.POST_TERMINATE, (_request, _response, id) => {
    photos.giveUp(id).catch((err) => app.log.warn({ event: 'photo-not-given-up', err }))
  })

  const finish = async (uploadId: string): Promise<void> => {
    const finished = await options.finish(uploadId)
    if (finished.kind === 'unknown') throw unknownUpload
    if (finished.kind === 'refused') throw refusal(finished.code)
  }

  app.addContentTypeParser('application/offset+octet-stream', (_request, _body, done) => done(null))

  const upload = async (request: FastifyRequest, reply: FastifyReply) => {
    const visitor = await options.sessions.find(request.headers.cookie)
    if (visitor === null) return reply.code(401).send(errorBody('unauthorized', 'Sign in first'))
    if (request.method !== 'HEAD' && !isFromOwnPage(request.headers, options.publicUrl()))
      return reply.code(403).send(errorBody('forbidden', 'Only from our own page'))
    visitors.set(request.raw, visitor)
    void reply.hijack()
    await tus.handle(request.raw, reply.raw)
  }
  app.route({ method: ['POST'], url: '/photos', handler: upload })
  app.route({ method: ['PATCH', 'HEAD', 'DELETE'], url: '/photos/:upload', handler: upload })

  const show = async (
    request: FastifyRequest<{ Params: { photo: string } }>,
    reply: FastifyReply,
    which: (photo: NonNullable<Awaited<ReturnType<PhotoStore['kept']>>>) => string,
  ) => {
    const visitor = await options.sessions.find(request.headers.cookie)
    if (visitor === null) return reply.code(401).send(errorBody('unauthorized', 'Sign in first'))
    const { photo: photoId } = request.params
    const photo = uuid.test(photoId) ? await photos.kept(photoId) : null
    const mayRead = photo !== null && (await mayReadChannel(options, visitor, photo.channelId))
    if (!mayRead) return reply.code(404).send(errorBody('not-found'))
    await options.onShown(visitor.participant, photo.channelId, photoId)
    const content = await options.blob(which(photo))
    if (content === null) return reply.code(404).send(errorBody('not-found'))
    return reply
      .headers({
        'content-type': 'image/jpeg',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'private, max-age=300',
      })
      .send(content)
  }
  app.get<{ Params: { photo: string } }>(
    '/photos/:photo',
    { exposeHeadRoute: false },
    (request, reply) => show(request, reply, ({ hash }) => hash),
  )
  app.get<{ Params: { photo: string } }>('/photos/:photo/thumbnail', (request, reply) =>
    show(request, reply, ({ thumbnailHash }) => thumbnailHash),
  )
}

const mayReadChannel = async (
  { photos }: Pick<PhotoRoutesOptions, 'photos'>,
  { participant, channelId: only }: ChannelSession,
  channelId: string,
): Promise<boolean> =>
  (only === null || only === channelId) &&
  (await photos.rights(participant, channelId))?.read === true

const answer = (status: number, code: string, message: string) => ({
  status_code: status,
  body: JSON.stringify({ error: { code, message } }),
})

const messages: { readonly [code in PhotoRefusal]: string } = {
  'not-a-picture': 'A photo is a JPEG, PNG or WebP',
  'too-large': 'The picture has too many pixels',
  broken: 'The file is damaged or not whole',
  'too-slow': 'The file takes too much to open',
  'chat-closed': 'The operator has not opened the chat',
  'call-over': 'The call is over',
  'not-allowed': 'No right to write in this channel',
  'too-many': 'Too many photos',
  unavailable: 'The photo could not be kept now',
}

const refusal = (code: PhotoRefusal) => answer(statusOf[code], code, messages[code])

const unknownUpload = answer(404, 'not-found', 'There is no such upload')
