import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Command, QueueView, Snapshot } from '../../web/operator/protocol.ts'
import { usePreference } from '../preference.ts'
import styles from './board.module.css'
import { Elapsed } from './clock.tsx'
import { Curve } from './curve.tsx'
import { Icon } from './icon.tsx'
import { OperatorBoard } from './operator-board.tsx'
import { PlaceBoard, type Supervise } from './place-board.tsx'
import { type Formula, formulas, serviceLevel, together } from './service-level.ts'
import { nameOf, roughly, useWords } from './words.tsx'

/** The whole shift at one look: numbers first, then queues, the day, operators and people. */
export function Board(props: {
  snapshot: Snapshot
  isOnline: boolean
  isBig: boolean
  bigScreen: () => void
  supervised: Supervise | null
  command: (command: Command) => void
  supervise: (command: Supervise) => void
}) {
  const { say } = useWords()
  const { snapshot, isBig } = props
  const { queues, operators } = snapshot
  const [formula, setFormula] = usePreference('formula', formulas, 'excluding-short')
  const [queue, setQueue] = useState<string | null>(null)
  const waiting = queues.reduce((sum, { waiting }) => sum + waiting, 0)
  const due = queues.reduce((sum, { callbacksDue }) => sum + callbacksDue, 0)
  const signedIn = operators.filter(({ presence }) => presence !== 'offline')
  const free = signedIn.filter(({ presence }) => presence === 'available').length
  const longest = queues
    .flatMap(({ longestSince }) => longestSince ?? [])
    .toSorted((one, other) => Date.parse(one) - Date.parse(other))[0]
  const today = together(queues)

  return (
    <main className={isBig ? `${styles.board} ${styles.big}` : styles.board}>
      <div className={styles.head}>
        <h2>{say('board')}</h2>
        <Button
          variant="subtle"
          className={styles.bigSwitch}
          leftSection={<Icon name="screen" />}
          rightSection={<kbd>B</kbd>}
          onClick={props.bigScreen}
        >
          {say(isBig ? 'board.small' : 'board.big')}
        </Button>
      </div>
      <dl className={styles.tiles}>
        <div className={styles.tile} data-alarm={waiting > free}>
          <dt>{say('board.waiting')}</dt>
          <dd>{waiting}</dd>
        </div>
        <div className={styles.tile}>
          <dt>{say('board.longest')}</dt>
          <dd>{longest === undefined ? '—' : <Elapsed since={longest} />}</dd>
        </div>
        <div className={styles.tile}>
          <dt>{say('board.free')}</dt>
          <dd>
            {free} <small>{say('board.of', { count: signedIn.length })}</small>
          </dd>
        </div>
        <div className={styles.tile}>
          <dt>{say('board.callbacks')}</dt>
          <dd>{due}</dd>
        </div>
        <div className={styles.tile}>
          <dt>
            {say('board.level')}
            {queues.length > 0 &&
              ` ${
                today.isMixed
                  ? say('board.thresholds')
                  : say('board.threshold', { count: today.thresholdSeconds })
              }`}
            , {say(`formula.${formula}`)}
          </dt>
          <dd>
            <Percent share={serviceLevel(today, formula)} digits={0} />
          </dd>
        </div>
      </dl>
      <div className={styles.parts}>
        <section className={`${styles.part} ${styles.queues}`} aria-label={say('board.queues')}>
          <h3>{say('board.queues')}</h3>
          {queues.length === 0 ? (
            <p className={styles.quiet}>{say('board.queues.none')}</p>
          ) : (
            <QueueTable queues={queues} formula={formula} chosen={queue} choose={setQueue} />
          )}
        </section>
        <section className={`${styles.part} ${styles.today}`} aria-label={say('curve.title')}>
          <h3>{say('curve.title')}</h3>
          <Curve queues={queues} curves={snapshot.curves} queue={queue} />
          <Levels today={today} formula={formula} choose={setFormula} />
        </section>
        <OperatorBoard operators={operators} command={props.command} isOnline={props.isOnline} />
        <PlaceBoard
          snapshot={snapshot}
          queue={queue}
          showAll={() => setQueue(null)}
          isOnline={props.isOnline}
          supervised={props.supervised}
          supervise={props.supervise}
        />
      </div>
    </main>
  )
}

function Percent({ share, digits = 1 }: { share: number | null; digits?: number }) {
  const { language } = useWords()
  return share === null
    ? '—'
    : new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: digits }).format(
        share,
      )
}

function QueueTable(props: {
  queues: readonly QueueView[]
  formula: Formula
  chosen: string | null
  choose: (queue: string | null) => void
}) {
  const { say } = useWords()
  const columns = [
    'queue',
    'waiting',
    'longest',
    'expected',
    'callbacks',
    'level',
    'answered',
    'abandoned',
  ] as const
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {say(`column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.queues.map((queue) => (
            <tr key={queue.name} data-chosen={queue.name === props.chosen}>
              <th scope="row">
                <button
                  type="button"
                  aria-pressed={queue.name === props.chosen}
                  onClick={() => props.choose(queue.name === props.chosen ? null : queue.name)}
                >
                  {nameOf(say, queue.name)}
                </button>
              </th>
              <td data-strong={queue.waiting > 0}>{queue.waiting}</td>
              <td>{queue.longestSince === null ? '—' : <Elapsed since={queue.longestSince} />}</td>
              <td>{queue.expectedWait === null ? '—' : roughly(say, queue.expectedWait)}</td>
              <td>{queue.callbacksDue}</td>
              <td>
                <Percent share={serviceLevel(queue.today, props.formula)} />
              </td>
              <td>{queue.today.answered}</td>
              <td>{queue.today.abandoned}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The same day by all four formulas, each with its name; one of them is what the board shows. */
function Levels(props: {
  today: ReturnType<typeof together>
  formula: Formula
  choose: (formula: Formula) => void
}) {
  const { say } = useWords()
  return (
    <fieldset className={styles.levels}>
      <legend>{say('board.level')}</legend>
      {formulas.map((formula) => (
        <label key={formula} title={say(`formula.${formula}.how`)}>
          <input
            type="radio"
            name="formula"
            checked={formula === props.formula}
            onChange={() => props.choose(formula)}
          />
          <b>
            <Percent share={serviceLevel(props.today, formula)} />
          </b>
          <span>{say(`formula.${formula}`)}</span>
        </label>
      ))}
      <p className={styles.quiet}>{say(`formula.${props.formula}.how`)}</p>
    </fieldset>
  )
}
