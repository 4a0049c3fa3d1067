import { useState } from 'react'
import styles from './forms.module.css'
import { type Answer, refuseTrust } from './session.ts'
import { Trouble, troubleOf } from './trouble.tsx'
import { useWords } from './words.tsx'

/** For somebody whom a message asked to be a trusted person, and who does not want that. */
export function Refusing({ token, onDone }: { token: string; onDone: () => void }) {
  const { say } = useWords()
  const [isBusy, setIsBusy] = useState(false)
  const [answer, setAnswer] = useState<Answer<unknown> | null>(null)

  async function refuse(isForAll: boolean): Promise<void> {
    setIsBusy(true)
    setAnswer(await refuseTrust(token, isForAll))
    setIsBusy(false)
  }

  if (answer?.kind === 'done') {
    return (
      <div className={styles.form}>
        <h2>{say('refuse.done')}</h2>
        <p role="status">{say('refuse.done.then')}</p>
        <button type="button" className={styles.quiet} onClick={onDone}>
          {say('refuse.leave')}
        </button>
      </div>
    )
  }
  return (
    <div className={styles.form}>
      <h2>{say('refuse')}</h2>
      <p>{say('refuse.what')}</p>
      <Trouble told={troubleOf(say, answer)} />
      <button
        type="button"
        className={styles.primary}
        disabled={isBusy}
        onClick={() => void refuse(false)}
      >
        {say(isBusy ? 'saving' : 'refuse.this')}
      </button>
      <button
        type="button"
        className={styles.plain}
        disabled={isBusy}
        onClick={() => void refuse(true)}
      >
        {say('refuse.all')}
      </button>
      <button type="button" className={styles.quiet} onClick={onDone}>
        {say('refuse.keep')}
      </button>
    </div>
  )
}
