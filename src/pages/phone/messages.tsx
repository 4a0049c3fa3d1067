import { useId } from 'react'
import { grouped } from '../number.ts'
import styles from './messages.module.css'
import { type Message, piecesOf } from './messages.ts'
import { useWords } from './words.tsx'

/** Text messages that have come to this telephone, newest first; nothing as long as there are none. */
export function Messages({ messages }: { messages: readonly Message[] }) {
  const { say, language } = useWords()
  const heading = useId()
  return (
    <section
      className={styles.messages}
      hidden={messages.length === 0}
      aria-live="polite"
      aria-labelledby={heading}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the keyboard
      tabIndex={0}
    >
      <h2 id={heading}>{say('messages')}</h2>
      <ol>
        {messages.map(({ id, from, text, at }) => (
          <li key={id}>
            <small>
              {say('messages.from', { from: grouped(from) })}{' '}
              <time dateTime={at}>
                {new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' })}
              </time>
            </small>
            <p>
              {piecesOf(text).map((piece) =>
                piece.isLink ? (
                  <a key={piece.text} href={piece.text} target="_blank" rel="noopener">
                    {piece.text}
                  </a>
                ) : (
                  piece.text
                ),
              )}
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
}
