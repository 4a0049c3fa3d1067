import { Button } from '@mantine/core'
import { type FormEvent, type RefObject, useEffect, useId, useRef, useState } from 'react'
import styles from './password-dialog.module.css'
import { changePassword, type PasswordOutcome } from './session.ts'
import { useWords } from './words.tsx'

/** The own password, changed by whoever knows the old one. Gives way to a call that rings. */
export function PasswordDialog(props: {
  login: string
  isRinging: boolean
  /** Null: nothing was asked of the server, or nothing came of it. */
  close: (outcome: 'changed' | 'signed-out' | null) => void
}) {
  const { say } = useWords()
  const { isRinging } = props
  const dialog = useRef<HTMLDialogElement>(null)
  const oldField = useRef<HTMLInputElement>(null)
  const newField = useRef<HTMLInputElement>(null)
  const again = useRef<HTMLInputElement>(null)
  const final = useRef<'changed' | 'signed-out' | null>(null)
  const [isShown, setIsShown] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [fault, setFault] = useState<Fault | null>(null)
  const id = useId()

  useEffect(() => {
    dialog.current?.showModal()
    oldField.current?.focus()
  }, [])
  useEffect(() => {
    if (isRinging && !isBusy) dialog.current?.close()
  }, [isRinging, isBusy])

  function complain(what: Fault): void {
    setFault(what)
    const field = { old: oldField, new: newField, again, none: null }[fieldOf[what]]
    field?.current?.select()
  }

  async function go(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (isBusy) return
    const word = newField.current?.value ?? ''
    if (word !== again.current?.value) return complain('differs')
    setFault(null)
    setIsBusy(true)
    const outcome = await changePassword(oldField.current?.value ?? '', word)
    setIsBusy(false)
    if (outcome !== 'changed' && outcome !== 'signed-out') return complain(outcome)
    final.current = outcome
    dialog.current?.close()
  }

  const secret = (
    label: string,
    field: RefObject<HTMLInputElement | null>,
    autoComplete: string,
    isWrong: boolean,
  ) => (
    <label className={styles.field}>
      <span>{label}</span>
      <input
        ref={field}
        type={isShown ? 'text' : 'password'}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={512}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? `${id}-fault` : undefined}
      />
    </label>
  )
  const where = fault === null ? null : fieldOf[fault]
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={`${id}-title`}
      // Keys of a call behind are not for here.
      onKeyDown={(event) => event.stopPropagation()}
      onClose={() => props.close(final.current)}
    >
      <form onSubmit={go}>
        <h2 id={`${id}-title`}>{say('password')}</h2>
        <p className={styles.quiet}>{say('password.rules')}</p>
        {/* So that a store of passwords knows whose it is. */}
        <input
          className="unseen"
          autoComplete="username"
          value={props.login}
          readOnly
          tabIndex={-1}
          aria-hidden
        />
        {secret(say('password.old'), oldField, 'current-password', where === 'old')}
        {secret(say('password.new'), newField, 'new-password', where === 'new')}
        {secret(say('password.again'), again, 'new-password', where === 'again')}
        <label className={styles.show}>
          <input
            type="checkbox"
            checked={isShown}
            onChange={({ currentTarget }) => setIsShown(currentTarget.checked)}
          />
          <span>{say('password.show')}</span>
        </label>
        {fault !== null && (
          <p id={`${id}-fault`} className={styles.fault} role="alert">
            {say(`password.fault.${fault}`)}
          </p>
        )}
        <p className={styles.quiet}>{say('password.elsewhere')}</p>
        <div className={styles.ways}>
          <Button type="submit">{say(isBusy ? 'password.busy' : 'password.go')}</Button>
          <Button variant="default" onClick={() => dialog.current?.close()}>
            {say('password.close')}
          </Button>
        </div>
      </form>
    </dialog>
  )
}

type Fault = Exclude<PasswordOutcome, 'changed' | 'signed-out'> | 'differs'

/** Which field a fault is about. */
const fieldOf: Readonly<Record<Fault, 'old' | 'new' | 'again' | 'none'>> = {
  wrong: 'old',
  'too-short': 'new',
  'too-long': 'new',
  'too-plain': 'new',
  'has-login': 'new',
  unchanged: 'new',
  differs: 'again',
  'too-many': 'none',
  unreachable: 'none',
}
