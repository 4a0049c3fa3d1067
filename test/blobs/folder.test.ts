import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { blobFolder } from '../../src/blobs/folder.ts'

const root = await mkdtemp(join(tmpdir(), 'blobs-'))
t.teardown(() => rm(root, { recursive: true }))
const blobs = blobFolder(join(root, 'blobs'))
const hello = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

t.test('what is put is found under the hash of its content, once', async (t) => {
  t.equal(await blobs.get(hello), null)
  t.strictSame(await blobs.put(Buffer.from('hello')), { hash: hello, bytes: 5 })
  await blobs.put(Buffer.from('hello'))
  t.equal(Buffer.from((await blobs.get(hello)) ?? []).toString(), 'hello')
  t.equal(await blobs.size(hello), 5)
  t.strictSame(await readdir(join(root, 'blobs', '2c')), [hello])
  t.strictSame(await readdir(join(root, 'blobs', 'incoming')), [], 'nothing is left behind')
})

t.test('a finished file is taken over', async (t) => {
  const path = join(root, 'finished')
  await writeFile(path, 'hello')
  t.strictSame(await blobs.adopt(path), { hash: hello, bytes: 5 })
  await t.rejects(readFile(path))
})

t.test('a part is read, counted from 0 with both ends', async (t) => {
  const parts: Buffer[] = []
  for await (const part of blobs.read(hello, { start: 1, end: 3 })) parts.push(part)
  t.equal(Buffer.concat(parts).toString(), 'ell')
})

t.test('names that are no hash lead nowhere', async (t) => {
  await writeFile(join(root, 'secret'), 'secret')
  for (const name of ['../secret', '..', '', hello.toUpperCase(), `${hello}/`, 'incoming']) {
    t.equal(await blobs.get(name), null)
    t.equal(await blobs.size(name), null)
    t.equal(await blobs.remove(name), false)
    await t.rejects(async () => {
      for await (const part of blobs.read(name)) t.notOk(part)
    })
  }
})

t.test('what nobody touched for long is listed, and can go', async (t) => {
  await mkdir(join(root, 'blobs', '2c'), { recursive: true })
  const { hash: other } = await blobs.put(Buffer.from('other'))
  const before = Temporal.Now.instant().subtract({ hours: 24 })
  const old = new Date(before.epochMilliseconds - 1000)
  await utimes(join(root, 'blobs', '2c', hello), old, old)
  t.strictSame(await Array.fromAsync(blobs.untouchedSince(before)), [hello])
  await blobs.put(Buffer.from('hello'))
  t.strictSame(await Array.fromAsync(blobs.untouchedSince(before)), [], 'put again, it is touched')
  t.equal(await blobs.remove(hello), true)
  t.equal(await blobs.remove(hello), false)
  t.ok(await blobs.get(other))
})

t.test('a folder that is not there yet holds nothing', async (t) => {
  const none = blobFolder(join(root, 'none'))
  t.strictSame(await Array.fromAsync(none.untouchedSince(Temporal.Now.instant())), [])
  t.equal(await none.remove(hello), false)
})
