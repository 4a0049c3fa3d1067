import type { Account } from './account.ts'
import styles from './app.module.css'
import { useOffline } from './use-account.ts'
import { useWords } from './words.tsx'

/**
 * Being without a network is a state, told at the top with what waits for its end; so is being open too
 * often, which a touch ends.
 */
export function OfflineBanner({ account }: { account: Account }) {
  const { say } = useWords()
  const { isOffline, isSurplus, waiting } = useOffline(account)
  if (isSurplus) {
    return (
      <div className={styles.banner} role="status">
        <strong>{say('surplus')}</strong>
        <span>{say('surplus.do')}</span>
      </div>
    )
  }
  if (!isOffline) return null
  return (
    <div className={styles.banner} role="status">
      <strong>{say('offline')}</strong>
      <span>
        {waiting === 0
          ? say('offline.kept')
          : say(account.isLasting ? 'offline.waiting' : 'offline.waiting.here', { count: waiting })}
      </span>
    </div>
  )
}
