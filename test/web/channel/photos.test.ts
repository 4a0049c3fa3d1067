import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import Fastify from 'fastify'
import sharp from 'sharp'
import t, { type Test } from 'tap'
import { blobFolder } from '../../../src/blobs/folder.ts'
import { keyOf, type Participant } from '../../../src/channel/participant.ts'
import type { PhotoPorts, PhotoView } from '../../../src/channel/photo.ts'
import { rightsOf, type Standing } from '../../../src/channel/rights.ts'
import type { ChannelSession } from '../../../src/channel/session.ts'
import { openPhotos } from '../../../src/live/photos.ts'
import { photoRoutes } from '../../../src/web/channel/photo-routes.ts'
import { testDatabase } from '../../support/database.ts'

const phone = '+79161234567'
const database = await testDatabase(t)
const caller: Participant = { kind: 'caller', phone }

type Visitor = Pick<ChannelSession, 'participant' | 'channelId'>

/** A server with nothing but photos; what is written in channels is kept at hand. */
const serve = async (test: Test) => {
  const directory = await mkdtemp(join(tmpdir(), 'photos-'))
  const standing: { -readonly [key in keyof Standing]: Standing[key] } = {
    isLive: true,
    isChatOpen: true,
    phone,
    operator: 'anna',
  }
  const messages = new Map<string, PhotoView>()
  const shown: string[] = []
  const channels: Pick<PhotoPorts, 'rights' | 'post'> = {
    rights: async (participant) => rightsOf(participant, standing),
    post: async (author, channelId, clientId, photo) => {
      const { write, whyNot } = rightsOf(author, standing)
      if (!write) return { kind: 'refused', code: whyNot ?? 'not-allowed' }
      const key = `${channelId} ${keyOf(author)} ${clientId}`
      if (!messages.has(key)) messages.set(key, photo)
      return { kind: 'done' }
    },
  }
  const now = { instant: Temporal.Now.instant() }
  const blobs = blobFolder(join(directory, 'photos'))
  const live = openPhotos(database, directory, blobs, channels, { now: () => now.instant })
  const app = Fastify({ bodyLimit: 64 * 1024 })
  let visitor: Visitor | null = { participant: caller, channelId: null }
  await app.register(photoRoutes, {
    ...live,
    prefix: '/caller/channel',
    sessions: { find: async () => visitor && { ...visitor, sessionId: 'session' } },
    publicUrl: () => 'http://127.0.0.1',
    onShown: async (participant, _channel, photo) => {
      shown.push(`${keyOf(participant)} ${photo}`)
    },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  test.teardown(async () => {
    await app.close()
    live.close()
    await rm(directory, { recursive: true })
  })
  const { rows } = await database.pool.query(
    `insert into channels (call_sid, phone, line) values ($1, $2, '+78005550303') returning id`,
    [`CA${randomUUID().replaceAll('-', '')}`, phone],
  )
  const channel: string = rows[0].id
  const url = `http://127.0.0.1:${port}/caller/channel/photos`
  const own = { 'x-hotline': '1', 'sec-fetch-site': 'same-origin', 'tus-resumable': '1.0.0' }
  const ask = (path: string, method: string, headers: object = {}, body?: Uint8Array) =>
    fetch(path.startsWith('/caller') ? new URL(path, url) : `${url}${path}`, {
      method,
      headers: { ...own, ...headers } as Record<string, string>,
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
    })
  const begin = (id: string, length: number, of = channel) =>
    ask('', 'POST', {
      'upload-length': String(length),
      'upload-metadata': `channel ${btoa(of)},id ${btoa(id)},filetype ${btoa('image/jpeg')}`,
    })
  const part = (path: string, offset: number, content: Uint8Array) =>
    ask(
      path,
      'PATCH',
      { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
      content,
    )
  const send = async (content: Uint8Array, id: string = randomUUID()) => {
    const begun = await begin(id, content.length)
    if (begun.status !== 201) return begun
    return part(begun.headers.get('location') ?? '', 0, content)
  }
  return {
    ...{ standing, messages, shown, channel, port, directory, now, live, own, blobs },
    ...{ ask, begin, part, send },
    signIn: (next: Visitor | null) => {
      visitor = next
    },
  }
}

const photo = await sharp({
  create: {
    width: 640,
    height: 480,
    channels: 3,
    background: '#000',
    noise: { type: 'gaussian', mean: 128, sigma: 40 },
  },
})
  .jpeg()
  .toBuffer()

const code = async (response: Response) => [
  response.status,
  ((await response.json()) as { error: { code: string } }).error.code,
]

t.test('a photo becomes a message when it is whole, and can be looked at', async (t) => {
  const { send, ask, messages, shown } = await serve(t)
  t.equal((await send(photo)).status, 204)
  const [[, message]] = [...messages] as [[string, PhotoView]]
  t.match(message, { width: 640, height: 480 })
  for (const [path, width] of [
    ['', 640],
    ['/thumbnail', 480],
  ] as const) {
    const seen = await ask(`/${message.photoId}${path}`, 'GET')
    t.equal(seen.headers.get('content-type'), 'image/jpeg')
    t.equal(seen.headers.get('x-content-type-options'), 'nosniff')
    t.equal((await sharp(await seen.bytes()).metadata()).width, width)
  }
  t.strictSame(shown, [`caller ${message.photoId}`, `caller ${message.photoId}`])
})

t.test('cut anywhere, it goes on from where it was, and is one photo', async (t) => {
  const { begin, part, ask, messages } = await serve(t)
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: photo.length - 1 }), { maxLength: 4 }),
      async (cuts) => {
        const path = (await begin(randomUUID(), photo.length)).headers.get('location') ?? ''
        const before = messages.size
        for (const end of [...cuts.toSorted((a, b) => a - b), photo.length]) {
          const there = await ask(path, 'HEAD')
          const offset = Number(there.headers.get('upload-offset'))
          t.equal(messages.size, before, 'nothing is seen before it is whole')
          t.equal((await part(path, offset, photo.subarray(offset, end))).status, 204)
        }
        t.equal(messages.size, before + 1)
        t.equal((await ask(path, 'HEAD')).status, 200)
        t.equal(messages.size, before + 1)
      },
    ),
    { numRuns: 15 },
  )
})

