import type { Words } from '../prompts/recordings.ts'
import type { FlowSet } from './flow-set.ts'

type Recordings = FlowSet['audio']

const known = new WeakMap<Recordings, ReadonlyMap<string, Words>>()

/** What a recording says, by the hash of its content; null where the flow set does not tell. */
export const recordedWords = (audio: Recordings, hash: string): Words | null => {
  const byHash = known.get(audio) ?? indexed(audio)
  return byHash.get(hash) ?? null
}

const indexed = (audio: Recordings): ReadonlyMap<string, Words> => {
  const byHash = new Map<string, Words>()
  for (const { hash, words } of audio.values()) if (words !== undefined) byHash.set(hash, words)
  known.set(audio, byHash)
  return byHash
}
