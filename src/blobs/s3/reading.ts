import { createHash } from 'node:crypto'
import { awayFault } from '../away.ts'
import type { ByteRange } from '../store.ts'
import { heard } from './answers.ts'
import type { Bucket } from './bucket.ts'

/**
 * Reads an object, or a part of it. Where the connection breaks it goes on with another one, as long as each brings
 * something. What is read whole is proved to be what its name says before its last piece is given.
 *
 * @throws when there is no such object, and when its bytes are others
 */
export async function* readObject(
  bucket: Bucket,
  key: string,
  hash: string,
  range: ByteRange | null,
): AsyncGenerator<Uint8Array, void, void> {
  const sum = range === null ? createHash('sha256') : null
  let held: Uint8Array | null = null
  for await (const piece of unbroken(bucket, key, range)) {
    sum?.update(piece)
    if (held !== null) yield held
    held = piece
  }
  if (sum !== null && sum.digest('hex') !== hash)
    throw new Error(`The blob store gave other bytes than those of ${key}`)
  if (held !== null) yield held
}

async function* unbroken(
  bucket: Bucket,
  key: string,
  range: ByteRange | null,
): AsyncGenerator<Uint8Array, void, void> {
  let at = range?.start ?? 0
  const end = range?.end ?? null
  for (let failures = 0; end === null || at <= end; ) {
    const body = await openAt(bucket, key, at, end)
    if (body === null) return
    try {
      for (;;) {
        const next = await body.next().catch((cause: Error) => ({ cause }))
        if ('cause' in next) {
          failures += 1
          if (failures === bucket.attempts) throw brokenOff(key, next.cause)
          break
        }
        if (next.done === true) return
        failures = 0
        at += next.value.length
        yield next.value
      }
    } finally {
      await body.return()
    }
    await bucket.pause(failures)
  }
}

/** Null: the object ends before. */
const openAt = async (bucket: Bucket, key: string, at: number, end: number | null) => {
  const isPart = at > 0 || end !== null
  const headers = isPart ? { range: `bytes=${at}-${end ?? ''}` } : {}
  const answer = await bucket.ask({ method: 'GET', key, headers })
  if (answer.kind === 'beyond') return null
  if (answer.kind === 'missing') throw new Error(`There is no ${key} in the blob store`)
  const { response } = answer
  if (isPart && !response.headers['content-range']?.startsWith(`bytes ${at}-`)) {
    response.destroy()
    throw awayFault('refused', `The blob store gave another part of ${key} than was asked for`)
  }
  return heard(response, bucket.patienceMs)
}

const brokenOff = (key: string, cause: Error): Error =>
  awayFault('no-answer', `The blob store broke off ${key} again and again`, cause)
