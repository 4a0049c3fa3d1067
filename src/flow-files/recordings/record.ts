import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { recordingList } from '../../prompts/recordings.ts'
import { parseCatalogueFile } from '../catalogue-file.ts'
import { contentHash } from '../content-hash.ts'
import { muLawWav } from './mu-law-wav.ts'
import { planRecordings } from './plan.ts'
import {
  formatRecordingList,
  parseRecordingList,
  type RecordingList,
  type RecordingNote,
} from './recording-list.ts'
import { forTelephone, levelled, readPcm, silent, trimmed } from './telephone-sound.ts'
import { pauseMilliseconds, wantedRecordings } from './wanted-recordings.ts'

export type Recorded = {
  readonly made: readonly string[]
  readonly kept: number
  /** A person's, of a text that has changed since. */
  readonly outdated: readonly string[]
  readonly dropped: readonly string[]
  /** All recordings of the language together. */
  readonly bytes: number
}

/** Text to 16-bit PCM in a WAV file; rejects when it cannot be spoken. */
export type Synthesise = (text: string) => Promise<Uint8Array>

/**
 * Makes the recordings of a language that are missing or say something else than their text now; those of a
 * person are left alone. Files and their list are written together every few recordings: an interruption costs
 * little, and leaves no file that looks like a person's.
 *
 * Rejects when the folder has no catalogue of the language.
 */
export const recordPrompts = async (
  directory: string,
  language: string,
  synthesise: Synthesise,
  onMade: (path: string) => void,
): Promise<Recorded> => {
  const path = `prompts/${language}.yaml`
  const source = await readFile(join(directory, path), 'utf8')
  const { catalogue } = parseCatalogueFile(source, path, language)
  if (catalogue === null) throw new Error(`${path} is no catalogue`)
  const wanted = wantedRecordings(language, catalogue)
  const listPath = join(directory, recordingList(language))
  const listed = parseRecordingList(await readFile(listPath, 'utf8').catch(absent('')))
  const files = await filesAt(directory, [...wanted.keys(), ...listed.keys()])
  const plan = planRecordings(wanted, listed, (one) => files.get(one)?.hash ?? null)

  const notes = new Map<string, RecordingNote>(plan.keep)
  const save = (list: RecordingList) => replace(listPath, formatRecordingList(language, list))
  let bytes = [...plan.keep.keys()].reduce((sum, one) => sum + (files.get(one)?.bytes ?? 0), 0)
  for (const batch of batches([...plan.make])) {
    const made: [path: string, text: string, wav: Uint8Array][] = []
    for (const [one, text] of batch) {
      made.push([one, text, await recordingOf(text, one.includes('/pieces/'), synthesise)])
      onMade(one)
    }
    for (const [one, text, wav] of made) {
      await replace(join(directory, one), wav)
      notes.set(one, { text, hash: shortHash(wav), by: 'espeak-ng' })
      bytes += wav.length
    }
    await save(notes)
  }
  for (const one of plan.drop) await rm(join(directory, one))
  await save(notes)
  return {
    made: [...plan.make.keys()],
    kept: plan.keep.size,
    outdated: plan.outdated,
    dropped: plan.drop,
    bytes,
  }
}

const batchSize = 25

function* batches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += batchSize) yield items.slice(at, at + batchSize)
}

/** Pieces stand close to one another; a prompt ends with a short rest. */
const margins = { piece: { before: 15, after: 35 }, prompt: { before: 30, after: 120 } }

const recordingOf = async (
  text: string,
  isPiece: boolean,
  synthesise: Synthesise,
): Promise<Uint8Array> => {
  const pause = pauseMilliseconds(text)
  if (pause !== null) return muLawWav(silent(pause))
  const spoken = trimmed(
    forTelephone(readPcm(await synthesise(text))),
    isPiece ? margins.piece : margins.prompt,
  )
  if (spoken.length === 0) throw new Error(`nothing is heard of "${text}"`)
  return muLawWav(levelled(spoken))
}

type FileFacts = { readonly hash: string; readonly bytes: number }

const filesAt = async (
  directory: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, FileFacts>> => {
  const files = new Map<string, FileFacts>()
  for (const path of new Set(paths)) {
    const content = await readFile(join(directory, path)).catch(absent(null))
    if (content !== null) files.set(path, { hash: shortHash(content), bytes: content.length })
  }
  return files
}

const absent =
  <Value>(instead: Value) =>
  (error: unknown): Value => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return instead
    throw error
  }

const shortHash = (content: Uint8Array): string => contentHash(content).slice(0, 32)

const replace = async (path: string, content: string | Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, content)
  await rename(`${path}.new`, path)
}
