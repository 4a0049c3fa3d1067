import { Button } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useWords } from '../words.tsx'
import styles from './picture-viewer.module.css'

const scales = [1, 1.5, 2, 3, 4, 6] as const

/** A photo as large as the screen, to be read closely: zoom and turn by keys and buttons, Esc closes. */
export function PictureViewer(props: { url: string; label: string; close: () => void }) {
  const { say } = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const [step, setStep] = useState(0)
  const [turn, setTurn] = useState(0)
  const scale = scales[step] ?? 1
  const isAcross = turn % 2 !== 0

  useEffect(() => dialog.current?.showModal(), [])

  const nearer = () => setStep((now) => Math.min(now + 1, scales.length - 1))
  const farther = () => setStep((now) => Math.max(now - 1, 0))
  const rotate = () => setTurn((now) => (now + 1) % 4)

  function onKey(event: KeyboardEvent): void {
    // The call goes on behind; its keys must not be heard here.
    event.stopPropagation()
    if (event.key === '+' || event.key === '=') nearer()
    else if (event.key === '-') farther()
    else if (event.key === '0') setStep(0)
    else if (event.code === 'KeyR' && !event.ctrlKey && !event.metaKey) rotate()
  }

  return (
    <dialog
      ref={dialog}
      className={styles.viewer}
      aria-label={props.label}
      onKeyDown={onKey}
      onClose={props.close}
    >
      <div className={styles.bar}>
        <Button
          variant="default"
          rightSection={<kbd>−</kbd>}
          disabled={step === 0}
          onClick={farther}
        >
          {say('picture.smaller')}
        </Button>
        <Button
          variant="default"
          rightSection={<kbd>+</kbd>}
          disabled={step === scales.length - 1}
          onClick={nearer}
        >
          {say('picture.larger')}
        </Button>
        <Button variant="default" rightSection={<kbd>R</kbd>} onClick={rotate}>
          {say('picture.turn')}
        </Button>
        <span role="status" className={styles.scale}>
          {say('picture.scale', { percent: Math.round(scale * 100) })}
        </span>
        <Button rightSection={<kbd>Esc</kbd>} onClick={() => dialog.current?.close()}>
          {say('picture.close')}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is larger than the screen is scrolled by keys */}
      <section className={styles.ground} tabIndex={0} aria-label={props.label}>
        <div className={styles.sheet} data-scale={scale} data-across={isAcross || undefined}>
          <img src={props.url} alt={props.label} className={styles.picture} data-turn={turn} />
        </div>
      </section>
    </dialog>
  )
}
