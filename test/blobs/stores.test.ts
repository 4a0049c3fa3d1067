import { createHash, randomBytes } from 'node:crypto'
import { readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import t from 'tap'
import { blobFolder } from '../../src/blobs/folder.ts'
import { s3Blobs } from '../../src/blobs/s3/blobs.ts'
import { s3Bucket } from '../../src/blobs/s3/bucket.ts'
import type { BlobStore } from '../../src/blobs/store.ts'
import { s3Server } from '../support/s3-server.ts'

/** What every store of files is like, wherever it keeps them. */

const root = t.testdir()
const server = await s3Server(t)
const bucket = s3Bucket(server.settings)
t.teardown(bucket.close)

type Kept = {
  readonly name: string
  readonly blobs: BlobStore
  /** Makes a blob look as if it had last been put then. */
  readonly age: (hash: string, at: Temporal.Instant) => Promise<void>
}

const stores: readonly Kept[] = [
  {
    name: 'a folder',
    blobs: blobFolder(join(root, 'blobs')),
    age: async (hash, at) => {
      const seconds = at.epochMilliseconds / 1000
      await utimes(join(root, 'blobs', hash.slice(0, 2), hash), seconds, seconds)
    },
  },
  {
    name: 'a bucket',
    blobs: s3Blobs(bucket, 'photos'),
    age: async (hash, at) => server.age(`photos/${hash}`, at),
  },
]

const hello = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
const allOf = async (stream: Readable) => Buffer.concat(await Array.fromAsync(stream))
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

for (const { name, blobs, age } of stores) {
  t.test(`${name} finds what is put under the hash of its content, once`, async (t) => {
    t.equal(await blobs.get(hello), null)
    t.equal(await blobs.size(hello), null)
    for (let times = 0; times < 2; times++)
      t.strictSame(await blobs.put(Buffer.from('hello')), { hash: hello, bytes: 5 })
    t.equal(Buffer.from((await blobs.get(hello)) ?? []).toString(), 'hello')
    t.equal(await blobs.size(hello), 5)
    t.equal((await allOf(blobs.read(hello))).toString(), 'hello')
    const empty = await blobs.put(new Uint8Array())
    t.equal(await blobs.size(empty.hash), 0)
    t.equal((await allOf(blobs.read(empty.hash))).length, 0)
  })

  t.test(`${name} keeps a finished file and leaves it to its owner`, async (t) => {
    const content = randomBytes(300_000)
    const path = join(root, 'finished')
    await writeFile(path, content)
    const hash = hashOf(content)
    for (let times = 0; times < 2; times++)
      t.strictSame(await blobs.keep(path), { hash, bytes: content.length })
    t.ok(content.equals(await readFile(path)))
    t.ok(content.equals(await allOf(blobs.read(hash))))
    await t.rejects(blobs.keep(join(root, 'no-such-file')), { code: 'ENOENT' })
  })

  t.test(`${name} reads a part, counted from 0 with both ends`, async (t) => {
    const content = randomBytes(200_000)
    const { hash } = await blobs.put(content)
    for (const [start, end] of [
      [0, 0],
      [1, 3],
      [100_000, 199_999],
      [199_990, 300_000],
      [200_000, 200_001],
    ] as const) {
      const part = await allOf(blobs.read(hash, { start, end }))
      t.ok(part.equals(content.subarray(start, end + 1)), `${start} to ${end}`)
    }
  })

  t.test(
    `${name} gives nothing for what it does not keep and for names that are none`,
    async (t) => {
      const missing = hashOf(randomBytes(8))
      const names = ['../secret', '..', '', hello.toUpperCase(), `${hello}/`, 'incoming', missing]
      for (const each of names) {
        t.equal(await blobs.get(each), null)
        t.equal(await blobs.size(each), null)
        t.equal(await blobs.remove(each), false)
        await t.rejects(allOf(blobs.read(each)))
        await t.rejects(allOf(blobs.read(each, { start: 0, end: 1 })))
      }
    },
  )

  t.test(`${name} lists what nobody touched for long, and can let it go`, async (t) => {
    const put = await Promise.all(
      Array.from({ length: 8 }, (_, index) => blobs.put(Buffer.from(`old ${index}`))),
    )
    const before = Temporal.Now.instant().subtract({ hours: 24 })
    const old = put.map(({ hash }) => hash)
    for (const hash of old) await age(hash, before.subtract({ seconds: 2 }))
    const listed = async () => (await Array.fromAsync(blobs.untouchedSince(before))).sort()
    t.strictSame(await listed(), old.toSorted())
    await blobs.put(Buffer.from('old 3'))
    t.equal((await listed()).includes(put[3]?.hash ?? ''), false, 'put again, it is touched')
    t.equal((await listed()).length, 7)
    for (const hash of old) {
      t.equal(await blobs.remove(hash), true)
      t.equal(await blobs.remove(hash), false)
      t.equal(await blobs.get(hash), null)
    }
    t.strictSame(await listed(), [])
  })

  t.test(`whoever stops reading ${name} halfway holds nothing open`, async (t) => {
    const { hash } = await blobs.put(randomBytes(2_000_000))
    const stream = blobs.read(hash)
    for await (const piece of stream) {
      t.ok(piece.length > 0)
      break
    }
    t.equal(stream.destroyed, true)
    t.equal(await blobs.size(hash), 2_000_000)
  })
}
