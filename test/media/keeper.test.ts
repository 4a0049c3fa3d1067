import t from 'tap'
import { createKeeper, type KeeperPorts, type Refusal } from '../../src/media/keeper.ts'
import type { SoundFile } from '../../src/media/taking.ts'
import type { OpenedStream, StreamId } from '../../src/recordings/ports.ts'

const id: StreamId = { callSid: `CA${'1'.repeat(32)}`, ordinal: 1 }
const opened: OpenedStream = {
  kind: 'opened',
  at: Temporal.Instant.from('2026-11-21T10:00:00Z'),
  phone: '+79161234567',
  line: '+78005550303',
}
const payload = Buffer.from(Buffer.alloc(160, 9).toString('base64'))
const outage = new Error('away')
const storeAway = new Error('no bucket')

/** A keeper whose surroundings do as they are told; what it did to them, in order. */
const keeperWith = (changes: {
  readonly open?: () => OpenedStream
  readonly keep?: () => boolean
  readonly keepFile?: () => void
  readonly renewed?: readonly StreamId[]
  readonly fault?: Error
}) => {
  const done: string[] = []
  const note = (what: string) => {
    done.push(what)
  }
  const file: SoundFile = {
    path: 'growing',
    write: (_pieces, _position, written) => written(),
    fault: () => changes.fault ?? null,
    sync: () => note('sync'),
    settle: async () => note('settle'),
  }
  const ports: KeeperPorts = {
    node: 'node',
    streams: {
      open: async () => {
        note('open')
        return changes.open?.() ?? opened
      },
      renew: async () => changes.renewed ?? [id],
      keep: async (_id, _node, { milliseconds }, reason) => {
        note(`row ${milliseconds} ${reason}`)
        return changes.keep?.() ?? true
      },
      stop: async () => note('stop'),
      drop: async (_id, _node, state, reason) => note(`drop ${state} ${reason}`),
    },
    createFile: async () => file,
    keepFile: async () => {
      changes.keepFile?.()
      note('blob')
      return { hash: 'a'.repeat(64), bytes: 58 }
    },
    removeFile: async () => note('remove'),
    onOpened: () => note('opened'),
    onEnded: () => note('ended'),
    onFault: (what) => note(`fault ${what}`),
    isOutage: (cause) => cause === outage,
    isStoreAway: (cause) => cause === storeAway,
    elapsed: () => 0,
    pause: () => {
      note('pause')
      return settled()
    },
  }
  const keeper = createKeeper(ports)
  const refusals: Refusal[] = []
  const stream = keeper.begin(id, 'MZ', (why) => {
    refusals.push(why)
    keeper.end(stream, 'refused')
  })
  const speak = () => stream.take('inbound', 2, 0, payload, 0, payload.length)
  return { keeper, stream, speak, done, refusals }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

t.test('file, blob, row, removal: in this order', async (t) => {
  const { keeper, stream, speak, done } = keeperWith({})
  speak()
  keeper.end(stream, 'stop')
  keeper.end(stream, 'socket-lost')
  await keeper.close()
  t.strictSame(done, ['open', 'opened', 'settle', 'blob', 'row 20 stop', 'remove', 'ended'])
  t.match(keeper.figures(), { open: 0, frames: 1, lost: 1 })
})

t.test('while the database is away the file grows, and its row follows', async (t) => {
  let tries = 0
  const away = <T>(then: T): T => {
    tries += 1
    if (tries % 3 !== 0) throw outage
    return then
  }
  const { keeper, stream, speak, done, refusals } = keeperWith({
    open: () => away(opened),
    keep: () => away(true),
  })
  speak()
  await settled()
  await settled()
  keeper.end(stream, 'stop')
  while (!done.includes('ended')) await settled()
  t.strictSame(done.filter((what) => what === 'pause').length, 4, 'two tries more for each')
  t.strictSame(refusals, [])
  t.strictSame(done.slice(-3), ['row 20 stop', 'remove', 'ended'])
})

t.test(
  'while storage is away the file stays, and its call may be given another stream',
  async (t) => {
    let tries = 0
    const { keeper, stream, speak, done } = keeperWith({
      keepFile: () => {
        tries += 1
        if (tries < 4) throw storeAway
      },
    })
    speak()
    await settled()
    keeper.end(stream, 'stop')
    while (!done.includes('row 20 stop')) await settled()
    await keeper.close()
    t.strictSame(done.slice(2), [
      ...['settle', 'stop', 'ended', 'fault keep-file', 'pause', 'pause'],
      ...['blob', 'row 20 stop', 'remove', 'ended'],
    ])
  },
)

t.test('who closes while storage is away leaves the file to the next start', async (t) => {
  const { keeper, stream, speak, done } = keeperWith({
    keepFile: () => {
      throw storeAway
    },
  })
  speak()
  await settled()
  keeper.end(stream, 'stop')
  while (!done.includes('pause')) await settled()
  await keeper.close()
  t.notOk(done.includes('remove'))
  const closing = keeperWith({
    keepFile: () => {
      throw storeAway
    },
  })
  await settled()
  await closing.keeper.close()
  t.notOk(closing.done.includes('remove'))
})

t.test('a stream that is none of ours leaves nothing behind', async (t) => {
  for (const kind of ['used', 'unknown-call', 'call-over'] as const) {
    const { keeper, speak, done, refusals } = keeperWith({ open: () => ({ kind }) })
    speak()
    await settled()
    await keeper.close()
    t.strictSame(refusals, [kind === 'used' ? 'used-token' : kind])
    t.strictSame(done, ['open', 'settle', 'remove'])
  }
})

t.test('who was taken for dead lets go; who cannot write ends the stream', async (t) => {
  const frozen = keeperWith({ renewed: [] })
  await settled()
  await frozen.keeper.beat()
  t.strictSame(frozen.refusals, ['used-token'])
  const full = keeperWith({ fault: new Error('ENOSPC') })
  await settled()
  await full.keeper.beat()
  t.strictSame(full.refusals, ['disk'])
  t.ok(full.done.includes('fault write-stream'))
})

t.test('how a call sounds is told as long as its stream goes on', async (t) => {
  const { keeper, stream } = keeperWith({})
  t.match(keeper.levels(id.callSid), { inbound: 0, outbound: 0 })
  t.equal(keeper.levels('CA'), null)
  keeper.end(stream, 'stop')
  t.equal(keeper.levels(id.callSid), null)
  await keeper.close()
})
