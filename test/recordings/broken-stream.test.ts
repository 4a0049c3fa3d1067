import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/logging.ts'
import { startServer } from '../../src/server.ts'
import { createCarrier } from '../../src/simulator/carrier.ts'
import { lineNoise } from '../../src/simulator/streams/line-sound.ts'
import { testDatabase } from '../support/database.ts'
import { integratedLine, until } from '../support/media-stream.ts'
import { flowFolder } from '../support/shipped-flows.ts'

const adminToken = 'administrator-of-the-broken-stream-test'

t.test(
  'a stream that breaks while the caller talks is replaced; the sound keeps its time',
  async (t) => {
    const database = await testDatabase(t)
    const read = readConfig({
      PORT: '0',
      DATABASE_URL: database.url,
      DATA_DIR: t.testdir(),
      FLOWS_DIR: flowFolder,
      ADMIN_TOKEN: adminToken,
      LOG_LEVEL: 'silent',
    })
    if ('faults' in read) throw new Error(read.faults.join('\n'))
    const started = await startServer(read.config, createLogger('silent'), {
      carrier: (account) =>
        createCarrier({
          ...account,
          streamFaults: ({ stream }) => (stream === 0 ? [{ kind: 'drop', frame: 20 }] : []),
        }),
    })
    if (started.kind === 'refused') throw new Error(started.reasons.join('\n'))
    const { server } = started
    t.teardown(server.close)
    const call = server.demo?.carrier.dial({ to: integratedLine })
    if (call === undefined) throw new Error('There is no carrier')
    const stream = (ordinal: number, state: string) =>
      until(async () => {
        const { rows } = await database.pool.query(
          'select * from streams where call_sid = $1 and ordinal = $2 and state = $3',
          [call.callSid, ordinal, state],
        )
        return rows[0]
      })
    await stream(1, 'ended')
    await stream(2, 'open')
    t.equal(call.record().status, 'in-progress', 'the call has not noticed')
    const channel = await database.pool.query(
      'select closed_at from channels where call_sid = $1',
      [call.callSid],
    )
    t.match(channel.rows, [{ closed_at: null }], 'nor has its channel')
    await new Promise((resolve) => setTimeout(resolve, 400))
    call.hangUp()
    await call.settled
    t.match(await stream(2, 'ended'), { reason: 'stop' })

    const api = (path: string) =>
      server.app.inject({
        url: `/api${path}`,
        headers: { authorization: `Bearer ${adminToken}` },
      })
    const { items } = (await api(`/recordings?call=${call.callSid}`)).json<{
      items: { id: string; breaks: { atMs: number; ms: number }[] }[]
    }>()
    const [recording] = items
    const [gap] = recording?.breaks ?? []
    if (recording === undefined || gap === undefined) throw new Error('no gap is noted')
    t.equal(gap.atMs, 400)
    t.ok(gap.ms > 500, `${gap.ms} ms without a stream`)
    const audio = await api(`/recordings/${recording.id}/audio?reason=test`)
    const caller = audio.rawPayload.subarray(58).filter((_, index) => index % 2 === 0)
    const resumed = 8 * (gap.atMs + gap.ms)
    t.ok(caller.subarray(8 * gap.atMs + 8, resumed - 8).every((byte) => byte === 0xff))
    // The noise of a simulated line tells by itself what time it is.
    const before = phaseOf(caller, 160)
    const after = phaseOf(caller, resumed + 160)
    const error = (after - before - resumed + 80 * lineNoise.length) % lineNoise.length
    const samples = Math.min(error, lineNoise.length - error)
    // A busy database tells both streams the time that late.
    t.ok(samples <= 8 * 200, `${samples / 8} ms beside its time`)
  },
)

/** Where in the noise the sound at a place stands. */
const phaseOf = (sound: Uint8Array, at: number): number => {
  for (let phase = 0; phase < lineNoise.length; phase++) {
    let index = 0
    while (index < 120 && sound[at + index] === lineNoise[(phase + index) % lineNoise.length])
      index += 1
    if (index === 120) return phase
  }
  throw new Error(`No noise at ${at}`)
}
