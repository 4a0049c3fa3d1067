import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import t from 'tap'
import { awayOf } from '../../src/blobs/away.ts'
import { s3Blobs } from '../../src/blobs/s3/blobs.ts'
import { s3Bucket } from '../../src/blobs/s3/bucket.ts'
import { checkBucket } from '../../src/blobs/s3/check.ts'
import type { BlobStore } from '../../src/blobs/store.ts'
import { s3Server } from '../support/s3-server.ts'

const root = t.testdir()
const server = await s3Server(t)
const pauses: number[] = []

/** Nobody waits between attempts. */
const bucketOf = (settings = server.settings, patienceMs = 5_000) => {
  const pause = async (milliseconds: number) => void pauses.push(milliseconds)
  const bucket = s3Bucket(settings, { patienceMs, attempts: 3, pause })
  t.teardown(bucket.close)
  return bucket
}
const bucket = bucketOf()
const blobs = s3Blobs(bucket, 'recordings')
/** Little, but more than a crowded machine takes for an answer. */
const hastyMs = 120
/** Gives up soon what stands still. */
const hasty = s3Blobs(bucketOf(server.settings, hastyMs), 'recordings')
const allOf = async (stream: Readable) => Buffer.concat(await Array.fromAsync(stream))
const content = randomBytes(400_000)
const path = join(root, 'file')
await writeFile(path, content)
const { hash } = await blobs.put(content)
const asked = () => server.asked.splice(0)

t.beforeEach(() => {
  asked()
  pauses.length = 0
})

t.test('putting is tried again until it is done, and the same is there once', async (t) => {
  for (const trouble of ['slow-down', 'reset', 'garbled', 'stall'] as const) {
    const { put, keep } = trouble === 'stall' ? hasty : blobs
    for (const send of [() => put(content), () => keep(path)]) {
      server.objects.clear()
      server.trouble('PUT', trouble, trouble)
      t.strictSame(await send(), { hash, bytes: content.length }, trouble)
      t.equal(asked().length, 3)
      t.ok(server.present(`recordings/${hash}`)?.equals(content))
      t.equal(server.objects.size, 1)
    }
  }
  t.ok(pauses.every((pause) => pause >= 0 && pause < 1000))
  t.ok(new Set(pauses).size > pauses.length / 2, 'each pause has a length of its own')
})

t.test('storage that reads or answers without end is given up', async (t) => {
  const large = join(root, 'large')
  await writeFile(large, Buffer.alloc(16_000_000))
  const faultOf = (work: Promise<unknown>) => work.catch((cause: Error) => cause)
  server.trouble('PUT', 'deaf', 'deaf', 'deaf')
  t.equal(awayOf(await faultOf(hasty.keep(large))), 'no-answer')
  server.trouble('PUT', 'drops', 'drops', 'drops')
  t.equal(awayOf(await faultOf(hasty.put(Buffer.from('small')))), 'no-answer')
  server.trouble('GET', 'dripping', 'dripping', 'dripping')
  const listed = Array.fromAsync(hasty.untouchedSince(Temporal.Now.instant()))
  t.equal(awayOf(await faultOf(listed)), 'no-answer')
})

t.test('storage that knows no ranges is told of, and its bytes are given to nobody', async (t) => {
  server.trouble('GET', 'whole')
  await t.rejects(allOf(blobs.read(hash, { start: 1000, end: 1999 })), /another part/)
})

t.test('after three attempts it is away, whatever was asked of it', async (t) => {
  const works = (blobs: BlobStore) => ({
    put: () => blobs.put(content),
    keep: () => blobs.keep(path),
    get: () => blobs.get(hash),
    size: () => blobs.size(hash),
    read: () => allOf(blobs.read(hash)),
    remove: () => blobs.remove(hash),
    list: () => Array.fromAsync(blobs.untouchedSince(Temporal.Now.instant())),
  })
  for (const everything of ['slow-down', 'reset', 'stall', 'away'] as const) {
    server.everything = everything
    for (const [name, work] of Object.entries(works(everything === 'stall' ? hasty : blobs))) {
      const fault = await work().then(
        () => null,
        (cause: unknown) => cause,
      )
      t.equal(awayOf(fault), 'no-answer', `${name}: ${everything}`)
    }
  }
  server.everything = null
  for (const name of ['put', 'keep', 'get', 'size', 'read'] as const) await works(blobs)[name]()
})

t.test('what is refused is not tried again', async (t) => {
  server.trouble('PUT', 'refused')
  const fault = await blobs.put(content).catch((cause: Error) => cause)
  t.equal(awayOf(fault), 'refused')
  t.match(
    (fault as Error).message,
    `The blob store refused PUT recordings/${hash}: 403 AccessDenied`,
  )
  t.equal(asked().length, 1)
})

