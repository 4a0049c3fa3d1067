import { useEffect, useRef, useState } from 'react'
import type { Snapshot } from '../../web/operator/protocol.ts'
import { foreignZone, wallClock } from '../moments.ts'
import styles from './notices.module.css'
import { useWords } from './words.tsx'

/** How long it is said that the telephone network is back. */
const overMilliseconds = 20_000

/**
 * The telephone network is away for the server of this page: since when, and what becomes of those who wait.
 * Its end is said, too. A region that speaks what changes in it, and so is always there.
 */
export function Outage(props: {
  outage: Snapshot['outage']
  /** Without the server nobody knows. */
  isOnline: boolean
  isTalking: boolean
}) {
  const { say } = useWords()
  const { outage, isOnline, isTalking } = props
  const isOver = useOver(outage !== null)
  return (
    <div role="status" aria-label={say('outage')}>
      {isOnline && outage !== null && (
        <p className={styles.outage} data-kind={outage.kind}>
          <strong>{say(`outage.${outage.kind}`, { time: momentOf(outage.since) })}</strong>{' '}
          {say('outage.kept')} {isTalking && say('outage.talk')}
        </p>
      )}
      {isOnline && isOver && <p className={styles.joining}>{say('outage.over')}</p>}
    </div>
  )
}

/** The time of day, with its zone where that is not the one of this computer. */
const momentOf = (time: string): string =>
  [wallClock(time), foreignZone(time)].filter((part) => part !== null).join(' ')

/** True for a while after it has ended. */
function useOver(isOn: boolean): boolean {
  const wasOn = useRef(isOn)
  const [isOver, setIsOver] = useState(false)
  useEffect(() => {
    const hasEnded = wasOn.current && !isOn
    wasOn.current = isOn
    setIsOver(hasEnded)
    if (!hasEnded) return
    const timer = setTimeout(() => setIsOver(false), overMilliseconds)
    return () => clearTimeout(timer)
  }, [isOn])
  return isOver
}
