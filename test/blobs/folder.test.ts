import { readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { blobFolder } from '../../src/blobs/folder.ts'

const root = t.testdir()
const blobs = blobFolder(join(root, 'blobs'))
const hello = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

t.test('a file has a folder of few, and nothing is left where it came in', async (t) => {
  await blobs.put(Buffer.from('hello'))
  await writeFile(join(root, 'finished'), 'hello')
  await blobs.keep(join(root, 'finished'))
  t.strictSame(await readdir(join(root, 'blobs', '2c')), [hello])
  t.strictSame(await readdir(join(root, 'blobs', 'incoming')), [])
})

t.test('what lies beside the blobs is not one of them', async (t) => {
  await writeFile(join(root, 'blobs', '2c', 'notes'), 'notes')
  await writeFile(join(root, 'secret'), 'secret')
  const before = Temporal.Now.instant().subtract({ hours: 24 })
  const old = new Date(before.epochMilliseconds - 1000)
  for (const name of [hello, 'notes']) await utimes(join(root, 'blobs', '2c', name), old, old)
  t.strictSame(await Array.fromAsync(blobs.untouchedSince(before)), [hello])
  t.equal(await blobs.get('../../secret'), null)
})

t.test('a folder that is not there yet holds nothing', async (t) => {
  const none = blobFolder(join(root, 'none'))
  t.strictSame(await Array.fromAsync(none.untouchedSince(Temporal.Now.instant())), [])
  t.equal(await none.remove(hello), false)
})
