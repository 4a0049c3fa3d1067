import { useCallback, useEffect, useState } from 'react'
import type { Me } from '../../web/caller/protocol.ts'
import { Header } from '../look/header.tsx'
import type { Taste } from '../look/taste.ts'
import { type Account, openAccount } from './account.ts'
import styles from './app.module.css'
import { type Kept, openKept } from './kept.ts'
import { Refusing } from './refusing.tsx'
import { Rooms } from './rooms.tsx'
import type { Brought } from './route.ts'
import { askMe, signInAsGuest } from './session.ts'
import { type Door, SignIn } from './sign-in.tsx'
import { type AppLanguage, useWords } from './words.tsx'

type State =
  | { readonly is: 'opening'; readonly isOffline: boolean }
  | { readonly is: 'door'; readonly why: Door }
  | { readonly is: 'refusing'; readonly token: string }
  | { readonly is: 'in'; readonly account: Account }

const againMilliseconds = 2000

/** Lets those who are signed in to what is theirs, and shows everybody else the door. */
export function Gate({ taste, brought }: { taste: Taste<AppLanguage>; brought: Brought | null }) {
  const { say } = useWords()
  const [kept, setKept] = useState<Kept | null>(null)
  const [state, setState] = useState<State>(
    brought?.kind === 'refuse'
      ? { is: 'refusing', token: brought.token }
      : { is: 'opening', isOffline: false },
  )

  useEffect(() => {
    void openKept().then(setKept)
  }, [])

  const enter = useCallback(
    async (me: Me) => {
      if (!kept) return
      await kept.keepMe(me)
      const account = await openAccount(me, kept, () => {
        account.close()
        void kept.keepMe(null)
        // A guest's session ends with the call, or when the caller ends the trust.
        setState({ is: 'door', why: me.kind === 'guest' ? 'link-over' : 'over' })
      })
      setState({ is: 'in', account })
    },
    [kept],
  )

  const isOpening = state.is === 'opening'
  useEffect(() => {
    if (!isOpening || !kept) return
    const token = brought?.kind === 'guest' ? brought.token : null
    let timer: ReturnType<typeof setTimeout> | undefined
    let isLeft = false
    async function ask(from: Kept): Promise<void> {
      const answer = await (token === null ? askMe() : signInAsGuest(token))
      if (isLeft) return
      if (answer.kind === 'done') return enter(answer.value)
      if (answer.why === 'link-over') return setState({ is: 'door', why: 'link-over' })
      if (answer.why === 'signed-out') return setState({ is: 'door', why: 'nobody' })
      const last = token === null ? await from.me() : null
      if (isLeft) return
      if (last) return enter(last)
      setState({ is: 'opening', isOffline: true })
      timer = setTimeout(() => void ask(from), againMilliseconds)
    }
    void ask(kept)
    return () => {
      isLeft = true
      clearTimeout(timer)
    }
  }, [isOpening, kept, brought, enter])

  if (state.is === 'in') {
    return (
      <Rooms
        taste={taste}
        account={state.account}
        onLeft={() => setState({ is: 'door', why: 'left' })}
      />
    )
  }
  return (
    <div className={styles.page}>
      <Header taste={taste} />
      <main className={styles.door}>
        {state.is === 'opening' && (
          <p className={styles.quiet} role="status">
            {say(state.isOffline ? 'opening.offline' : 'opening')}
          </p>
        )}
        {state.is === 'door' && <SignIn why={state.why} onSignedIn={(me) => void enter(me)} />}
        {state.is === 'refusing' && (
          <Refusing
            token={state.token}
            onDone={() => setState({ is: 'opening', isOffline: false })}
          />
        )}
      </main>
    </div>
  )
}
