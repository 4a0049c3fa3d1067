import type { Command, OperatorView } from '../../web/operator/protocol.ts'
import styles from './board.module.css'
import { Elapsed } from './clock.tsx'
import { nameOf, useWords } from './words.tsx'

const states = ['available', 'reserved', 'talking', 'wrap-up', 'break', 'offline'] as const
const wishes = ['available', 'break', 'offline'] as const

const orderOf = ({ presence }: OperatorView) => states.indexOf(presence)

/** Who does what and since when; a supervisor can change it. */
export function OperatorBoard(props: {
  operators: readonly OperatorView[]
  isOnline: boolean
  command: (command: Command) => void
}) {
  const { say } = useWords()
  const operators = props.operators.toSorted(
    (one, other) =>
      orderOf(one) - orderOf(other) || Date.parse(one.since) - Date.parse(other.since),
  )
  return (
    <section className={`${styles.part} ${styles.operators}`} aria-label={say('board.operators')}>
      <h3>{say('board.operators')}</h3>
      <ul className={styles.states}>
        {states.map((state) => (
          <li key={state} data-presence={state}>
            {say(`presence.${state}`)} <b>{operators.filter((o) => o.presence === state).length}</b>
          </li>
        ))}
      </ul>
      {operators.length === 0 && <p className={styles.quiet}>{say('board.operators.none')}</p>}
      <ul className={styles.rows}>
        {operators.map((operator) => (
          <li key={operator.login} className={styles.row}>
            <span className={styles.dot} data-presence={operator.presence} />
            <span className={styles.name}>
              {operator.name}
              <span className={styles.detail}>
                {operator.skills.map((skill) => nameOf(say, skill)).join(', ')}
              </span>
            </span>
            <span className={styles.since}>
              {say(`presence.${operator.presence}`)} <Elapsed since={operator.since} />
            </span>
            <select
              className={styles.force}
              aria-label={say('board.set-presence', { name: operator.name })}
              disabled={!props.isOnline}
              value=""
              onChange={({ currentTarget }) => {
                const state = wishes.find((wish) => wish === currentTarget.value)
                if (state) props.command({ type: 'set-presence', login: operator.login, state })
              }}
            >
              <option value="">{say('board.force')}</option>
              {wishes
                .filter((wish) => wish !== operator.presence)
                .map((wish) => (
                  <option key={wish} value={wish}>
                    {say(`presence.${wish}`)}
                  </option>
                ))}
            </select>
          </li>
        ))}
      </ul>
    </section>
  )
}
