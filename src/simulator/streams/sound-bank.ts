import type { Speaker } from '../speech.ts'
import { type LineSound, lineSoundOf, murmur } from './line-sound.ts'

/** Something to be heard on a line. */
export type ToBeHeard = {
  readonly text: string
  /** BCP 47. */
  readonly language: string
  readonly milliseconds: number
  readonly audioUrl?: string
  /** Hertz of the murmur that stands for a voice that is not there. */
  readonly pitch: number
}

export type SoundBank = {
  /** Never rejects: what cannot be said or fetched is murmured. */
  readonly sound: (what: ToBeHeard) => Promise<LineSound>
}

const kept = 100

/** Sounds of a carrier, the last ones kept. @param voice null: nothing is spoken, all murmured */
export const createSoundBank = (
  voice: Pick<Speaker, 'speak'> | null,
  fetchFile: (url: string) => Promise<Uint8Array | null>,
): SoundBank => {
  const sounds = new Map<string, Promise<LineSound>>()
  const make = async ({
    text,
    language,
    milliseconds,
    audioUrl,
    pitch,
  }: ToBeHeard): Promise<LineSound> => {
    if (audioUrl !== undefined) {
      const file = await fetchFile(audioUrl).catch(() => null)
      const sound = file === null ? null : lineSoundOf(file)
      if (sound !== null) return sound
    }
    const spoken = text === '' || voice === null ? null : await voice.speak(language, text)
    const sound = spoken?.kind === 'sound' ? lineSoundOf(spoken.wav) : null
    return sound ?? murmur(Math.min(milliseconds, 60_000), pitch)
  }
  return {
    sound: (what) => {
      const key = what.audioUrl ?? `${what.language} ${what.pitch} ${what.text}`
      const known = sounds.get(key)
      const sound = known ?? make(what)
      sounds.delete(key)
      sounds.set(key, sound)
      const oldest = sounds.size > kept ? sounds.keys().next().value : undefined
      if (oldest !== undefined) sounds.delete(oldest)
      return sound
    },
  }
}
