import { Button } from '@mantine/core'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { clockFace } from '../../clock-face.ts'
import { wallClock } from '../../moments.ts'
import { useWords } from '../words.tsx'
import { type FoundRecording, findRecording, soundUrl } from './find-recording.ts'
import styles from './recording-dialog.module.css'

/** The recording of a call: heard after somebody has said why. */
export function RecordingDialog(props: { call: string; close: () => void }) {
  const { say } = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const [found, setFound] = useState<FoundRecording | null>(null)
  const [reason, setReason] = useState('')
  const [url, setUrl] = useState<string | null>(null)

  useEffect(() => {
    dialog.current?.showModal()
    let isHere = true
    void findRecording(props.call).then((answer) => isHere && setFound(answer))
    return () => {
      isHere = false
    }
  }, [props.call])

  function listen(event: FormEvent): void {
    event.preventDefault()
    if (found?.kind === 'audible' && reason.trim() !== '') setUrl(soundUrl(found.id, reason.trim()))
  }

  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-label={say('recording')}
      // Keys of a call behind are not for here.
      onKeyDown={(event) => event.stopPropagation()}
      onClose={props.close}
    >
      <h2>{say('recording')}</h2>
      {found === null && <p role="status">{say('recording.asking')}</p>}
      {found !== null && found.kind !== 'audible' && (
        <p role="status">{say(`recording.${found.kind}`)}</p>
      )}
      {found?.kind === 'audible' && (
        <>
          <p className={styles.quiet}>
            {say('recording.when', {
              time: wallClock(found.startedAt),
              length: clockFace(found.milliseconds),
            })}
          </p>
          {url === null ? (
            <form className={styles.form} onSubmit={listen}>
              <label className={styles.field}>
                <span>{say('recording.why')}</span>
                <input
                  required
                  maxLength={500}
                  value={reason}
                  onChange={({ currentTarget }) => setReason(currentTarget.value)}
                />
              </label>
              <p className={styles.quiet}>{say('recording.noted')}</p>
              <Button type="submit" disabled={reason.trim() === ''}>
                {say('recording.listen')}
              </Button>
            </form>
          ) : (
            // biome-ignore lint/a11y/useMediaCaption: a telephone call has no captions
            <audio
              className={styles.sound}
              src={url}
              controls
              autoPlay
              aria-label={say('recording')}
            />
          )}
          {found.breaks.length > 0 && (
            <p className={styles.quiet}>
              {say('recording.breaks', {
                list: found.breaks
                  .map(({ atMs, ms }) => `${clockFace(atMs)} (${Math.ceil(ms / 1000)})`)
                  .join(', '),
              })}
            </p>
          )}
        </>
      )}
      <Button variant="default" onClick={() => dialog.current?.close()}>
        {say('recording.close')}
      </Button>
    </dialog>
  )
}
