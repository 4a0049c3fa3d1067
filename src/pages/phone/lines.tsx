import { Button } from '@mantine/core'
import styles from './lines.module.css'
import type { Lines } from './use-lines.ts'
import { useWords } from './words.tsx'

/** The shipped lines as a choice of one: arrows move through them, Enter calls. */
export function LineList(props: {
  lines: Lines
  chosen: string
  disabled: boolean
  choose: (number: string) => void
  reload: () => void
}) {
  const { say } = useWords()
  const { lines } = props
  if (lines.state !== 'loaded') {
    return lines.state === 'loading' ? (
      <p className={styles.note}>{say('lines.loading')}</p>
    ) : (
      <div className={styles.note} role="alert">
        <p>{say('lines.failed')}</p>
        <Button variant="default" onClick={props.reload}>
          {say('lines.retry')}
        </Button>
      </div>
    )
  }
  if (lines.lines.length === 0) return <p className={styles.note}>{say('lines.none')}</p>

  return (
    <fieldset className={styles.list} disabled={props.disabled}>
      <legend className="unseen">{say('lines')}</legend>
      {lines.lines.map((line) => (
        <label key={line.number} className={styles.line}>
          <input
            type="radio"
            name="line"
            className={styles.radio}
            checked={line.number === props.chosen}
            onChange={() => props.choose(line.number)}
          />
          <span className={styles.name}>{line.name}</span>
          <span className={styles.description}>{line.description}</span>
        </label>
      ))}
    </fieldset>
  )
}
