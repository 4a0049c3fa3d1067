import { Alert, Button } from '@mantine/core'
import { grouped } from '../number.ts'
import styles from './phone-page.module.css'
import type { Telephone } from './telephone.ts'
import type { Lines } from './use-lines.ts'
import { useWords } from './words.tsx'

/** The server is away: what happened, what was kept, what happens next. */
export function LostConnection(props: {
  callLost: boolean
  /** The server answers everything but the telephone's own socket. */
  serverAnswers: boolean
  retry: () => void
}) {
  const { say } = useWords()
  const { callLost, serverAnswers, retry } = props
  const kept = `${say(callLost ? 'lost.call' : 'lost.kept')} ${say('lost.do')}`
  return (
    <div className={styles.lost} role="alert">
      <p>
        {serverAnswers ? (
          say('lost.origin')
        ) : (
          <>
            <strong>{say('lost.what')}</strong> {kept}
          </>
        )}
      </p>
      <Button color="danger" onClick={retry}>
        {say('lost.retry')}
      </Button>
    </div>
  )
}

/** What did not work in this call, beside the conversation. */
export function Trouble(props: {
  refused: Telephone['refused']
  lines: Lines
  voiceless: boolean
}) {
  const { say } = useWords()
  const { refused, lines, voiceless } = props
  const unknownNumber =
    lines.state === 'loaded' &&
    refused?.to &&
    !lines.lines.some(({ number }) => number === refused.to)
  return (
    <>
      {refused !== null && (
        <Alert variant="light" color="danger" role="alert">
          {unknownNumber
            ? say('refused.number', { to: grouped(refused.to) })
            : say('refused', { message: refused.message })}
        </Alert>
      )}
      {voiceless && (
        <Alert variant="light" color="accent" role="status">
          {say('voiceless')}
        </Alert>
      )}
    </>
  )
}
