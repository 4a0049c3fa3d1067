import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import t, { type Test } from 'tap'
import { s3Blobs } from '../../src/blobs/s3/blobs.ts'
import { s3Bucket } from '../../src/blobs/s3/bucket.ts'
import { readConfig } from '../../src/config.ts'
import { createRecordingStore } from '../../src/db/recordings.ts'
import { openBlobs } from '../../src/live/blobs.ts'
import { createLogger } from '../../src/logging.ts'
import { deleteExpired, sweepOrphans } from '../../src/recordings/delete-expired.ts'
import { endRecordings } from '../../src/recordings/end-recordings.ts'
import { startServer } from '../../src/server.ts'
import { callerCookie, givenCaller, givenTalk, operatorCookie } from '../support/channel-scene.ts'
import { ownPage } from '../support/console.ts'
import { testDatabase } from '../support/database.ts'
import { callIn, hangUp, openStream, startStreamApi, until } from '../support/media-stream.ts'
import { s3Server } from '../support/s3-server.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

const storage = await s3Server(t)
const carrier = await startStreamApi(t)
const database = await testDatabase(t)
const { pool } = database

/** A node of one installation, with a folder that no other node sees. */
const node = (t: Test, dataDir: string) =>
  startTestServer(t, {
    database,
    env: { ...storage.env, DATA_DIR: dataDir, TWILIO_API_URL: carrier.url },
  })

const folders = { one: t.testdir({}), other: t.testdir({}) }
const here = await node(t, join(folders.one, 'one'))
const there = await node(t, join(folders.one, 'other'))

const streamOf = async (callSid: string) =>
  (await pool.query('select * from streams where call_sid = $1 order by ordinal', [callSid]))
    .rows[0]

/** Frames of a call that a node takes; `byte` is what the caller sounds like. */
const speak = async (server: TestServer, frames: number, byte: number) => {
  const call = await callIn(server)
  const stream = await openStream(server, call)
  stream.start()
  for (let index = 0; index < frames; index++)
    stream.frame({ sequence: index + 2, timestamp: index * 20, byte })
  await until(async () => ((await streamOf(call.callSid))?.state === 'open' ? true : null))
  return { callSid: call.callSid, stop: () => stream.stop(frames + 2), stream }
}

const keptStream = (callSid: string) =>
  until(async () => {
    const row = await streamOf(callSid)
    return row?.state === 'ended' ? row : null
  })

const recordingOf = async (server: TestServer, callSid: string) => {
  const { body } = await server.api(`/recordings?call=${callSid}`)
  return JSON.parse(body).items[0]
}

const hear = (server: TestServer, id: string, headers = {}) =>
  fetch(`${server.url}/api/recordings/${id}/audio?reason=test`, {
    headers: { authorization: `Bearer ${server.adminToken}`, ...headers },
  })

