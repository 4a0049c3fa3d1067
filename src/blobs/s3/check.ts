import { randomBytes } from 'node:crypto'
import { type Away, awayOf } from '../away.ts'
import { pageIn } from './answers.ts'
import { s3Blobs } from './blobs.ts'
import { ordinaryPatience, s3Bucket } from './bucket.ts'
import type { BucketSettings } from './exchange.ts'

/** What came of a look at a bucket; `why` is a sentence for whoever set it. */
export type BucketCheck = { readonly kind: 'able' } | { readonly kind: Away; readonly why: string }

/**
 * Does with a few bytes of no meaning all that will be asked of a bucket. Each once: a node that starts keeps callers
 * waiting.
 */
export const checkBucket = async (
  settings: BucketSettings,
  { patienceMs, pause } = ordinaryPatience,
): Promise<BucketCheck> => {
  const bucket = s3Bucket(settings, { patienceMs, pause, attempts: 1 })
  const blobs = s3Blobs(bucket, 'check')
  try {
    pageIn(await bucket.text({ 'list-type': '2', 'max-keys': '1' }))
    const content = randomBytes(32)
    const { hash } = await blobs.put(content)
    const found = await blobs.get(hash)
    await blobs.remove(hash)
    return found !== null && content.equals(found)
      ? { kind: 'able' }
      : { kind: 'refused', why: 'The blob store took a file and did not give it back' }
  } catch (cause) {
    return { kind: awayOf(cause) ?? 'refused', why: (cause as Error).message }
  } finally {
    bucket.close()
  }
}
