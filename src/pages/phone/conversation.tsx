import { useCallback, useEffect, useRef } from 'react'
import { grouped } from '../number.ts'
import styles from './conversation.module.css'
import type { Remark } from './telephone.ts'
import { useExample } from './use-example.ts'
import { isWord, type Say, useWords } from './words.tsx'

function FirstCall() {
  const { say } = useWords()
  const example = useExample()
  return (
    <div className={styles.first}>
      <h2>{say('first.title')}</h2>
      <ol>
        <li>{say('first.choose')}</li>
        <li>
          {say('first.call')}{' '}
          <span className={styles.shortcuts}>
            <kbd>Enter</kbd>
          </span>
        </li>
        <li>
          {say('first.answer')}{' '}
          <span className={styles.shortcuts}>
            <kbd>0</kbd>–<kbd>9</kbd> <kbd>*</kbd> <kbd>#</kbd>
          </span>
        </li>
        {example && (
          <li>{say('first.example', { keys: example.keys, code: example.accessCode })}</li>
        )}
      </ol>
      <p>{say('first.then')}</p>
    </div>
  )
}

function note(remark: Remark, say: Say): string {
  switch (remark.kind) {
    case 'dialled':
      return say('note.dialled', { to: grouped(remark.to) })
    case 'rung':
      return say('note.rung', { from: grouped(remark.from) })
    case 'missed':
      return say(`note.missed.${remark.why}`)
    case 'silence':
      return say('note.silence')
    case 'recording':
      return say('note.recording', { count: remark.maxSeconds })
    case 'recorded':
      return say('note.recorded', { count: remark.seconds })
    case 'transfer': {
      const to = grouped(remark.to)
      if (remark.state !== 'ended') return say(`note.transfer.${remark.state}`, { to })
      const key = `note.transfer.${remark.status}`
      return isWord(key) ? say(key, { to }) : say('note.transfer.completed', { to })
    }
    case 'person':
      return say(`note.person.${remark.state}`)
    case 'ended': {
      const key = `ended.${remark.reason}`
      return isWord(key) ? say(key) : say('ended.other', { reason: remark.reason })
    }
    default:
      return ''
  }
}

function Said({ remark }: { remark: Remark }) {
  const { say } = useWords()
  if (remark.kind === 'prompt') {
    const speaking = remark.ended === null
    return (
      <li className={styles.prompt} aria-current={speaking || undefined}>
        <span className="unseen">{say('said.line')} </span>
        <span lang={remark.language}>{remark.text || say('said.sound')}</span>
        {remark.ended === 'cut-by-key' && <small>{say('said.cut')}</small>}
        {remark.recorded && remark.text && <small>{say('said.recorded')}</small>}
      </li>
    )
  }
  if (remark.kind === 'keys') {
    return (
      <li className={styles.keys}>
        <span className="unseen">{say('said.caller')} </span>
        {remark.digits}
      </li>
    )
  }
  return <li className={styles.note}>{note(remark, say)}</li>
}

/** What the line has said and the caller has pressed; new remarks are read out and kept in sight. */
export function Conversation({ remarks }: { remarks: readonly Remark[] }) {
  const { say } = useWords()
  const scroller = useRef<HTMLDivElement>(null)
  const count = remarks.length

  // The end stays in sight while remarks come and the box changes size, unless the person has
  // scrolled up to read.
  const following = useRef(true)
  const follow = useCallback(() => {
    const box = scroller.current
    if (box && following.current) box.scrollTop = box.scrollHeight
  }, [])
  useEffect(() => {
    if (count === 1) following.current = true
    if (count > 0) follow()
  }, [count, follow])
  useEffect(() => {
    const watch = new ResizeObserver(follow)
    if (scroller.current) watch.observe(scroller.current)
    return () => watch.disconnect()
  }, [follow])

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      onScroll={({ currentTarget: box }) => {
        following.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40
      }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the keyboard
      tabIndex={0}
      role="log"
      aria-label={say('conversation')}
    >
      {count === 0 ? (
        <FirstCall />
      ) : (
        <ol className={styles.remarks}>
          {remarks.map((remark) => (
            <Said key={remark.id} remark={remark} />
          ))}
        </ol>
      )}
    </div>
  )
}
