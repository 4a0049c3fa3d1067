import { type ReactNode, useEffect, useRef } from 'react'
import { Icon } from './icon.tsx'
import styles from './sheet.module.css'
import { useWords } from './words.tsx'

/** Something that lies over the page until it is closed: by its button, Esc, or beside it. */
export function Sheet(props: {
  label: string
  onClose: () => void
  /** Fills the whole screen, on a dark ground. */
  isWhole?: boolean
  children: ReactNode
}) {
  const { say } = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes it too, by the browser itself
    <dialog
      ref={dialog}
      className={props.isWhole ? styles.whole : styles.sheet}
      aria-label={props.label}
      onCancel={(event) => {
        event.preventDefault()
        props.onClose()
      }}
      onClick={(event) => {
        if (event.target === dialog.current) props.onClose()
      }}
    >
      <div className={styles.inside}>
        <button
          type="button"
          className={styles.close}
          aria-label={say('close')}
          onClick={props.onClose}
        >
          <Icon name="close" />
        </button>
        {props.children}
      </div>
    </dialog>
  )
}
