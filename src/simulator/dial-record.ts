import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { TurnTrace } from './phone-protocol.ts'

/** A file that a call is written to as a golden conversation. */
export type Recorder = {
  readonly add: (turn: TurnTrace) => void
  /** Writes what there is; the number of its turns, 0 when there was nothing to write. */
  readonly save: () => Promise<number>
}

export type RecorderOptions = { readonly file: string; readonly force: boolean }

/** Why nothing could be written there: it exists already, or its folder does not; null: nothing is in the way. */
export const recordingObstacle = ({ file, force }: RecorderOptions): 'exists' | 'folder' | null => {
  if (!existsSync(dirname(file))) return 'folder'
  return existsSync(file) && !force ? 'exists' : null
}

export const createRecorder = ({ file, force }: RecorderOptions): Recorder => {
  const turns: TurnTrace[] = []
  return {
    add: (turn) => {
      turns.push(turn)
    },
    save: async () => {
      const text = conversation(titleOf(file), turns)
      if (text === null) return 0
      await writeFile(file, text, { flag: force ? 'w' : 'wx' })
      return turns.length
    },
  }
}

/** The conversation as text; null without the turn that answers the call. */
export const conversation = (title: string, turns: readonly TurnTrace[]): string | null => {
  const [first] = turns
  const last = turns.at(-1)
  if (first?.turn !== 0 || last === undefined) return null
  return [
    title,
    `at ${first.transcript.at}`,
    ...last.transcript.givens,
    ...turns.flatMap(({ transcript }) => transcript.lines),
    '',
  ].join('\n')
}

/** Until a person writes a better one: the name of the file as words. */
const titleOf = (file: string): string => {
  const words = basename(file, '.txt')
    .replace(/[-_\s]+/g, ' ')
    .trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
