/** How long a recording gets in which the caller speaks for so long and then does `then`. */
export const recordedSeconds = (
  spoken: number,
  then: SpeechEnd,
  limits: { readonly maxSeconds: number; readonly silenceSeconds: number },
): number =>
  Math.min(limits.maxSeconds, then === 'silence' ? spoken + limits.silenceSeconds : spoken)

/** What the caller does after the last word: a key, or `silence`, or `hang-up`. */
export type SpeechEnd = string