const photosBy = (server: TestServer, cookie: string) => {
  const { 'content-type': _, ...proof } = ownPage(server.url)
  const own = { ...proof, cookie, 'tus-resumable': '1.0.0' }
  const ask = (path: string, method: string, headers = {}, body?: Uint8Array) =>
    fetch(new URL(path, `${server.url}/caller/channel/`), {
      method,
      headers: { ...own, ...headers },
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
    })
  return {
    begin: async (channel: string, id: string, length: number) => {
      const begun = await ask('photos', 'POST', {
        'upload-length': String(length),
        'upload-metadata': `channel ${btoa(channel)},id ${btoa(id)}`,
      })
      return begun.headers.get('location') ?? ''
    },
    part: (path: string, offset: number, content: Uint8Array) =>
      ask(
        path,
        'PATCH',
        { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
        content,
      ),
    ask,
  }
}

const picture = await sharp({
  create: { width: 320, height: 240, channels: 3, background: '#335577' },
})
  .jpeg()
  .toBuffer()

const phone = '+79161234567'
const call = await speak(here, 50, 0x10)
await givenCaller(database, phone)
await operatorCookie(database, 'anna')
await givenTalk(database, call.callSid, 'anna')
const channel = await until(async () => {
  const { rows } = await pool.query<{ id: string }>(
    `update channels set operator = 'anna', is_chat_open = true where call_sid = $1 returning id`,
    [call.callSid],
  )
  return rows[0]?.id
})
const cookie = await callerCookie(database, phone)

const photoOf = async (clientId: string) =>
  (await pool.query('select * from photos where client_id = $1', [clientId])).rows[0]

t.test('a photo sent to one node is seen through another, which shares no folder', async (t) => {
  const id = randomUUID()
  const page = photosBy(here, cookie)
  const path = await page.begin(channel, id, picture.length)
  t.equal((await page.part(path, 0, picture)).status, 204)
  const { id: photoId, hash, state } = await photoOf(id)
  t.equal(state, 'posted')
  t.ok(storage.present(`photos/${hash}`))
  for (const [which, width] of [
    ['', 320],
    ['/thumbnail', 320],
  ] as const) {
    const seen = await photosBy(there, cookie).ask(`photos/${photoId}${which}`, 'GET')
    t.equal(seen.status, 200)
    t.equal((await sharp(await seen.bytes()).metadata()).width, width)
  }
})

t.test('an upload that comes to another node begins anew, and is one photo', async (t) => {
  const id = randomUUID()
  const path = await photosBy(here, cookie).begin(channel, id, picture.length)
  t.equal((await photosBy(here, cookie).part(path, 0, picture.subarray(0, 100))).status, 204)
  const page = photosBy(there, cookie)
  t.equal((await page.ask(path, 'HEAD')).status, 404)
  const anew = await page.begin(channel, id, picture.length)
  t.equal((await page.part(anew, 0, picture)).status, 204)
  const { rowCount } = await pool.query('select from photos where client_id = $1', [id])
  t.equal(rowCount, 1)
})

t.test('a photo waits for storage that is away, and is refused by nobody', async (t) => {
  const id = randomUUID()
  const page = photosBy(here, cookie)
  const path = await page.begin(channel, id, picture.length)
  storage.everything = 'away'
  const answer = await page.part(path, 0, picture)
  t.equal(answer.status, 503)
  t.match(await answer.json(), { error: { code: 'unavailable' } })
  t.equal((await photoOf(id)).state, 'uploading')
  const kept = await pool.query(`select id from photos where state = 'posted' limit 1`)
  t.equal((await page.ask(`photos/${kept.rows[0].id}`, 'GET')).status, 503)
  storage.everything = null
  t.equal((await page.ask(path, 'HEAD')).status, 200)
  t.equal((await photoOf(id)).state, 'posted')
  t.equal((await page.ask(`photos/${(await photoOf(id)).id}`, 'GET')).status, 200)
})

t.test('a recording made on one node is heard through another', async (t) => {
  call.stop()
  await hangUp(here, call.callSid)
  const { hash } = await keptStream(call.callSid)
  t.ok(storage.present(`recordings/${hash}`))
  const { id } = await recordingOf(there, call.callSid)
  const whole = await hear(there, id)
  t.equal(whole.status, 200)
  const sound = Buffer.from(await whole.arrayBuffer())
  t.ok(sound.equals(storage.present(`recordings/${hash}`) ?? Buffer.alloc(0)))
  const part = await hear(there, id, { range: 'bytes=100-1099' })
  t.equal(part.status, 206)
  t.ok(sound.subarray(100, 1100).equals(Buffer.from(await part.arrayBuffer())))
  for (const folder of ['one', 'other'])
    t.strictSame(
      (await readdir(join(folders.one, folder), { recursive: true })).filter((name) =>
        /[0-9a-f]{64}|\.wav$/.test(name),
      ),
      [],
      'nothing of it is left in a folder',
    )
})

t.test(
  'what is past its time goes out of storage, what is held stays, and that is noted',
  async (t) => {
    const bucket = s3Bucket(storage.settings)
    t.teardown(bucket.close)
    const ports = {
      recordings: createRecordingStore(database),
      blobs: s3Blobs(bucket, 'recordings'),
    }
    const { id } = await recordingOf(here, call.callSid)
    const { hash } = await streamOf(call.callSid)
    await endRecordings(ports.recordings, 'Europe/Moscow')
    await pool.query(
      `update recordings set keep_until = now() - interval '1 day' where call_sid = $1`,
      [call.callSid],
    )
    const hold = (reason: string | null) =>
      here.api(`/recordings/${id}/hold`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reason }),
      })
    t.equal((await hold('a court asked')).status, 200)
    const now = Temporal.Now.instant()
    const longAgo = now.subtract({ hours: 30 })
    const orphan = await ports.blobs.put(Buffer.from('nobody names it'))
    for (const each of [hash, orphan.hash]) storage.age(`recordings/${each}`, longAgo)
    t.equal(await deleteExpired(ports), 0)
    t.equal(await sweepOrphans(ports, now), 1)
    t.equal(storage.present(`recordings/${orphan.hash}`), null)
    t.ok(storage.present(`recordings/${hash}`), 'held, and named')
    await hold(null)

    storage.trouble('DELETE', 'refused')
    await t.rejects(deleteExpired(ports), /refused DELETE/)
    t.equal((await recordingOf(here, call.callSid)).deletion, null, 'not told before it is gone')
    t.equal(await deleteExpired(ports), 1)
    t.equal(storage.present(`recordings/${hash}`), null)
    t.match(await recordingOf(here, call.callSid), {
      deletion: { by: '*retention' },
      streams: [{ sha256: hash }],
    })
    t.equal((await hear(here, id)).status, 404)
  },
)

