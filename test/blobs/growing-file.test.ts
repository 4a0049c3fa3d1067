import fs from 'node:fs'
import { readFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { growingFile } from '../../src/blobs/growing-file.ts'

const piecesOf = (...texts: readonly string[]) => texts.map((text) => Buffer.from(text))

/** A disk of which each write takes no more than so many bytes, and none at all after `most`. */
const slowDisk = (t: Test, atOnce: number, most: number) => {
  const { writev } = fs
  let taken = 0
  const partly = (
    descriptor: number,
    pieces: readonly Uint8Array[],
    position: number,
    done: (cause: Error | null, written: number) => void,
  ) => {
    const room = Math.min(atOnce, most - taken)
    if (room <= 0) return done(new Error('No space left'), 0)
    const part = Buffer.concat(pieces).subarray(0, room)
    taken += part.length
    writev(descriptor, [part], position, done)
  }
  fs.writev = partly as typeof writev
  syncBuiltinESMExports()
  t.teardown(() => {
    fs.writev = writev
    syncBuiltinESMExports()
  })
}

t.test('pieces stand in a row, each row where it belongs', async (t) => {
  const file = await growingFile(join(t.testdir(), 'sound'))
  const done: string[] = []
  file.write(piecesOf('one', 'two', 'three'), 4, () => done.push('row'))
  file.write(piecesOf('head'), 0, () => done.push('head'))
  await file.settle()
  t.equal(await readFile(file.path, 'utf8'), 'headonetwothree')
  t.same(done.sort(), ['head', 'row'])
})

t.test('what the disk takes only in parts is whole in the end', async (t) => {
  slowDisk(t, 4, 1000)
  const file = await growingFile(join(t.testdir(), 'sound'))
  let times = 0
  file.write(piecesOf('one', 'two', 'three', 'four'), 0, () => {
    times += 1
  })
  await file.settle()
  t.equal(await readFile(file.path, 'utf8'), 'onetwothreefour')
  t.equal(times, 1)
})

t.test('what the disk does not take is told, and its bytes may be used again', async (t) => {
  slowDisk(t, 4, 6)
  const file = await growingFile(join(t.testdir(), 'sound'))
  let times = 0
  file.write(piecesOf('one', 'two', 'three'), 0, () => {
    times += 1
  })
  await t.rejects(file.settle(), { cause: { message: 'No space left' } })
  t.match(file.fault(), { message: 'No space left' })
  t.equal(times, 1)
})
