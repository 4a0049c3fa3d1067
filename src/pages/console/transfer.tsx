import { Button } from '@mantine/core'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { Command, OperatorView, OwnCall, Snapshot } from '../../web/operator/protocol.ts'
import { Choice } from './choice.tsx'
import styles from './transfer.module.css'
import { find, type Target } from './transfer-targets.ts'
import { nameOf, type Say, useWords } from './words.tsx'

const kinds = ['warm', 'blind'] as const

/** Whom to hand the call to: search, arrows, Enter. */
export function TransferPanel(props: {
  snapshot: Snapshot
  command: (command: Command) => void
  close: () => void
}) {
  const { say } = useWords()
  const [text, setText] = useState('')
  const [kind, setKind] = useState<(typeof kinds)[number]>('warm')
  const [at, setAt] = useState(0)
  const field = useRef<HTMLInputElement>(null)
  const list = useId()
  const targets = find(props.snapshot, text, (name) => nameOf(say, name))
  const chosen = targets[Math.min(at, targets.length - 1)]
  const isQueue = chosen?.kind === 'queue'

  useEffect(() => field.current?.focus(), [])
  useEffect(() => {
    document.getElementById(`${list}-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [list, at])

  function go(target: Target | undefined): void {
    if (!target) return
    props.command(
      target.kind === 'queue'
        ? { type: 'transfer', kind: 'blind', to: { queue: target.queue.name } }
        : { type: 'transfer', kind, to: { operator: target.operator.login } },
    )
  }
  function move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && targets.length > 0) {
      event.preventDefault()
      setAt((Math.min(at, targets.length - 1) + step + targets.length) % targets.length)
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      go(chosen)
    }
  }

  return (
    <section className={styles.panel} aria-label={say('transfer.title')}>
      <h3>{say('transfer.title')}</h3>
      <input
        ref={field}
        className={styles.search}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={chosen ? `${list}-${targets.indexOf(chosen)}` : undefined}
        aria-autocomplete="list"
        aria-label={say('transfer.search')}
        placeholder={say('transfer.search')}
        autoComplete="off"
        value={text}
        onKeyDown={move}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value)
          setAt(0)
        }}
      />
      {targets.length === 0 && (
        <p className={styles.none} role="status">
          {say('transfer.none')}
        </p>
      )}
      <div id={list} className={styles.list} role="listbox" aria-label={say('transfer.title')}>
        {targets.map((target, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the keys of the list
          <div
            key={target.key}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={target === chosen}
            onClick={() => {
              setAt(index)
              field.current?.focus()
            }}
          >
            <span>{target.name}</span>
            <span className={styles.quiet}>{about(target, say)}</span>
          </div>
        ))}
      </div>
      <Choice
        label={say('transfer.how')}
        name="transfer-kind"
        options={kinds.map((value) => ({ value, label: say(`transfer.${value}`) }))}
        chosen={isQueue ? 'blind' : kind}
        choose={setKind}
        isDisabled={isQueue}
      />
      <p className={styles.quiet}>
        {say(isQueue ? 'transfer.queue.only-blind' : `transfer.${kind}.hint`)}
      </p>
      <div className={styles.buttons}>
        <Button rightSection={<kbd>Enter</kbd>} disabled={!chosen} onClick={() => go(chosen)}>
          {say('transfer.go')}
        </Button>
        <Button variant="default" rightSection={<kbd>Esc</kbd>} onClick={props.close}>
          {say('transfer.close')}
        </Button>
      </div>
    </section>
  )
}

const about = (target: Target, say: Say): string =>
  target.kind === 'queue'
    ? say('transfer.queue.wait', { count: target.queue.waiting })
    : [
        say(`presence.${target.operator.presence}`),
        ...target.operator.skills.map((skill) => nameOf(say, skill)),
      ].join(' · ')

/** How a transfer that was begun is going on, and what can be done about it. */
export function TransferState(props: {
  transfer: OwnCall['transfer']
  operators: readonly OperatorView[]
  command: (command: Command) => void
  again: () => void
}) {
  const { say } = useWords()
  const { transfer } = props
  if (transfer === null) return null
  const to =
    props.operators.find(({ login }) => login === transfer.to)?.name ?? nameOf(say, transfer.to)
  return (
    <div className={styles.state} role="status">
      <p>{say(`transfer.${transfer.state}`, { to })}</p>
      <div className={styles.buttons}>
        {transfer.state === 'consulting' && (
          <Button onClick={() => props.command({ type: 'transfer-complete' })}>
            {say('transfer.complete')}
          </Button>
        )}
        {transfer.state === 'failed' ? (
          <Button variant="default" onClick={props.again}>
            {say('transfer.again')}
          </Button>
        ) : (
          <Button variant="default" onClick={() => props.command({ type: 'transfer-cancel' })}>
            {say('transfer.cancel')}
          </Button>
        )}
      </div>
    </div>
  )
}
