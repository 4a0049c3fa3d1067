import type { Clock } from '../clock.ts'
import type { PhoneReport } from '../phone-protocol.ts'
import { talkIn } from './conversation.ts'
import { type LineSound, lineNoise } from './line-sound.ts'
import type { SoundBank } from './sound-bank.ts'

/** What is heard on both tracks of one call: made of what the call reports of itself. */
export type CallSound = {
  readonly hear: (report: PhoneReport) => void
  /** The person talks for so long. */
  readonly speak: (milliseconds: number) => void
  /** Samples of a track from that moment on, milliseconds of the clock. */
  readonly fill: (track: 'inbound' | 'outbound', at: number, frame: Uint8Array) => void
}

/** A sound on a track, from one moment to another. */
type Clip = { readonly from: number; until: number; readonly sound: LineSound }

const samplesPerMs = 8

/** Pitches of murmurs, Hertz: who is who without a voice. */
const pitches = { inbound: 210, outbound: 130 } as const

/**
 * The line's words on the outbound track, the caller's on the inbound one. While somebody talks to the caller
 * both hold a conversation in turns; else the caller is quiet, but for the noise of a line.
 */
export const createCallSound = (clock: Clock, bank: SoundBank): CallSound => {
  const playing: Record<'inbound' | 'outbound', Clip | null> = { inbound: null, outbound: null }
  let utterance: number | null = null
  let language = 'ru-RU'
  let stopTalk: (() => void) | null = null

  const play = (track: 'inbound' | 'outbound', sound: LineSound, milliseconds: number): void => {
    const from = clock.now()
    playing[track] = { from, until: from + milliseconds, sound }
  }
  const quiet = (track: 'inbound' | 'outbound'): void => {
    const clip = playing[track]
    if (clip !== null) clip.until = Math.min(clip.until, clock.now())
  }
  const say = async (report: Extract<PhoneReport, { type: 'utterance' }>): Promise<void> => {
    utterance = report.utterance
    if (report.language !== '') language = report.language
    const { text, milliseconds, audioUrl } = report
    const sound = await bank.sound({
      text,
      language: report.language,
      milliseconds,
      pitch: pitches.outbound,
      ...(audioUrl !== undefined && { audioUrl }),
    })
    if (utterance === report.utterance) play('outbound', sound, Number.POSITIVE_INFINITY)
  }
  const murmurOf = (milliseconds: number) =>
    bank.sound({ text: '', language: '', milliseconds, pitch: pitches.inbound })

  /** One says something, then the other, until the talk is over. */
  const talk = (): void => {
    let isOver = false
    let wake = (): void => {}
    const rest = (milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        const cancel = clock.after(milliseconds, resolve)
        wake = () => {
          cancel()
          resolve()
        }
      })
    const converse = async (): Promise<void> => {
      for (let line = 0; !isOver; line += 1) {
        const { track, text } = talkIn(language, line)
        const milliseconds = text.length * 70
        const sound = await bank.sound({ text, language, milliseconds, pitch: pitches[track] })
        if (isOver) return
        play(track, sound, sound.length / samplesPerMs)
        await rest(sound.length / samplesPerMs + 900)
      }
    }
    void converse()
    stopTalk = () => {
      isOver = true
      stopTalk = null
      quiet('inbound')
      quiet('outbound')
      wake()
    }
  }

  return {
    hear: (report) => {
      if (report.type === 'utterance') void say(report)
      if (report.type === 'utterance-end' && report.utterance === utterance) {
        utterance = null
        quiet('outbound')
      }
      if (report.type === 'conference' || report.type === 'transfer') {
        const talks = report.state === 'talking' || report.state === 'connected'
        if (!talks) stopTalk?.()
        else if (stopTalk === null) talk()
      }
      if (report.type === 'call' && report.state === 'ended') stopTalk?.()
    },
    speak: (milliseconds) => {
      void murmurOf(milliseconds).then((sound) => play('inbound', sound, milliseconds))
    },
    fill: (track, at, frame) => {
      const clip = playing[track]
      const offset = clip === null ? 0 : Math.round((at - clip.from) * samplesPerMs)
      const end = clip === null ? 0 : Math.min(clip.sound.length, (clip.until - clip.from) * 8)
      const noise = Math.round(at * samplesPerMs) % lineNoise.length
      for (let index = 0; index < frame.length; index += 1) {
        const place = offset + index
        frame[index] =
          clip !== null && place >= 0 && place < end
            ? (clip.sound[place] as number)
            : (lineNoise[(noise + index) % lineNoise.length] as number)
      }
    },
  }
}
