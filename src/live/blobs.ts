import { join } from 'node:path'
import { blobFolder } from '../blobs/folder.ts'
import type { BlobStore } from '../blobs/store.ts'
import type { BucketConfig, Config } from '../config.ts'
import type { Logger } from '../logging.ts'

/** Where files that are whole are kept, for all nodes alike. */
export type LiveBlobs = {
  readonly photos: BlobStore
  readonly recordings: BlobStore
  readonly close: () => void
}

/** Below the data folder, and in a bucket. */
const folders = { photos: 'photos', recordings: 'recordings' }

/**
 * Opens folders, or the bucket that the settings name. A bucket that refuses what it will be asked is a reason not
 * to start; one that gives no answer is none: calls can be answered, and what is recorded waits for it.
 */
export const openBlobs = async (
  { bucket, dataDir }: Pick<Config, 'bucket' | 'dataDir'>,
  logger: Logger,
): Promise<LiveBlobs | { readonly reasons: readonly string[] }> =>
  bucket === null
    ? {
        photos: blobFolder(join(dataDir, folders.photos)),
        recordings: blobFolder(join(dataDir, folders.recordings)),
        close: () => {},
      }
    : openBucket(bucket, logger)

const openBucket = async (
  settings: BucketConfig,
  logger: Logger,
): Promise<LiveBlobs | { readonly reasons: readonly string[] }> => {
  // Whoever keeps files in folders does not pay for its memory.
  const [{ s3Blobs }, { s3Bucket }, { checkBucket }] = await Promise.all([
    import('../blobs/s3/blobs.ts'),
    import('../blobs/s3/bucket.ts'),
    import('../blobs/s3/check.ts'),
  ])
  const check = await checkBucket(settings)
  if (check.kind === 'refused') return { reasons: [`BLOB_S3_URL: ${check.why}`] }
  if (check.kind === 'no-answer') logger.warn({ event: 'blobs-away', why: check.why })
  const bucket = s3Bucket(settings)
  return {
    photos: s3Blobs(bucket, folders.photos),
    recordings: s3Blobs(bucket, folders.recordings),
    close: bucket.close,
  }
}
