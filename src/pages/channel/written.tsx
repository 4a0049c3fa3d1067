import { partsOf } from './text-parts.ts'
import styles from './written.module.css'

/**
 * What somebody wrote, as text alone: addresses can be followed, hidden turns of direction are shown.
 *
 * @param control says what such a turn is
 */
export function Written({ text, control }: { text: string; control: string }) {
  const parts = partsOf(text)
  let at = 0
  return (
    <p className={styles.text} dir="auto">
      {parts.map((part) => {
        const key = at
        at += part.text.length
        if (part.kind === 'link') {
          return (
            <a key={key} href={part.text} target="_blank" rel="noopener noreferrer">
              {part.text}
            </a>
          )
        }
        if (part.kind === 'control') {
          return (
            <span key={key} className={styles.control} title={control}>
              {part.code}
            </span>
          )
        }
        return part.text
      })}
    </p>
  )
}
