import type { Words } from '../prompts/recordings.ts'

/**
 * What a turn says, in order. The engine decides the words (catalogue texts, numbers read out, counts
 * and conditions of prompts); how they reach the ear is the edge's affair.
 */
export type QueuedPrompt = {
  /** False: the caller cannot cut it off by a key; keys pressed before its end are discarded. */
  readonly bargein: boolean
  readonly segments: readonly PromptSegment[]
}

export type PromptSegment =
  | { readonly kind: 'speech'; readonly language: string; readonly parts: readonly SpeechPart[] }
  /** `src` is an address that `Setting.hasAudio` said is known good; `words`: what it says, if that is known. */
  | { readonly kind: 'audio'; readonly src: string; readonly words?: Words }
  | { readonly kind: 'silence'; readonly milliseconds: number }

/** Text with the SSML subset that carriers speak. */
export type SpeechPart =
  | string
  | { readonly kind: 'break'; readonly milliseconds: number }
  | { readonly kind: 'emphasis'; readonly level: string; readonly parts: readonly SpeechPart[] }
  | {
      readonly kind: 'prosody'
      readonly rate?: string
      readonly pitch?: string
      readonly volume?: string
      readonly parts: readonly SpeechPart[]
    }
