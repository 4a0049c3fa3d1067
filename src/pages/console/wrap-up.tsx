import { Button } from '@mantine/core'
import { type FormEvent, useLayoutEffect, useRef, useState } from 'react'
import type { Command, OwnCall } from '../../web/operator/protocol.ts'
import { clockFace } from '../clock-face.ts'
import { Choice } from './choice.tsx'
import { useNow } from './clock.tsx'
import { nameOf, useWords } from './words.tsx'
import styles from './wrap-up.module.css'

const results = ['resolved', 'passed-on', 'call-again', 'broken-off', 'other'] as const

/** What is written down after a talk, for as long as no new call comes. */
export function WrapUp(props: {
  call: OwnCall
  topics: readonly string[]
  until: string | null
  command: (command: Command) => void
}) {
  const { say } = useWords()
  const { card } = props.call
  const [topic, setTopic] = useState(card.topic ?? '')
  const [result, setResult] = useState<(typeof results)[number] | null>(null)
  const [note, setNote] = useState('')
  const [isMissing, setIsMissing] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  // The menu may have set a topic that the list does not have.
  const topics = [...new Set([...(card.topic === null ? [] : [card.topic]), ...props.topics])]

  // Before it is seen: the first key after a talk is for it.
  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>('input[type=radio]')?.focus()
  }, [])

  function finish(event: FormEvent): void {
    event.preventDefault()
    if (topic === '' || result === null) {
      setIsMissing(true)
      form.current
        ?.querySelector<HTMLElement>(topic === '' ? 'select' : 'input[type=radio]')
        ?.focus()
      return
    }
    props.command({ type: 'wrap-up', topic, result, note: note.trim() })
  }

  return (
    <form ref={form} id="wrap-up" className={styles.form} onSubmit={finish}>
      <div className={styles.top}>
        <h2>{say('wrap-up')}</h2>
        {props.until !== null && <Countdown until={props.until} />}
      </div>
      <label className={styles.field}>
        <span>{say('wrap-up.topic')}</span>
        <select value={topic} onChange={({ currentTarget }) => setTopic(currentTarget.value)}>
          {topic === '' && <option value="">{say('wrap-up.topic.choose')}</option>}
          {topics.map((name) => (
            <option key={name} value={name}>
              {nameOf(say, name)}
            </option>
          ))}
        </select>
      </label>
      <div className={styles.field}>
        <span aria-hidden="true">{say('wrap-up.result')}</span>
        <Choice
          label={say('wrap-up.result')}
          name="result"
          shape="grid"
          options={results.map((value) => ({ value, label: say(`result.${value}`) }))}
          chosen={result}
          choose={setResult}
        />
      </div>
      <label className={styles.field}>
        <span>{say('wrap-up.note')}</span>
        <textarea
          rows={4}
          maxLength={2000}
          placeholder={say('wrap-up.note.hint')}
          value={note}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
        />
      </label>
      {isMissing && (topic === '' || result === null) && (
        <p className={styles.missing} role="alert">
          {say('wrap-up.missing')}
        </p>
      )}
      <Button type="submit" className={styles.done} rightSection={<kbd>Ctrl Enter</kbd>}>
        {say('wrap-up.done')}
      </Button>
    </form>
  )
}

function Countdown({ until }: { until: string }) {
  const { say } = useWords()
  const left = Date.parse(until) - useNow()
  return (
    <p className={styles.left}>
      {left > 0 ? say('wrap-up.left', { time: clockFace(left + 999) }) : say('wrap-up.over')}
    </p>
  )
}
