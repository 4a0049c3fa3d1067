import { useEffect, useState } from 'react'
import { clockFace } from '../clock-face.ts'
import styles from './forms.module.css'
import { useWords } from './words.tsx'

/** Seconds before a code may be asked for again: messages take about that long. */
export const pauseSeconds = 45

/** A button that counts down until it may be pressed. @param until milliseconds since 1970 */
export function Again(props: { until: number; label: string; isBusy: boolean; go: () => void }) {
  const { say } = useWords()
  const left = () => Math.max(0, Math.ceil((props.until - Date.now()) / 1000))
  const [seconds, setSeconds] = useState(left)
  // biome-ignore lint/correctness/useExhaustiveDependencies: counts anew for every `until`
  useEffect(() => {
    setSeconds(left())
    const timer = setInterval(() => setSeconds(left()), 500)
    return () => clearInterval(timer)
  }, [props.until])
  return (
    <button
      type="button"
      className={styles.quiet}
      disabled={seconds > 0 || props.isBusy}
      onClick={props.go}
    >
      {seconds > 0
        ? say('again.in', { what: props.label, time: clockFace(seconds * 1000) })
        : props.label}
    </button>
  )
}
