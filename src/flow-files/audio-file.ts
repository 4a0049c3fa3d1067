import { contentHash } from './content-hash.ts'
import type { AudioFile } from './flow-files.ts'
import { wavFault } from './wav.ts'

/** What there is to know of a recording, from its bytes. */
export const audioFile = (content: Uint8Array): AudioFile => ({
  hash: contentHash(content),
  bytes: content.length,
  fault: wavFault(content),
})
