/** What is known of a recorded file. */
export type RecordingNote = {
  /** What it says. */
  readonly text: string
  /** First half of the SHA-256 of the file: whoever changes the file changes this. */
  readonly hash: string
  readonly by: Maker
}

/** A person's recordings are kept, whatever happens to their texts; the synthesiser's are made anew. */
export type Maker = 'espeak-ng' | 'person'

/** By path, relative to the flow folder. */
export type RecordingList = ReadonlyMap<string, RecordingNote>

/**
 * Reads `recordings/LANG.yaml`: a line a recording, `path: { "text": …, "hash": …, "by": … }`. Other lines
 * say nothing: the recordings they may have been about count as unknown.
 */
export const parseRecordingList = (source: string): RecordingList =>
  new Map(
    source.split('\n').flatMap((line): [string, RecordingNote][] => {
      const [, path, written] = /^([\w./-]+): (\{.*\})\s*$/.exec(line) ?? []
      const note = path === undefined ? null : noteIn(written ?? '')
      return path === undefined || note === null ? [] : [[path, note]]
    }),
  )

const noteIn = (written: string): RecordingNote | null => {
  try {
    const { text, hash, by } = JSON.parse(written) as Partial<Record<string, unknown>>
    if (typeof text !== 'string' || typeof hash !== 'string') return null
    return { text, hash, by: by === 'espeak-ng' ? by : 'person' }
  } catch {
    return null
  }
}

/** The list as a file: valid YAML, in the order of the paths, so that changes are easy to review. */
export const formatRecordingList = (language: string, list: RecordingList): string => {
  const lines = [...list]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([path, { text, hash, by }]) =>
        `${path}: { "text": ${JSON.stringify(text)}, "hash": "${hash}", "by": "${by}" }`,
    )
  return [
    `# What each recording in ${language} says and who made it, kept by npm run prompts:record -- ${language}.`,
    '# To put a person in the place of the synthesiser, put the file in its place and run the command.',
    ...lines,
    '',
  ].join('\n')
}
