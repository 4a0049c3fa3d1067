import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { wallClock } from '../moments.ts'
import styles from './curve.module.css'
import { halfHourAfter } from './half-hour.ts'
import { useHalfHour } from './use-half-hour.ts'
import { nameOf, useWords, wordFor } from './words.tsx'

/**
 * The calls of one half hour that asked for an operator. Who looks is noted in the journal by the server.
 *
 * @param queue only of this one; null for all
 */
export function CallList(props: { from: string; queue: string | null; close: () => void }) {
  const { say } = useWords()
  const { from } = props
  const to = halfHourAfter(from)
  const found = useHalfHour(from, to)
  const heading = useRef<HTMLHeadingElement>(null)
  const [shownFor, setShownFor] = useState('')
  useEffect(() => {
    if (shownFor === from) return
    setShownFor(from)
    heading.current?.focus()
  }, [from, shownFor])
  const calls =
    found.kind === 'calls'
      ? found.calls.filter(({ queue }) =>
          props.queue === null ? queue !== null : queue === props.queue,
        )
      : []
  return (
    <section className={styles.calls} aria-labelledby="half-hour">
      <h4 id="half-hour" tabIndex={-1} ref={heading}>
        {say('calls.title', { from: wallClock(from), to: wallClock(to) })}
        <Button size="compact-md" variant="subtle" onClick={props.close}>
          {say('calls.close')}
        </Button>
      </h4>
      {found.kind === 'loading' && <p className={styles.quiet}>{say('calls.loading')}</p>}
      {found.kind === 'failed' && <p role="alert">{say('calls.failed')}</p>}
      {found.kind === 'calls' && calls.length === 0 && (
        <p className={styles.quiet}>{say('calls.none')}</p>
      )}
      {calls.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than the part is scrolled by keys
        <section className={styles.callRows} tabIndex={0} aria-label={say('curve.table')}>
          <table className={styles.table}>
            <thead>
              <tr>
                {(['time', 'topic', 'outcome', 'operator'] as const).map((column) => (
                  <th key={column} scope="col">
                    {say(`calls.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {calls.map((call) => (
                <tr key={call.callSid}>
                  <th scope="row">{call.startedAt.slice(11, 19)}</th>
                  <td>{nameOf(say, call.topic ?? call.queue ?? '')}</td>
                  <td>{wordFor(say, `outcome.${call.outcome}`, call.outcome)}</td>
                  <td>{call.operator ?? '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {found.kind === 'calls' && found.isCut && (
        <p className={styles.quiet}>{say('calls.more', { count: found.calls.length })}</p>
      )}
    </section>
  )
}
