import { createHash } from 'node:crypto'
import { access, readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { blobFolder } from '../../../src/blobs/folder.ts'
import { createRecordingStore } from '../../../src/db/recordings.ts'
import type { Role } from '../../../src/operators/operator.ts'
import { deleteExpired, sweepOrphans } from '../../../src/recordings/delete-expired.ts'
import { endRecordings } from '../../../src/recordings/end-recordings.ts'
import { givenOperators, ownPage, signIn } from '../../support/console.ts'
import { callIn, hangUp, openStream, startStreamApi, until } from '../../support/media-stream.ts'
import { startTestServer } from '../../support/server.ts'

const dataDir = t.testdir()
const { url: apiUrl } = await startStreamApi(t)
const server = await startTestServer(t, { env: { DATA_DIR: dataDir, TWILIO_API_URL: apiUrl } })
const { api, database } = server
const { pool } = database
const recordings = createRecordingStore(database)
const blobs = blobFolder(join(dataDir, 'recordings'))

/** A call of so many frames, over and kept; `byte` is what the caller sounds like. */
const recordedCall = async (frames: number, byte: number): Promise<string> => {
  const call = await callIn(server)
  const stream = await openStream(server, call)
  stream.start()
  for (let index = 0; index < frames; index++)
    stream.frame({ sequence: index + 2, timestamp: index * 20, byte: (byte + index) % 256 })
  stream.stop(frames + 2)
  await stream.closed
  await hangUp(server, call.callSid)
  await until(async () => {
    const { rowCount } = await pool.query(
      `select from streams where call_sid = $1 and state = 'ended'`,
      [call.callSid],
    )
    return rowCount === 1 ? true : null
  })
  await endRecordings(recordings, 'Europe/Moscow')
  return call.callSid
}

const read = async (path: string, init?: RequestInit) => {
  const { status, body } = await api(path, init)
  return { status, body: JSON.parse(body) }
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/api${path}`, {
    headers: { authorization: `Bearer ${server.adminToken}`, ...headers },
  })

const signInAs = async (login: string, role: Role): Promise<Record<string, string>> => {
  await givenOperators(server, { login, role })
  return { authorization: '', cookie: await signIn(server.url, login), ...ownPage(server.url) }
}

const journal = async (callSid: string) =>
  (
    await pool.query(`select login, action, details from journal where subject = $1 order by id`, [
      callSid,
    ])
  ).rows

const callSid = await recordedCall(100, 0x10)
const { body: list } = await read(`/recordings?call=${callSid}`)
const [recording] = list.items
const audio = `/recordings/${recording.id}/audio?reason=complaint%2017`

t.test(
  'a call tells of its recording: when, how long, what it is, until when it is kept',
  async (t) => {
    t.match(list, { nextCursor: null, absence: null })
    t.match(recording, {
      callSid,
      line: '+78005550303',
      milliseconds: 2000,
      hold: null,
      deletion: null,
      isAudible: true,
      breaks: [],
      streams: [{ ordinal: 1, state: 'ended', frames: 100, lostFrames: 0, gaps: [] }],
    })
    const kept = Temporal.Instant.from(recording.keepUntil)
    const ended = Temporal.Instant.from(recording.endedAt)
    t.equal(
      ended.toZonedDateTimeISO('UTC').add({ years: 3 }).toInstant().toString(),
      kept.toString(),
    )
    t.match(recording.startedAt, /\+03:00$/)
  },
)

t.test('the sound is heard with a reason, which stands in the journal first', async (t) => {
  for (const path of [`/recordings/${recording.id}/audio`, `${audio.replace(/=.*/, '=')}%20`])
    t.equal((await get(path)).status, 400, 'no reason, no sound')
  t.strictSame(await journal(callSid), [])
  const answer = await get(audio)
  t.equal(answer.status, 200)
  t.equal(answer.headers.get('content-type'), 'audio/wav')
  t.equal(answer.headers.get('cache-control'), 'private, no-store')
  const sound = Buffer.from(await answer.arrayBuffer())
  t.equal(sound.length, 58 + 32_000)
  t.equal(Number(answer.headers.get('content-length')), sound.length)
  t.equal(
    createHash('sha256').update(sound).digest('hex'),
    recording.streams[0].sha256,
    'what one stream brought is the file itself',
  )
  t.strictSame(await journal(callSid), [
    {
      login: '*token',
      action: 'recording-heard',
      details: { reason: 'complaint 17', recording: recording.id },
    },
  ])
})

t.test('any part of it can be asked for', async (t) => {
  const whole = Buffer.from(await (await get(audio)).arrayBuffer())
  for (const [range, from, to] of [
    ['bytes=0-', 0, whole.length - 1],
    ['bytes=0-1', 0, 1],
    ['bytes=57-59', 57, 59],
    ['bytes=1000-1999', 1000, 1999],
    ['bytes=-500', whole.length - 500, whole.length - 1],
  ] as const) {
    const answer = await get(audio, { range })
    t.equal(answer.status, 206)
    t.equal(answer.headers.get('content-range'), `bytes ${from}-${to}/${whole.length}`)
    t.ok(whole.subarray(from, to + 1).equals(Buffer.from(await answer.arrayBuffer())), range)
  }
  const beyond = await get(audio, { range: 'bytes=999999-' })
  t.equal(beyond.status, 416)
  t.equal(beyond.headers.get('content-range'), `bytes */${whole.length}`)
})

t.test('without its entry in the journal nothing is heard', async (t) => {
  await pool.query('alter table journal rename to journal_away')
  t.equal((await get(audio)).status, 500)
  await pool.query('alter table journal_away rename to journal')
  t.equal((await get(audio)).status, 200)
})

t.test('operators hear their own talks, supervisors all, nobody else any', async (t) => {
  const operator = await signInAs('olga', 'operator')
  const supervisor = await signInAs('sonja', 'supervisor')
  const as = async (who: Record<string, string>, path: string) => (await get(path, who)).status
  t.equal(await as({ authorization: '' }, audio), 401)
  t.equal(await as(operator, audio), 404, 'as if there were none')
  const none = await get(`/recordings?call=${callSid}`, operator)
  t.strictSame(await none.json(), { items: [], nextCursor: null, absence: null })
  t.equal(await as(supervisor, audio), 200)
  await pool.query(
    `with place as (
       insert into places (call_sid, phone, queue, language, skills, priority, since, rank_at, mode, state,
                           result, ended_at)
       values ($1, '+79161234567', 'doctors', 'ru-RU', '{}', 0, now(), now(), 'hold', 'ended', 'served', now()) returning id
     ), reservation as (
       insert into reservations (place_id, login, state, outcome, lease_until, ended_at)
       select id, 'olga', 'ended', 'served', now(), now() from place returning id, place_id
     )
     insert into talks (place_id, reservation_id, call_sid, login, conference)
     select place_id, id, $1, 'olga', $1 from reservation`,
    [callSid],
  )
  t.equal(await as(operator, audio), 200)
  const heard = (await journal(callSid)).filter(({ action }) => action === 'recording-heard')
  t.strictSame(
    heard.slice(-2).map(({ login }) => login),
    ['sonja', 'olga'],
  )
  const hold = (who: Record<string, string>) =>
    fetch(`${server.url}/api/recordings/${recording.id}/hold`, {
      method: 'PUT',
      headers: who,
      body: JSON.stringify({ reason: null }),
    })
  t.equal((await hold(operator)).status, 403)
  t.equal((await hold(supervisor)).status, 200)
})

const setKeepUntil = (of: string, offset: string) =>
  pool.query(
    `update recordings set keep_until = clock_timestamp() + $2::interval where call_sid = $1`,
    [of, offset],
  )

const hold = (of: string, reason: string | null) =>
  read(`/recordings/${of}/hold`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason }),
  })

t.test(
  'a recording goes when its time is over, not before, and not while it is held',
  async (t) => {
    const ports = { recordings, blobs }
    const [hash] = recording.streams.map(({ sha256 }: { sha256: string }) => sha256)
    await setKeepUntil(callSid, '1 second')
    t.equal(await deleteExpired(ports), 0, 'a second too early')
    await setKeepUntil(callSid, '-1 second')
    t.match(await hold(recording.id, 'court, file 5'), {
      status: 200,
      body: { hold: { reason: 'court, file 5', by: '*token' } },
    })
    t.equal(await deleteExpired(ports), 0, 'held')
    await hold(recording.id, null)

    const twin = await recordedCall(100, 0x10)
    await setKeepUntil(twin, '1 year')
    t.equal(await deleteExpired(ports), 1)
    t.ok((await blobs.size(hash)) !== null, 'the same sound is another recording’s too')
    await setKeepUntil(twin, '-1 second')
    t.equal(await deleteExpired(ports), 1)
    t.equal(await blobs.size(hash), null)
    t.equal(await deleteExpired(ports), 0)

    t.equal((await get(audio)).status, 404)
    t.equal((await hold(recording.id, 'too late')).status, 409)
    const { body } = await read(`/recordings?call=${callSid}`)
    t.match(body.items, [
      {
        isAudible: false,
        deletion: { by: '*retention', reason: /rule/ },
        streams: [{ sha256: hash }],
      },
    ])
    const entries = (await journal(twin)).filter(({ action }) => action === 'recording-deleted')
    t.match(entries, [{ login: '*retention', details: { files: hash } }])
  },
)

t.test('a deletion that was broken off is done to its end', async (t) => {
  const other = await recordedCall(20, 0x70)
  await setKeepUntil(other, '-1 second')
  const broken = {
    recordings: { ...recordings, noteDeletion: () => Promise.reject(new Error('killed')) },
    blobs,
  }
  await t.rejects(deleteExpired(broken), { message: 'killed' })
  const { body } = await read(`/recordings?call=${other}`)
  t.match(body.items, [{ isAudible: false, deletion: null }])
  t.equal(await deleteExpired({ recordings, blobs }), 1)
})

t.test('files that no recording names go after a day; no recording loses its own', async (t) => {
  const kept = await recordedCall(10, 0x33)
  const orphan = await blobs.put(Buffer.from('nobody names me'))
  const young = await blobs.put(Buffer.from('nor me, yet'))
  const folder = join(dataDir, 'recordings')
  const old = new Date(Date.now() - 25 * 3_600_000)
  const { body } = await read(`/recordings?call=${kept}`)
  for (const hash of [orphan.hash, body.items[0].streams[0].sha256])
    await utimes(join(folder, hash.slice(0, 2), hash), old, old)
  t.equal(await sweepOrphans({ recordings, blobs }, Temporal.Now.instant()), 1)
  t.equal(await blobs.size(orphan.hash), null)
  t.ok((await blobs.size(young.hash)) !== null)
  t.ok((await blobs.size(body.items[0].streams[0].sha256)) !== null)
  await access(join(folder, 'growing'))
  const growing = await readdir(join(folder, 'growing'), { recursive: true })
  t.notOk(
    growing.some((name) => name.endsWith('.wav')),
    'nothing is left behind',
  )
})

t.test('every answered call has a recording or a reason why not', async (t) => {
  const plain = `CA${'7'.repeat(32)}`
  await server.signedPost('/voice/incoming', {
    CallSid: plain,
    From: '+79161234567',
    To: '+78005557373',
  })
  await hangUp(server, plain)
  const silent = await callIn(server)
  await hangUp(server, silent.callSid)
  const refused = await callIn(server)
  const stream = await openStream(server, refused)
  stream.start({ token: 'wrong' })
  await stream.closed
  await until(async () => {
    const { rowCount } = await pool.query('select from stream_faults where call_sid = $1', [
      refused.callSid,
    ])
    return rowCount === 1 ? true : null
  })
  await hangUp(server, refused.callSid)
  const live = await callIn(server)
  await pool.query(
    `update calls set ended_at = ended_at - interval '11 minutes',
                      answered_at = answered_at - interval '1 hour' where ended_at is not null`,
  )
  const counts = await recordings.explainAbsences()
  t.equal(counts.get('not-recorded'), 1)
  t.equal(counts.get('refused: wrong-token'), 1)
  t.equal((await recordings.explainAbsences()).size, 0, 'once')
  const absence = async (of: string) => (await read(`/recordings?call=${of}`)).body.absence
  t.equal(await absence(plain), 'not-recorded')
  t.equal(await absence(refused.callSid), 'refused: wrong-token')
  t.match(await absence(silent.callSid), /^(call-too-short|stream-never-came)$/)
  t.equal(await absence(live.callSid), null, 'it goes on')
  const { rows } = await pool.query(
    `select c.call_sid from calls c
      where c.ended_at is not null and c.answered_at is not null
        and not exists (select from streams s where s.call_sid = c.call_sid and s.hash is not null)
        and not exists (select from recording_absences a where a.call_sid = c.call_sid)`,
  )
  t.strictSame(rows, [])
})
