import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { awayFault, awayOf } from '../away.ts'
import { fewAtOnce } from '../few-at-once.ts'
import { type BlobStore, isHash } from '../store.ts'
import { pageIn } from './answers.ts'
import type { Bucket } from './bucket.ts'
import type { SentBody } from './exchange.ts'
import { readObject } from './reading.ts'

/** Files read and sent at once: after an outage thousands may wait, and callers come first. */
const sentAtOnce = 4

/** Of one object, far beyond what is ever put anew. */
const mostVersions = 100

/**
 * Blobs below a folder of a bucket. Putting the same again is no fault and counts as touching it. Each object
 * goes in one request, signed with its hash, which the storage checks: nothing is there in part, or wrong.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export const s3Blobs = (bucket: Bucket, folder: string): BlobStore => {
  const inTurn = fewAtOnce(sentAtOnce)
  const keyOf = (hash: string) => `${folder}/${hash}`

  const send = (prepare: () => Promise<SentBody>) =>
    inTurn(async () => {
      try {
        const body = await prepare()
        const { hash, bytes } = body
        const checksum = Buffer.from(hash, 'hex').toString('base64')
        const headers = {
          'content-type': 'application/octet-stream',
          'x-amz-checksum-sha256': checksum,
        }
        await bucket.ask({ method: 'PUT', key: keyOf(hash), headers, body })
        return { hash, bytes }
      } catch (cause) {
        // The place is given up after a while: of all who wait each would be refused as quickly.
        if (awayOf(cause) !== null) await bucket.pause(bucket.attempts)
        throw cause
      }
    })

  const head = (hash: string) => bucket.ask({ method: 'HEAD', key: keyOf(hash) })

  return {
    put: (content) =>
      send(async () => ({
        hash: createHash('sha256').update(content).digest('hex'),
        bytes: content.length,
        open: () => Readable.from([content]),
      })),
    keep: (path) =>
      send(async () => {
        const hash = createHash('sha256')
        let bytes = 0
        for await (const piece of createReadStream(path)) {
          hash.update(piece)
          bytes += piece.length
        }
        return { hash: hash.digest('hex'), bytes, open: () => createReadStream(path) }
      }),
    get: async (hash) => {
      if (!isHash(hash) || (await head(hash)).kind === 'missing') return null
      return Buffer.concat(await Array.fromAsync(readObject(bucket, keyOf(hash), hash, null)))
    },
    size: async (hash) => {
      if (!isHash(hash)) return null
      const answer = await head(hash)
      return answer.kind === 'answered' ? Number(answer.response.headers['content-length']) : null
    },
    read: (hash, range) => Readable.from(readObject(bucket, keyOf(hash), hash, range ?? null)),
    remove: async (hash) => {
      if (!isHash(hash)) return false
      const key = keyOf(hash)
      // What is told to be deleted is gone: where old versions are kept, all of them.
      for (let removed = 0; removed < mostVersions; removed++) {
        const { kind, version } = await head(hash)
        if (kind !== 'answered' && version === null) return removed > 0
        const query = version === null ? {} : { versionId: version }
        await bucket.ask({ method: 'DELETE', key, query })
      }
      throw awayFault('refused', `The blob store does not remove ${key}`)
    },
    untouchedSince: async function* (before) {
      for (let next: string | null = ''; next !== null; ) {
        const query: Record<string, string> = { 'list-type': '2', prefix: `${folder}/` }
        if (next !== '') query['continuation-token'] = next
        const page = pageIn(await bucket.text(query))
        for (const { key, modified } of page.objects) {
          const name = key.slice(folder.length + 1)
          if (isHash(name) && Temporal.Instant.compare(modified, before) < 0) yield name
        }
        next = page.next
      }
    },
  }
}
