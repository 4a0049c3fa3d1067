import { useCallback, useEffect, useState } from 'react'
import { Header } from '../look/header.tsx'
import type { Taste } from '../look/taste.ts'
import styles from './console.module.css'
import { Desk } from './desk.tsx'
import { isSignedIn } from './session.ts'
import { SignIn } from './sign-in.tsx'
import { useWords } from './words.tsx'

const againMilliseconds = 2000

/** Lets those who are signed in to their desk, and shows everybody else the door. */
export function Gate({ taste }: { taste: Taste }) {
  const { say } = useWords()
  /** `over`: somebody was signed in here until the session ended. */
  const [who, setWho] = useState<'asking' | 'nobody' | 'operator' | 'over'>('asking')

  useEffect(() => {
    if (who !== 'asking') return
    let timer: ReturnType<typeof setTimeout> | undefined
    let left = false
    async function ask(): Promise<void> {
      const known = await isSignedIn()
      if (left) return
      if (known === null) timer = setTimeout(() => void ask(), againMilliseconds)
      else setWho(known ? 'operator' : 'nobody')
    }
    void ask()
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [who])

  const onSignedOut = useCallback(() => setWho('over'), [])

  if (who === 'operator') {
    return <Desk taste={taste} onSignedOut={onSignedOut} onLeave={() => setWho('nobody')} />
  }
  return (
    <div className={styles.page}>
      <Header taste={taste} />
      <main className={styles.door}>
        {who === 'asking' ? (
          <p className={styles.loading} role="status">
            {say('loading')}
          </p>
        ) : (
          <SignIn isOver={who === 'over'} onSignedIn={() => setWho('operator')} />
        )}
      </main>
    </div>
  )
}
