import { Button } from '@mantine/core'
import { type FormEvent, useLayoutEffect, useRef, useState } from 'react'
import { type SignInOutcome, signIn } from './session.ts'
import styles from './sign-in.module.css'
import { useWords } from './words.tsx'

/** The door: login, password, and the code of the second factor when it is asked for. */
export function SignIn({ isOver, onSignedIn }: { isOver: boolean; onSignedIn: () => void }) {
  const { say } = useWords()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [needsCode, setNeedsCode] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [outcome, setOutcome] = useState<SignInOutcome | null>(null)
  const codeField = useRef<HTMLInputElement>(null)
  const passwordField = useRef<HTMLInputElement>(null)

  useLayoutEffect(() => {
    if (needsCode) codeField.current?.focus()
  }, [needsCode])

  async function go(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (isBusy) return
    setIsBusy(true)
    const answered = await signIn(login, password, needsCode ? code.replace(/\s/g, '') : null)
    setIsBusy(false)
    setOutcome(answered)
    if (answered === 'signed-in') onSignedIn()
    if (answered === 'code-needed') setNeedsCode(true)
    if (answered === 'refused') {
      const field = needsCode ? codeField : passwordField
      field.current?.select()
    }
  }

  const trouble = ((): string | null => {
    switch (outcome) {
      case 'refused':
        return say(needsCode ? 'sign-in.refused.code' : 'sign-in.refused')
      case 'too-many':
        return say('sign-in.too-many')
      case 'unreachable':
        return say('sign-in.unreachable')
      default:
        return null
    }
  })()

  return (
    <form className={styles.form} onSubmit={go}>
      <h2>{say('sign-in')}</h2>
      {isOver && outcome === null && <p role="status">{say('sign-in.over')}</p>}
      <label>
        <span>{say('sign-in.login')}</span>
        <input
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          // biome-ignore lint/a11y/noAutofocus: the only thing there is to do on this page
          autoFocus
          value={login}
          onChange={({ currentTarget }) => setLogin(currentTarget.value)}
        />
      </label>
      <label>
        <span>{say('sign-in.password')}</span>
        <input
          ref={passwordField}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
      </label>
      {needsCode && (
        <label>
          <span>{say('sign-in.code')}</span>
          <input
            ref={codeField}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            value={code}
            onChange={({ currentTarget }) => setCode(currentTarget.value)}
          />
        </label>
      )}
      {outcome === 'code-needed' && <p role="status">{say('sign-in.code-needed')}</p>}
      {trouble !== null && (
        <p className={styles.trouble} role="alert">
          {trouble}
        </p>
      )}
      <Button type="submit" className={styles.go} rightSection={<kbd>Enter</kbd>}>
        {say(isBusy ? 'sign-in.busy' : 'sign-in.go')}
      </Button>
    </form>
  )
}
