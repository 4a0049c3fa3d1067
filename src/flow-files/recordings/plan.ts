import type { RecordingList, RecordingNote } from './recording-list.ts'

export type RecordingPlan = {
  /** To be spoken by the synthesiser: path → text. */
  readonly make: ReadonlyMap<string, string>
  /** Notes on recordings that stay. */
  readonly keep: RecordingList
  /** Paths of a person's recordings whose text has changed since: to be recorded again by a person. */
  readonly outdated: readonly string[]
  /** Paths of the synthesiser's recordings that nothing plays any more. */
  readonly drop: readonly string[]
}

/**
 * What to do so that every text has its recording. A file that is not the one on the list was put there by a
 * person, for the text as it is now.
 *
 * @param wanted path → text
 * @param hashOf hash of the file at a path, as the list keeps it; null when there is none
 */
export const planRecordings = (
  wanted: ReadonlyMap<string, string>,
  listed: RecordingList,
  hashOf: (path: string) => string | null,
): RecordingPlan => {
  const make = new Map<string, string>()
  const keep = new Map<string, RecordingNote>()
  const outdated: string[] = []
  for (const [path, text] of wanted) {
    const hash = hashOf(path)
    const note = listed.get(path)
    if (hash === null) make.set(path, text)
    else if (note?.hash !== hash) keep.set(path, { text, hash, by: 'person' })
    else if (note.text === text) keep.set(path, note)
    else if (note.by === 'espeak-ng') make.set(path, text)
    else {
      keep.set(path, note)
      outdated.push(path)
    }
  }
  const drop = [...listed].flatMap(([path, { hash, by }]) =>
    !wanted.has(path) && by === 'espeak-ng' && hashOf(path) === hash ? [path] : [],
  )
  return { make, keep, outdated, drop }
}
