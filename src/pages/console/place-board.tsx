import { Button } from '@mantine/core'
import type { Command, OperatorView, PlaceView, Snapshot } from '../../web/operator/protocol.ts'
import { wallClock } from '../moments.ts'
import styles from './board.module.css'
import { Elapsed } from './clock.tsx'
import { nameOf, type Say, useWords } from './words.tsx'

export type Supervise = Extract<Command, { type: 'supervise' }>

const ways = ['listen', 'whisper', 'barge'] as const

/** Rows drawn at once; whoever wants to see more chooses a queue. */
const most = 100

/** Who waits and who talks, longest first; a supervisor can join a talk. */
export function PlaceBoard(props: {
  snapshot: Snapshot
  /** Only of this queue; null for all. */
  queue: string | null
  showAll: () => void
  isOnline: boolean
  supervised: Supervise | null
  supervise: (command: Supervise) => void
}) {
  const { say } = useWords()
  const { queue, supervised } = props
  const { operators } = props.snapshot
  const places = props.snapshot.places
    .filter((place) => queue === null || place.queue === queue)
    .toSorted((one, other) => Date.parse(one.since) - Date.parse(other.since))
  return (
    <section className={`${styles.part} ${styles.places}`} aria-label={say('board.places')}>
      <h3>
        {queue === null
          ? say('board.places')
          : say('board.places.filter', { queue: nameOf(say, queue) })}
        {queue !== null && (
          <Button size="compact-md" variant="subtle" onClick={props.showAll}>
            {say('board.places.all')}
          </Button>
        )}
      </h3>
      {supervised !== null && (
        <p className={styles.joined} role="status">
          {say(`supervise.${supervised.how as 'listen'}`)}
          <Button
            size="compact-md"
            color="danger"
            onClick={() => props.supervise({ ...supervised, how: 'stop' })}
          >
            {say('supervise.stop')}
          </Button>
        </p>
      )}
      {places.length === 0 && <p className={styles.quiet}>{say('board.places.none')}</p>}
      <ul className={styles.rows}>
        {places.slice(0, most).map((place) => (
          <li key={place.id} className={styles.row}>
            <span className={styles.dot} data-presence={dotOf(place)} />
            <span className={styles.name}>
              {nameOf(say, place.topic ?? place.queue)}
              <span className={styles.detail}>{about(place, operators, say)}</span>
            </span>
            <span className={styles.since}>
              <Elapsed since={place.since} />
            </span>
            {place.state === 'talking' && (
              <span className={styles.ways}>
                {ways.map((how) => (
                  <Button
                    key={how}
                    className={styles.way ?? ''}
                    size="compact-md"
                    variant="default"
                    aria-pressed={supervised?.placeId === place.id && supervised.how === how}
                    disabled={!props.isOnline}
                    onClick={() => props.supervise({ type: 'supervise', placeId: place.id, how })}
                  >
                    {say(how)}
                  </Button>
                ))}
              </span>
            )}
          </li>
        ))}
      </ul>
      {places.length > most && (
        <p className={styles.quiet}>{say('board.places.more', { count: places.length - most })}</p>
      )}
    </section>
  )
}

const dotOf = ({ state }: PlaceView) =>
  state === 'waiting' ? 'break' : state === 'reserved' ? 'reserved' : 'talking'

function about(place: PlaceView, operators: readonly OperatorView[], say: Say): string {
  const operator = operators.find(({ login }) => login === place.login)
  const { window } = place
  const parts = [
    say(`place.${place.state}`, { name: operator?.name ?? place.login ?? '' }),
    ...(place.mode === 'callback' ? [say('place.callback')] : []),
    ...(window === null
      ? []
      : [say('place.window', { from: wallClock(window.from), to: wallClock(window.to) })]),
    ...(place.tier === null ? [] : [say(`caller.tier.${place.tier}`)]),
    place.language.split('-')[0]?.toUpperCase() ?? '',
  ]
  return parts.filter(Boolean).join(' · ')
}