t.test('a connection that breaks within a part loses nothing that came', async (t) => {
  const { begin, part, ask, port, own, messages } = await serve(t)
  const path = (await begin(randomUUID(), photo.length)).headers.get('location') ?? ''
  const socket = connect(port, '127.0.0.1')
  const headers = Object.entries({
    ...own,
    host: `127.0.0.1:${port}`,
    'content-type': 'application/offset+octet-stream',
    'upload-offset': '0',
    'content-length': String(photo.length),
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`PATCH ${path} HTTP/1.1\r\n${headers.join('')}\r\n`)
  socket.write(photo.subarray(0, 20_000))
  let offset = 0
  while (offset < 20_000) {
    await pause(5)
    // Asking takes the upload over from the broken request.
    socket.destroy()
    const there = await ask(path, 'HEAD')
    offset = Number(there.headers.get('upload-offset'))
    if (offset === 0) break
  }
  t.ok(offset <= 20_000)
  t.equal((await part(path, offset, photo.subarray(offset))).status, 204)
  t.equal(messages.size, 1)
})

t.test('the same sending begun anew is the same photo', async (t) => {
  const { begin, part, send, messages, directory } = await serve(t)
  const id = randomUUID()
  const lost = (await begin(id, photo.length)).headers.get('location') ?? ''
  await part(lost, 0, photo.subarray(0, 100))
  t.equal((await send(photo, id)).status, 204)
  t.strictSame(await code(await send(photo, id)), [409, 'exists'])
  t.strictSame(await code(await part(lost, 100, photo.subarray(100))), [404, 'not-found'])
  t.equal(messages.size, 1)
  t.equal((await readdir(join(directory, 'uploads'))).length, 2, 'of the lost one nothing is left')
})

t.test('a file that is no photo is refused with a word, and again when asked', async (t) => {
  const { begin, part, ask, send, messages } = await serve(t)
  t.strictSame(await code(await send(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))), [
    415,
    'not-a-picture',
  ])
  t.strictSame(await code(await send(photo.subarray(0, 9000))), [422, 'broken'])
  const path = (await begin(randomUUID(), 4)).headers.get('location') ?? ''
  t.equal((await part(path, 0, Buffer.from('text'))).status, 415)
  t.equal((await ask(path, 'HEAD')).status, 415)
  t.equal(messages.size, 0)
})

t.test('without a right to write nothing is taken', async (t) => {
  const { begin, part, standing, signIn, channel, ask, messages } = await serve(t)
  standing.isChatOpen = false
  t.strictSame(await code(await begin(randomUUID(), photo.length)), [403, 'chat-closed'])
  standing.isChatOpen = true
  const path = (await begin(randomUUID(), photo.length)).headers.get('location') ?? ''
  standing.isLive = false
  t.strictSame(await code(await begin(randomUUID(), photo.length)), [403, 'call-over'])
  t.strictSame(await code(await part(path, 0, photo)), [403, 'call-over'], 'also at the end')
  standing.isLive = true
  const trusted: Participant = { kind: 'trusted', id: randomUUID() }
  signIn({ participant: trusted, channelId: channel })
  t.strictSame(await code(await begin(randomUUID(), 10)), [403, 'not-allowed'])
  signIn({ participant: caller, channelId: randomUUID() })
  t.strictSame(await code(await begin(randomUUID(), 10)), [403, 'not-allowed'], 'another channel')
  signIn({ participant: { kind: 'caller', phone: '+79160000000' }, channelId: null })
  t.equal((await ask(path, 'HEAD')).status, 404, 'somebody else')
  t.equal((await part(path, 0, photo)).status, 404)
  signIn(null)
  t.strictSame(await code(await begin(randomUUID(), 10)), [401, 'unauthorized'])
  t.equal(messages.size, 0)
})

