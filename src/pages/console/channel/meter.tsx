import { useWords } from '../words.tsx'
import styles from './meter.module.css'
import type { Levels } from './talk-link.ts'

/** From here on silence is worth a word: somebody may wait to be asked. */
const longSilenceSeconds = 30

/** Who speaks now, and how long nobody has. */
export function Meter({ levels }: { levels: Levels | null }) {
  const { say } = useWords()
  if (levels === null) return null
  const isSilent = levels.silentSeconds >= longSilenceSeconds
  return (
    <div className={styles.meter}>
      <Side label={say('meter.caller')} level={levels.caller} />
      <Side label={say('meter.operator')} level={levels.operator} />
      <p className={styles.silence} role="status" data-long={isSilent || undefined}>
        {isSilent ? say('meter.silence', { seconds: Math.floor(levels.silentSeconds) }) : ''}
      </p>
    </div>
  )
}

function Side({ label, level }: { label: string; level: number }) {
  return (
    <label className={styles.side}>
      <span>{label}</span>
      <meter min={0} max={1} value={level} />
    </label>
  )
}