t.test('while storage is away a call is given another stream, and its file waits', async (t) => {
  const { callSid, stream, stop } = await speak(here, 30, 0x20)
  storage.everything = 'away'
  stream.socket.terminate()
  const order = await until(async () => carrier.orders.find((each) => each.callSid === callSid))
  t.match(order.form.get('Parameter1.Value'), /^2\./)
  t.match(await streamOf(callSid), { state: 'open', hash: null })
  storage.everything = null
  const { hash, frames } = await keptStream(callSid)
  t.equal(frames, 30)
  t.ok(storage.present(`recordings/${hash}`))
  stop()
  await hangUp(here, callSid)
})

t.test(
  'what a node could not hand over before it was closed the next start hands over',
  async (t) => {
    const dataDir = join(folders.other, 'data')
    const first = await node(t, dataDir)
    const { callSid } = await speak(first, 40, 0x30)
    storage.everything = 'away'
    await first.close()
    t.match(await streamOf(callSid), { state: 'open', hash: null })
    const growing = async () =>
      (await readdir(dataDir, { recursive: true })).filter((name) => name.endsWith('.wav'))
    t.equal((await growing()).length, 1)
    storage.everything = null
    const second = await node(t, dataDir)
    const { hash, reason } = await keptStream(callSid)
    t.equal(reason, 'node-died')
    t.equal(storage.present(`recordings/${hash}`)?.length, 58 + 40 * 320)
    await until(async () => ((await growing()).length === 0 ? true : null))
    await second.close()
  },
)

t.test('a bucket that refuses is a reason not to start, with a word that tells why', async (t) => {
  const settings = (changes: Readonly<Record<string, string>>) => {
    const read = readConfig({
      DATABASE_URL: database.url,
      DATA_DIR: folders.other,
      LOG_LEVEL: 'silent',
      ...storage.env,
      ...changes,
    })
    if ('faults' in read) throw new Error(read.faults.join('\n'))
    return read.config
  }
  const started = await startServer(
    settings({ BLOB_S3_SECRET: 'of-somebody-else' }),
    createLogger('silent'),
  )
  t.match(started, {
    kind: 'refused',
    reasons: [/^BLOB_S3_URL: The blob store refused GET bucket: 403 SignatureDoesNotMatch/],
  })
  const warnings: unknown[] = []
  storage.everything = 'slow-down'
  const opened = await openBlobs(settings({}), {
    warn: (entry: unknown) => warnings.push(entry),
  } as never)
  storage.everything = null
  t.match(warnings, [{ event: 'blobs-away', why: /503 SlowDown/ }])
  if ('reasons' in opened) return t.fail('calls can be answered without it')
  opened.close()
})
