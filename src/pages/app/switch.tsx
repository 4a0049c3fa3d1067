import { useState } from 'react'
import styles from './forms.module.css'
import type { Answer } from './session.ts'
import { Trouble, troubleOf } from './trouble.tsx'
import { useWords } from './words.tsx'

/** One consent in plain words: what it means when it is on, in force as soon as the server says so. */
export function Switch(props: {
  label: string
  hint: string
  isOn: boolean
  /** Saves it; the place it has comes back through `isOn`. */
  save: (isOn: boolean) => Promise<Answer<unknown>>
}) {
  const { say } = useWords()
  const [wanted, setWanted] = useState<boolean | null>(null)
  const [answer, setAnswer] = useState<Answer<unknown> | null>(null)

  async function turn(isOn: boolean): Promise<void> {
    setWanted(isOn)
    setAnswer(await props.save(isOn))
    setWanted(null)
  }

  const trouble = troubleOf(say, answer)
  return (
    <>
      <label className={styles.switch}>
        <span>
          {props.label}
          <small>{wanted === null ? props.hint : say('saving')}</small>
        </span>
        <input
          type="checkbox"
          // biome-ignore lint/a11y/useAriaPropsForRole: a checkbox says by itself whether it is on
          role="switch"
          checked={wanted ?? props.isOn}
          disabled={wanted !== null}
          onChange={({ currentTarget }) => void turn(currentTarget.checked)}
        />
      </label>
      <Trouble told={trouble && say('unsaved', { why: trouble })} />
    </>
  )
}
