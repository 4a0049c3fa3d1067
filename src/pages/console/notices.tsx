import { Alert, Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import styles from './notices.module.css'
import type { Refusal, Station } from './station.ts'
import type { Phone } from './use-softphone.ts'
import { type Say, useWords, wordFor } from './words.tsx'

/** The server is away: what happened, what was kept, what is not sent yet. */
export function Offline(props: {
  station: Station
  /** The voice of the call goes on, as far as this page can tell. */
  hasVoice: boolean
  retry: () => void
}) {
  const { say } = useWords()
  const { connection, snapshot, unanswered } = props.station
  if (connection === 'joining') {
    return (
      <p className={styles.joining} role="status">
        {say('joining')}
      </p>
    )
  }
  if (connection !== 'offline' && connection !== 'surplus') return null
  const state = snapshot?.call?.state
  const isTalking = props.hasVoice && (state === 'talking' || state === 'held')
  return (
    <div className={styles.offline} role="alert">
      <p>
        <strong>{say(`${connection}.what`)}</strong> {isTalking && `${say('offline.call')} `}
        {connection === 'offline' && `${say('offline.kept')} `}
        {say(`${connection}.do`)}
        {unanswered.length > 0 &&
          ` ${say('offline.unsent')} ${unanswered.map(({ command }) => say(`command.${command.type}`)).join(', ')}.`}
      </p>
      <Button color="danger" onClick={props.retry}>
        {say(`${connection}.retry`)}
      </Button>
    </div>
  )
}

/** What was not carried out, in words for those that are known. */
export function refusalText({ code, command, message }: Refusal, say: Say): string {
  const what = say(`command.${command.type}`)
  const general = wordFor(say, `refused.${code}`, say('refused', { what, message }), { what })
  return wordFor(say, `refused.${command.type}.${code}`, general)
}

/** What the person has to know now, above everything else. */
export function Notices(props: {
  refusal: Refusal | null
  forget: () => void
  phone: Phone
  isOnline: boolean
  /** Something of the page's own that went wrong. */
  trouble: string | null
  /** Something that has gone well, where nothing else on the screen shows it. */
  news: string | null
  forgetNews: () => void
}) {
  const { say } = useWords()
  const { refusal, phone } = props
  return (
    <>
      {refusal !== null && (
        <Alert variant="light" color="danger" role="alert">
          <span className={styles.what}>{refusalText(refusal, say)}</span>
          <Button size="compact-md" variant="default" onClick={props.forget}>
            {say('refused.close')}
          </Button>
        </Alert>
      )}
      {((phone === 'lost' && props.isOnline) || phone === 'no-microphone') && (
        <Alert variant="light" color="danger" role="alert">
          {say(`softphone.${phone}`)}
        </Alert>
      )}
      {props.news !== null && (
        <Alert variant="light" color="accent" role="status">
          <span className={styles.what}>{props.news}</span>
          <Button size="compact-md" variant="default" onClick={props.forgetNews}>
            {say('refused.close')}
          </Button>
        </Alert>
      )}
      {props.trouble !== null && (
        <Alert variant="light" color="danger" role="alert">
          {props.trouble}
        </Alert>
      )}
    </>
  )
}

const patienceMilliseconds = 300

/** Says what is awaited once it has taken a moment. */
export function Awaited({ unanswered }: { unanswered: Station['unanswered'] }) {
  const { say } = useWords()
  const oldest = unanswered[0]
  const [late, setLate] = useState<string | null>(null)
  useEffect(() => {
    if (oldest === undefined) return
    const timer = setTimeout(() => setLate(oldest.id), patienceMilliseconds)
    return () => clearTimeout(timer)
  }, [oldest])
  return (
    <p className={styles.awaited} role="status">
      {oldest !== undefined && late === oldest.id
        ? say('awaiting', { what: say(`command.${oldest.command.type}`) })
        : ''}
    </p>
  )
}
