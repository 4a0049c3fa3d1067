import type { Finding } from '../voicexml/element.ts'

/**
 * The content of a flow folder as values, wherever it was kept: on disk or, for a version of the past, in
 * the database. Paths are relative to the folder, with `/` between names.
 */
export type FlowFiles = {
  /** `.vxml`, `.grxml`, `.js` and `.yaml` files. */
  readonly texts: ReadonlyMap<string, string>
  readonly audio: ReadonlyMap<string, AudioFile>
  /** What was wrong with files before anybody looked inside; such files are absent above. */
  readonly findings: readonly Finding[]
}

export type AudioFile = {
  readonly hash: string
  readonly bytes: number
  /** Why it cannot be played (`has 2 channels, not one`); null = 8 kHz mono WAV. */
  readonly fault: string | null
}
