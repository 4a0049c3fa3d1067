import type { Words } from '../prompts/recordings.ts'
import type { Schedule } from '../schedules/schedule.ts'
import type { Setting } from '../voicexml/setting.ts'

/** A telephone line: the number people dial and what answers there. One entry of `lines.yaml`. */
export type Line = {
  /** E.164 with the plus sign; unique in a flow set. */
  readonly number: string
  readonly name: string
  readonly description: string | null
  /** The first document of a call, relative to the flow folder: `hotline/main.vxml`. */
  readonly flow: string
  /** BCP 47, never empty; a call begins in the first. */
  readonly languages: readonly [string, ...string[]]
  /** Name of a schedule of the same flow set; null = always open. */
  readonly schedule: string | null
  /** Queue of a caller who asks for an operator without naming a topic. */
  readonly queue: string
  /** True: a live call opens the chat and photo channel. */
  readonly integrated: boolean
}

/** Whom a due callback rings first. */
export type CallbackOrder = 'operator-first' | 'caller-first'

export type Queue = {
  readonly name: string
  /** An operator needs all of them; empty = anyone may take the call. */
  readonly skills: readonly string[]
  /** Greater is served earlier. −100 to 100. */
  readonly priority: number
  /** After so long the caller is told that nobody came. 0–86,400; 0 = do not wait at all. */
  readonly maxWaitSeconds: number
  /** From then on the waiting caller is offered a callback. 0–86,400. */
  readonly offerCallbackAfterSeconds: number
  /** How long one operator's telephone rings before the next is tried. 5–120. */
  readonly ringSeconds: number
  /** Time to write up a finished call before the next one. 0–3,600. */
  readonly wrapUpSeconds: number
  readonly callbackOrder: CallbackOrder
}

/** What the engine runs a turn with: the same moment however often the turn is run again. */
export const settingAt = (
  { setting }: Pick<FlowSet, 'setting'>,
  now: Temporal.Instant,
): Setting => ({
  ...setting,
  now: now.epochMilliseconds,
})

/** A recorded prompt of the flow folder: WAV, 8 kHz, mono. */
export type RecordedPrompt = {
  readonly hash: string
  /** Length of the file. */
  readonly bytes: number
  /** What it says; absent where no catalogue tells. */
  readonly words?: Words
}

/**
 * One version of the flow folder, whole and frozen: what lines there are, when they are open, where
 * callers wait, and the documents they walk. A call keeps the version it began with.
 */
export type FlowSet = {
  /** Hash over the paths and content hashes of all files: the same folder has the same version. */
  readonly version: string
  /** IANA name: the zone of schedules, of spoken times and of the call log. */
  readonly timezone: string
  readonly lines: ReadonlyMap<string, Line>
  readonly schedules: ReadonlyMap<string, Schedule>
  /** Always holds `general`. */
  readonly queues: ReadonlyMap<string, Queue>
  /** What a turn of any call of this version needs. */
  readonly setting: Setting
  /** By path relative to the flow folder. */
  readonly audio: ReadonlyMap<string, RecordedPrompt>
  /** Path → content hash of every file that makes up the version. */
  readonly manifest: ReadonlyMap<string, string>
}
