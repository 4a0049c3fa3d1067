import { useState } from 'react'
import type { Command, QueueView, Snapshot } from '../../web/operator/protocol.ts'
import { clockFace } from '../clock-face.ts'
import { foreignZone, wallClock } from '../moments.ts'
import { Choice } from './choice.tsx'
import { Elapsed } from './clock.tsx'
import { RecordingDialog } from './recording/recording-dialog.tsx'
import styles from './self.module.css'
import { nameOf, roughly, useWords, wordFor } from './words.tsx'

const wishes = ['available', 'break', 'offline'] as const
type Wish = (typeof wishes)[number]

const isWish = (state: string): state is Wish => wishes.some((wish) => wish === state)

/** The left column: the own state, what waits, what the day has brought. */
export function Self(props: {
  snapshot: Snapshot
  /** What was asked for and is not answered yet. */
  wish: Wish | null
  phone: string
  command: (command: Command) => void
}) {
  const { say } = useWords()
  const { me, queues, day } = props.snapshot
  const chosen = props.wish ?? (isWish(me.presence) ? me.presence : null)
  const busy = queues
    .filter(({ waiting, callbacksDue }) => waiting + callbacksDue > 0)
    .toSorted((one, other) => other.waiting - one.waiting)
  const idle = queues.filter((queue) => !busy.includes(queue))
  return (
    <>
      <section className={styles.card} aria-label={say('presence')}>
        {!isWish(me.presence) && (
          <p className={styles.state}>
            <strong data-presence={me.presence}>{say(`presence.${me.presence}`)}</strong>
            <Elapsed since={me.since} />
          </p>
        )}
        <Choice
          label={say('presence')}
          name="presence"
          shape="column"
          options={wishes.map((value) => ({
            value,
            label: (
              <>
                <span className={styles.wish} data-presence={value}>
                  {say(`presence.${value}`)}
                </span>
                {value === me.presence && <Elapsed since={me.since} />}
              </>
            ),
          }))}
          chosen={chosen}
          choose={(state) => props.command({ type: 'presence', state })}
        />
        {me.reason !== null && (
          <p className={styles.note}>{wordFor(say, `presence.${me.reason}`, '')}</p>
        )}
        <p className={styles.note}>{props.phone}</p>
      </section>
      <section className={styles.card} aria-label={say('queues')}>
        <h2>{say('queues')}</h2>
        {queues.length === 0 ? (
          <p className={styles.note}>{say('queues.none')}</p>
        ) : (
          <ul className={styles.queues}>
            {busy.map((queue) => (
              <QueueLine key={queue.name} queue={queue} />
            ))}
            {idle.length > 0 && (
              <li className={styles.quiet}>
                {say('queue.empty')}: {idle.map(({ name }) => nameOf(say, name)).join(', ')}
              </li>
            )}
          </ul>
        )}
      </section>
      <section className={styles.card} aria-label={say('day')}>
        <h2>{say('day')}</h2>
        <dl className={styles.figures}>
          <div>
            <dt>{say('day.answered')}</dt>
            <dd>{day.answered}</dd>
          </div>
          <div>
            <dt>{say('day.missed')}</dt>
            <dd>{day.missed}</dd>
          </div>
          <div>
            <dt>{say('day.talk')}</dt>
            <dd>{clockFace(day.talkSeconds * 1000)}</dd>
          </div>
        </dl>
        <History
          calls={day.calls}
          isOnLine={me.presence !== 'offline' && me.presence !== 'break'}
        />
      </section>
    </>
  )
}

function QueueLine({ queue }: { queue: QueueView }) {
  const { say } = useWords()
  return (
    <li>
      <span className={styles.queue}>{nameOf(say, queue.name)}</span>
      {queue.waiting > 0 && (
        <span className={styles.quiet}>
          {say('queue.waiting')} <b>{queue.waiting}</b>
          {queue.longestSince !== null && (
            <>
              {', '}
              {say('queue.longest')}{' '}
              <b>
                <Elapsed since={queue.longestSince} />
              </b>
            </>
          )}
        </span>
      )}
      {queue.waiting > 0 && queue.expectedWait !== null && (
        <span className={styles.quiet}>
          {say('queue.expected', { time: roughly(say, queue.expectedWait) })}
        </span>
      )}
      {queue.callbacksDue > 0 && (
        <span className={styles.quiet}>
          {say('queue.callbacks', { count: queue.callbacksDue })}
        </span>
      )}
    </li>
  )
}

function History(props: { calls: Snapshot['day']['calls']; isOnLine: boolean }) {
  const { say } = useWords()
  const { calls } = props
  const [listened, setListened] = useState<string | null>(null)
  const [first] = calls
  if (!first) {
    const hint = say(props.isOnLine ? 'day.none.on-line' : 'day.none')
    return <p className={styles.note}>{hint}</p>
  }
  const zone = foreignZone(first.startedAt)
  return (
    <>
      <h3>{say('day.history')}</h3>
      {zone !== null && <p className={styles.note}>{say('day.zone', { zone })}</p>}
      <ol className={styles.history}>
        {calls
          .toSorted((one, other) => (one.startedAt < other.startedAt ? 1 : -1))
          .map(({ callSid, startedAt, topic, result }) => (
            <li key={`${callSid} ${startedAt}`}>
              <time dateTime={startedAt}>{wallClock(startedAt)}</time>
              <span>{topic === null ? say('day.no-topic') : nameOf(say, topic)}</span>
              {result !== null && (
                <span className={styles.quiet}>{wordFor(say, `result.${result}`, result)}</span>
              )}
              <button
                type="button"
                className={styles.word}
                aria-label={say('recording.of', { time: wallClock(startedAt) })}
                onClick={() => setListened(callSid)}
              >
                {say('recording.short')}
              </button>
            </li>
          ))}
      </ol>
      {listened !== null && <RecordingDialog call={listened} close={() => setListened(null)} />}
    </>
  )
}
