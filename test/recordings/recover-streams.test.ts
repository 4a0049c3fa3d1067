import t from 'tap'
import { createStreamStore } from '../../src/db/streams.ts'
import type { StreamId } from '../../src/recordings/ports.ts'
import { recoverStreams } from '../../src/recordings/recover-streams.ts'
import { testDatabase } from '../support/database.ts'
import { newSid } from '../support/media-stream.ts'

const database = await testDatabase(t)
const streams = createStreamStore(database)
const hash = 'a'.repeat(64)

/** Streams of nodes that died; `lease` is null where they are not open any more. */
const given = async (
  count: number,
  row: { readonly state: string; readonly lease: string | null; readonly reason: string | null },
) => {
  const ids = Array.from({ length: count }, (): StreamId => ({ callSid: newSid('CA'), ordinal: 1 }))
  for (const { callSid, ordinal } of ids)
    await database.pool.query(
      `insert into streams (call_sid, ordinal, state, started_at, node, lease_until, reason)
       values ($1, $2, $3, now(), 'dead', now() + $4::interval, $5)`,
      [callSid, ordinal, row.state, row.lease, row.reason],
    )
  return ids
}
const dead = { state: 'open', lease: '-1 minute', reason: null }

/** A disk with the files of streams, and what finishes them. */
const diskWith = (ids: readonly StreamId[], isOwnerDead = true) => {
  const files = new Set(ids.map(({ callSid }) => `left/${callSid}`))
  const disk = { files, isStorageAway: false }
  const recover = () =>
    recoverStreams({
      node: 'alive',
      streams,
      left: async () =>
        ids
          .map((id) => ({ id, path: `left/${id.callSid}`, owner: 'dead', isOwnerDead }))
          .filter(({ path }) => files.has(path)),
      repair: async ({ id }) => {
        files.add(`copy/${id.callSid}`)
        return { path: `copy/${id.callSid}`, milliseconds: 20 }
      },
      keepFile: async () => {
        if (disk.isStorageAway) throw new Error('away')
        return { hash, bytes: 378 }
      },
      removeFile: async (path) => void files.delete(path),
    })
  return { disk, recover }
}

const stateOf = async ({ callSid }: StreamId) =>
  (await database.pool.query('select * from streams where call_sid = $1', [callSid])).rows[0]

const calls = (ids: readonly StreamId[]) => ids.map(({ callSid }) => callSid).toSorted()

t.test('what cannot be kept yet is left as it was, and kept the next time', async (t) => {
  const ids = await given(3, dead)
  const { disk, recover } = diskWith(ids)
  disk.isStorageAway = true
  for (let times = 0; times < 2; times++) {
    await t.rejects(recover(), /away/)
    t.equal(disk.files.size, 3, 'no copies are left')
  }
  disk.isStorageAway = false
  t.strictSame((await recover()).toSorted(), calls(ids))
  t.equal(disk.files.size, 0)
  for (const id of ids) t.match(await stateOf(id), { state: 'ended', hash, reason: 'node-died' })
})

t.test('a file that comes back after its stream was given up for lost is kept', async (t) => {
  const ids = await given(2, { state: 'lost', lease: null, reason: 'file-lost' })
  for (const { callSid } of ids)
    await database.pool.query(
      `insert into recording_absences (call_sid, started_at, reason) values ($1, now(), 'file-lost')`,
      [callSid],
    )
  // On another machine, which took the disk over.
  const { disk, recover } = diskWith(ids, false)
  t.strictSame((await recover()).toSorted(), calls(ids))
  t.equal(disk.files.size, 0)
  for (const id of ids) t.match(await stateOf(id), { state: 'ended', hash })
  const { rowCount } = await database.pool.query('select from recording_absences')
  t.equal(rowCount, 0, 'nothing is absent any more')
})

t.test('what is taken by a living node, or over, is taken by nobody else', async (t) => {
  const open = await given(1, { state: 'open', lease: '1 minute', reason: null })
  const living = diskWith(open, false)
  t.strictSame(await living.recover(), [])
  t.equal(living.disk.files.size, 1)
  const over = await given(1, { state: 'failed', lease: null, reason: 'disk' })
  const useless = diskWith(over)
  t.strictSame(await useless.recover(), [])
  t.equal(useless.disk.files.size, 0, 'of no use to anybody')
})

t.test('of two nodes that find the same file one takes it', async (t) => {
  const ids = await given(20, dead)
  const taken = await Promise.all(['one', 'other'].map((node) => streams.takeOver(node, ids)))
  t.strictSame(calls(taken.flat()), calls(ids))
})