t.test('what cannot be an upload is refused', async (t) => {
  const { begin, ask, own, port } = await serve(t)
  t.equal((await begin('no-uuid', 10)).status, 400)
  t.equal((await begin(randomUUID(), 0)).status, 400)
  t.equal((await begin(randomUUID(), 10 * 1024 * 1024 + 1)).status, 413)
  t.equal((await ask('', 'POST', { 'upload-defer-length': '1' })).status, 400)
  t.equal((await ask('/..%2f..%2fetc%2fpasswd', 'HEAD')).status, 404)
  t.equal((await ask(`/${'0'.repeat(32)}`, 'HEAD')).status, 404)
  t.equal((await ask('/not-an-id', 'GET')).status, 404)
  const { 'x-hotline': _, ...foreign } = own
  const url = `http://127.0.0.1:${port}/caller/channel/photos`
  t.equal((await fetch(url, { method: 'POST', headers: foreign })).status, 403)
})

t.test('one person keeps five uploads open, no more, and a call two hundred photos', async (t) => {
  const { begin, send, channel } = await serve(t)
  const statuses: number[] = []
  for (let index = 0; index < 6; index += 1) statuses.push((await begin(randomUUID(), 10)).status)
  t.strictSame(statuses, [201, 201, 201, 201, 201, 429])
  await database.pool.query(`update photos set state = 'given-up' where channel_id = $1`, [channel])
  await database.pool.query(
    `insert into photos (upload_id, channel_id, author, author_key, client_id, state, length)
     select md5(random()::text), $1, '{}', 'caller', gen_random_uuid(), 'given-up', 1
       from generate_series(1, 195)`,
    [channel],
  )
  t.strictSame(await code(await send(photo)), [429, 'too-many'])
})

t.test('a photo that came whole before a crash becomes a message afterwards', async (t) => {
  const { begin, live, messages, channel, ask } = await serve(t)
  const path = (await begin(randomUUID(), photo.length)).headers.get('location') ?? ''
  const uploadId = path.split('/').at(-1) ?? ''
  await writeFile(live.uploads.pathOf(uploadId), photo)
  const [job] = live.jobs
  await job?.run()
  t.equal(messages.size, 0, 'it may still be under way')
  await database.pool.query(
    `update photos set created_at = created_at - interval '1 minute' where channel_id = $1`,
    [channel],
  )
  await job?.run()
  t.equal(messages.size, 1)
  t.equal((await ask(path, 'HEAD')).status, 200)
  t.equal(messages.size, 1)
})

t.test('an upload that nobody goes on with is given up after an hour', async (t) => {
  const { begin, part, live, now, directory, channel, ask } = await serve(t)
  const path = (await begin(randomUUID(), photo.length)).headers.get('location') ?? ''
  await part(path, 0, photo.subarray(0, 100))
  const uploads = join(directory, 'uploads')
  const longAgo = new Date(now.instant.epochMilliseconds - 3_601_000)
  for (const name of await readdir(uploads)) await utimes(join(uploads, name), longAgo, longAgo)
  await database.pool.query(
    `update photos set created_at = created_at - interval '61 minutes' where channel_id = $1`,
    [channel],
  )
  await live.jobs[0]?.run()
  t.strictSame(await readdir(uploads), [])
  const { rows } = await database.pool.query('select state from photos where channel_id = $1', [
    channel,
  ])
  t.strictSame(rows, [{ state: 'given-up' }])
  t.equal((await ask(path, 'HEAD')).status, 404)
})

t.test('a picture that no photo names goes after a day, and no other', async (t) => {
  const { send, messages, live, blobs, now, ask } = await serve(t)
  await send(photo)
  const [message] = messages.values()
  const { hash } = await blobs.put(Buffer.from('nobody knows it'))
  const [, sweep] = live.jobs
  await sweep?.run()
  t.ok(await blobs.get(hash), 'its row may still come')
  now.instant = now.instant.add({ hours: 25 })
  await sweep?.run()
  t.equal(await blobs.get(hash), null)
  for (const path of ['', '/thumbnail']) {
    const seen = await ask(`/${message?.photoId}${path}`, 'GET')
    t.ok((await seen.bytes()).length > 1000)
  }
})
