import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { wavHeader } from '../../src/media/wav.ts'
import {
  integratedLine,
  newSid,
  openStream,
  startStreamApi,
  tokenIn,
  until,
} from '../support/media-stream.ts'
import { accountSid, authToken, startProcess } from './process.ts'

const adminToken = 'an-administrator-of-the-test-0123'

t.test(
  'what was written before the server was killed is kept, and a new stream ordered',
  async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'hotline-process-'))
    await chmod(dataDir, 0o755)
    t.teardown(() => rm(dataDir, { recursive: true, force: true }))
    const api = await startStreamApi(t)
    const settings = { DATA_DIR: dataDir, ADMIN_TOKEN: adminToken, TWILIO_API_URL: api.url }
    const callSid = newSid('CA')

    const first = await startProcess(settings)
    const answer = await first.post('/voice/incoming', {
      CallSid: callSid,
      From: '+79161234567',
      To: integratedLine,
      CallStatus: 'ringing',
    })
    const stream = await openStream(
      { url: first.url, server: { publicUrl: first.url } },
      { callSid, token: tokenIn(answer.text) },
      newSid('MZ'),
      { accountSid, authToken },
    )
    stream.start()
    for (let index = 0; index < 300; index++) {
      stream.frame({ track: 'inbound', sequence: 2 * index + 2, timestamp: index * 20, byte: 5 })
      stream.frame({ track: 'outbound', sequence: 2 * index + 3, timestamp: index * 20, byte: 6 })
    }
    const recordings = async (url: string) => {
      const response = await fetch(`${url}/api/recordings?call=${callSid}`, {
        headers: { authorization: `Bearer ${adminToken}` },
      })
      return (await response.json()) as {
        items: { milliseconds: number; streams: { state: string; sha256: string }[] }[]
      }
    }
    await until(async () => ((await recordings(first.url)).items.length > 0 ? true : null))
    const growing = join(dataDir, 'recordings/growing')
    await until(async () => {
      const files = await readdir(growing, { recursive: true })
      const file = files.find((name) => name.endsWith('.wav'))
      const content = file === undefined ? null : await readFile(join(growing, file))
      return content !== null && content.length > 5 * 16_000 ? true : null
    })
    await first.stop('SIGKILL')

    const second = await startProcess(settings)
    t.teardown(() => second.stop('SIGTERM'))
    const kept = await until(async () => {
      const [item] = (await recordings(second.url)).items
      return item?.streams[0]?.state === 'ended' ? item : null
    })
    t.match(kept.streams[0], { reason: 'node-died', frames: null })
    t.ok(kept.milliseconds >= 5000 && kept.milliseconds <= 6000, `${kept.milliseconds} ms of 6000`)
    const hash = kept.streams[0]?.sha256 ?? ''
    const file = await readFile(join(dataDir, 'recordings', hash.slice(0, 2), hash))
    t.ok(file.subarray(0, 58).equals(wavHeader(file.length - 58)), 'a whole file')
    t.ok(file.subarray(58, 58 + 80_000).every((byte, index) => byte === (index % 2 ? 6 : 5)))
    const order = await until(async () => api.orders.find((each) => each.callSid === callSid))
    t.match(order.form.get('Parameter1.Value'), /^2\./)
  },
)
