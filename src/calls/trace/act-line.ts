import type { Json, RecordingInput } from '../../voicexml/turn.ts'
import type { TurnToTake } from '../commit-turn.ts'
import type { SettledTurn } from '../settle.ts'

/** The script line: what the caller did, or what became of the call, at the last wait. */
export const actLine = (
  { input, from, to }: Pick<TurnToTake, 'input' | 'from' | 'to'>,
  wait: SettledTurn['wait'] | null,
): string => {
  switch (input?.kind) {
    case undefined:
      return `call ${from} -> ${to}`
    case 'digits': {
      if (input.digits === '') return 'silence'
      // Whether a key or a pause ended them is not told; of a number it was the key.
      const { length } = input.digits
      const ends = wait?.kind === 'input' && length > 1 && length !== wait.maxDigits
      return `keys ${input.digits}${ends ? (wait.termChar ?? '') : ''}`
    }
    case 'recording':
      return recordingLine(input, wait)
    case 'transfer':
      return `transfer ends ${input.result} after ${input.seconds} s`
    case 'object-result':
      return queueLine(input.result)
    default:
      return 'hang-up'
  }
}

/** What became of the wait for a person. */
const queueLine = (result: Json): string => {
  const { status = 'error', waitedSeconds = 0 } = result as {
    status?: string
    waitedSeconds?: number
  }
  return `queue ends ${status} after ${waitedSeconds} s`
}

/** How long the caller spoke: silence that ends a recording is part of it. */
const recordingLine = (
  { recording, key, hungUp }: RecordingInput,
  wait: SettledTurn['wait'] | null,
): string => {
  if (recording === null) return 'silence'
  const { seconds } = recording
  if (key !== '') return `speaks ${seconds} s then ${key}`
  if (hungUp) return `speaks ${seconds} s then hang-up`
  const isFull = wait?.kind !== 'record' || seconds >= wait.maxSeconds
  return `speaks ${isFull ? seconds : Math.max(0, seconds - wait.silenceSeconds)} s`
}