t.test('a body that breaks off is read on from there', async (t) => {
  for (const trouble of ['cut-body', 'stall-body'] as const) {
    const { read } = trouble === 'stall-body' ? hasty : blobs
    server.trouble('GET', trouble, trouble, trouble)
    t.ok(content.equals(await allOf(read(hash))), trouble)
    t.equal(asked().length, 4)
    server.trouble('GET', trouble)
    const part = await allOf(read(hash, { start: 1000, end: 300_999 }))
    t.ok(content.subarray(1000, 301_000).equals(part), trouble)
    asked()
  }
})

t.test(
  'a list that breaks off is asked for again, and no page is taken for another thing',
  async (t) => {
    const all = () => Array.fromAsync(hasty.untouchedSince(Temporal.Now.instant()))
    server.trouble('GET', 'cut-body', 'stall-body')
    t.strictSame(await all(), [hash])
    server.trouble('GET', 'no-list')
    await t.rejects(all(), /no list/)
  },
)

t.test('other bytes than those of the name are never given whole', async (t) => {
  server.trouble('GET', 'wrong-bytes', 'wrong-bytes')
  await t.rejects(blobs.get(hash), /other bytes/)
  const given: Buffer[] = []
  await t.rejects(async () => {
    for await (const piece of blobs.read(hash)) given.push(piece)
  }, /other bytes/)
  t.ok(Buffer.concat(given).length < content.length, 'whoever was promised all of it sees the end')
})

t.test('who pauses while reading is not taken for a connection that stands still', async (t) => {
  const stream = hasty.read(hash)
  const pieces: Buffer[] = []
  for await (const piece of stream) {
    if (pieces.length === 0) await new Promise((resolve) => setTimeout(resolve, 1.2 * hastyMs))
    pieces.push(piece)
  }
  t.ok(content.equals(Buffer.concat(pieces)))
  t.equal(asked().length, 1)
})

t.test('after an outage few are sent at once, and connections are used again', async (t) => {
  const idle = server.connections()
  const most = { connections: 0 }
  const puts = Array.from({ length: 60 }, async (_, index) => {
    await blobs.put(Buffer.from(`waiting ${index}`))
    most.connections = Math.max(most.connections, server.connections())
  })
  await Promise.all(puts)
  t.ok(most.connections <= idle + 4, `${most.connections} connections`)
})

t.test('where old versions are kept, all of them are removed', async (t) => {
  server.keepsVersions = true
  const secret = Buffer.from('a secret')
  const { hash } = await blobs.put(secret)
  await blobs.put(secret)
  const key = `recordings/${hash}`
  t.equal(server.objects.get(key)?.length, 2)
  t.equal(await blobs.remove(hash), true)
  t.equal(server.objects.has(key), false)
  await blobs.put(secret)
  server.objects.get(key)?.push({ id: 'v-mark', bytes: null, modified: Temporal.Now.instant() })
  t.equal(await blobs.size(hash), null, 'hidden by somebody else')
  t.equal(await blobs.remove(hash), true)
  t.equal(server.objects.has(key), false)
  server.keepsVersions = false
})

t.test('what storage does not remove is not told to be removed', async (t) => {
  server.trouble('DELETE', 'refused')
  await t.rejects(blobs.remove(hash), /refused DELETE/)
  t.ok(server.present(`recordings/${hash}`))
})

t.test('a look at a bucket does all that will be asked of it, and leaves nothing', async (t) => {
  const before = [...server.objects.keys()]
  t.strictSame(await checkBucket(server.settings), { kind: 'able' })
  t.strictSame([...server.objects.keys()], before)
  const methods = new Set(asked().map((each) => each.split(' ')[0]))
  t.strictSame([...methods].sort(), ['DELETE', 'GET', 'HEAD', 'PUT'])
})

t.test('a look at a bucket tells what is wrong with it', async (t) => {
  const lookAt = (changes: Partial<typeof server.settings>) =>
    checkBucket({ ...server.settings, ...changes })
  for (const [changes, code] of [
    [{ url: `${server.url}-of-others` }, 'NoSuchBucket'],
    [{ keyId: 'NOBODY' }, 'InvalidAccessKeyId'],
    [{ secret: { reveal: () => 'another' } }, 'SignatureDoesNotMatch'],
    [{ region: 'eu-west-1' }, 'AuthorizationHeaderMalformed'],
  ] as const) {
    const check = await lookAt(changes)
    t.match(check, { kind: 'refused', why: new RegExp(`refused GET bucket: 4\\d\\d ${code} \\S`) })
    t.notMatch(JSON.stringify(check), /another|secret\/of/)
  }
  server.trouble('PUT', 'refused')
  t.match(await lookAt({}), { kind: 'refused', why: /refused PUT check\// })
  server.trouble('DELETE', 'refused')
  t.match(await lookAt({}), { kind: 'refused', why: /refused DELETE check\// })
  server.trouble('GET', 'no-list')
  t.match(await lookAt({}), { kind: 'refused', why: /no list/ })
  for (const everything of ['away', 'slow-down'] as const) {
    server.everything = everything
    asked()
    t.match(await lookAt({}), { kind: 'no-answer' })
    t.ok(asked().length <= 1, 'whoever waits for the start waits for one attempt')
  }
  server.everything = null
})
