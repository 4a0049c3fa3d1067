import { type FormEvent, useRef, useState } from 'react'
import type { CodeRequest, Me } from '../../web/caller/protocol.ts'
import { dialable, unbroken } from '../number.ts'
import { Again, pauseSeconds } from './again.tsx'
import { CodeField } from './code-field.tsx'
import { Field } from './field.tsx'
import styles from './forms.module.css'
import { type Answer, askCode, signIn } from './session.ts'
import { Trouble, troubleOf } from './trouble.tsx'
import { serverLanguages, useWords } from './words.tsx'

/** Why the door is shown; `over`: somebody was signed in here until the session ended. */
export type Door = 'nobody' | 'over' | 'link-over' | 'left'

type Sent = { readonly phone: string; readonly by: CodeRequest['by']; readonly again: number }

/** The door: the own number, then the code that came to it. */
export function SignIn({ why, onSignedIn }: { why: Door; onSignedIn: (me: Me) => void }) {
  const { say, language } = useWords()
  const [phone, setPhone] = useState('+7 ')
  const [code, setCode] = useState('')
  const [sent, setSent] = useState<Sent | null>(null)
  const [busy, setBusy] = useState<'code' | 'sign-in' | null>(null)
  const [answer, setAnswer] = useState<Answer<unknown> | null>(null)
  const phoneField = useRef<HTMLInputElement>(null)

  async function request(by: CodeRequest['by']): Promise<void> {
    const number = dialable(phone)
    if (busy !== null) return
    if (number.length < 8) {
      setAnswer({ kind: 'refused', why: 'number-not-served', afterSeconds: null })
      phoneField.current?.focus()
      return
    }
    setBusy('code')
    const answered = await askCode({ phone: number, by }, serverLanguages[language])
    setBusy(null)
    setAnswer(answered)
    if (answered.kind === 'done') {
      setCode('')
      setSent({ phone: number, by, again: Date.now() + pauseSeconds * 1000 })
    } else if (sent !== null && answered.afterSeconds !== null) {
      setSent({ ...sent, again: Date.now() + answered.afterSeconds * 1000 })
    }
  }

  async function enter(given: string): Promise<void> {
    if (busy !== null || sent === null) return
    setBusy('sign-in')
    const answered = await signIn({ phone: sent.phone, code: given }, serverLanguages[language])
    setBusy(null)
    setAnswer(answered)
    if (answered.kind === 'done') onSignedIn(answered.value)
    else if (answered.why === 'wrong-code') setCode('')
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (sent === null) void request('sms')
    else void enter(code)
  }

  const trouble = <Trouble told={troubleOf(say, answer)} />

  if (sent !== null) {
    return (
      <form className={styles.form} onSubmit={submit}>
        <h2>{say('code.title')}</h2>
        <p role="status">{say(`code.sent.${sent.by}`, { phone: unbroken(sent.phone) })}</p>
        <CodeField
          isFirst
          label={say('code')}
          value={code}
          isBusy={busy !== null}
          onChange={setCode}
          onWhole={(whole) => void enter(whole)}
        />
        {trouble}
        <button type="submit" className={styles.primary} disabled={busy !== null}>
          {say(busy === 'sign-in' ? 'code.checking' : 'sign-in.go')}
        </button>
        <div className={styles.row}>
          <Again
            until={sent.again}
            label={say('code.again.sms')}
            isBusy={busy !== null}
            go={() => void request('sms')}
          />
          <Again
            until={sent.again}
            label={say('code.again.call')}
            isBusy={busy !== null}
            go={() => void request('call')}
          />
          <button
            type="button"
            className={styles.quiet}
            onClick={() => {
              setSent(null)
              setAnswer(null)
            }}
          >
            {say('sign-in.other')}
          </button>
        </div>
      </form>
    )
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <h2>{say('sign-in')}</h2>
      {answer === null && why !== 'nobody' && (
        <p className={styles.told} role="status">
          {say(`door.${why}`)}
        </p>
      )}
      <p>{say('sign-in.why')}</p>
      <Field
        ref={phoneField}
        label={say('sign-in.phone')}
        name="phone"
        type="tel"
        autoComplete="tel"
        required
        value={phone}
        onChange={setPhone}
      />
      {trouble}
      <button type="submit" className={styles.primary} disabled={busy !== null}>
        {say(busy === 'code' ? 'sign-in.asking' : 'sign-in.sms')}
      </button>
      <button
        type="button"
        className={styles.quiet}
        disabled={busy !== null}
        onClick={() => void request('call')}
      >
        {say('sign-in.call')}
      </button>
    </form>
  )
}
