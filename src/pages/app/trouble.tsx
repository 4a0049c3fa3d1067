import { clockFace } from '../clock-face.ts'
import styles from './forms.module.css'
import type { Answer } from './session.ts'
import type { Say } from './words.tsx'

/** What was refused, in words: what happened and what to do. Null when nothing was. */
export function troubleOf(say: Say, answer: Answer<unknown> | null): string | null {
  if (answer?.kind !== 'refused') return null
  const { why, afterSeconds } = answer
  if (why === 'too-many' && afterSeconds !== null) {
    return say('trouble.too-many.until', { time: clockFace(afterSeconds * 1000) })
  }
  return say(`trouble.${why}`)
}

/** What went wrong, where it did; null = nothing. */
export function Trouble({ told }: { told: string | null }) {
  return told === null ? null : (
    <p className={styles.trouble} role="alert">
      {told}
    </p>
  )
}
