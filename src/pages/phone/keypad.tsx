import { UnstyledButton } from '@mantine/core'
import styles from './handset.module.css'
import { useWords } from './words.tsx'

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

/** Twelve keys. Each is its own shortcut on the computer's keyboard. */
export function Keypad({ press }: { press: (key: string) => void }) {
  const { say } = useWords()
  const spoken: Readonly<Record<string, string>> = { '*': say('star'), '#': say('hash') }
  return (
    <fieldset className={styles.keypad}>
      <legend className="unseen">{say('keypad')}</legend>
      {keys.map((key) => (
        <UnstyledButton
          key={key}
          className={styles.key}
          aria-label={spoken[key]}
          onClick={() => press(key)}
        >
          {key === '*' ? '∗' : key}
        </UnstyledButton>
      ))}
    </fieldset>
  )
}
