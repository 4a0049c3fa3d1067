import type { QueueView } from '../../web/operator/protocol.ts'
import styles from './curve.module.css'
import { pathOf, sumCurves } from './curve-path.ts'
import { wallClock } from './moments.ts'
import { useWords } from './words.tsx'

const series = ['offered', 'answered', 'abandoned'] as const

const width = 640
const height = 160

/** The day so far: who came, who was answered, who gave up; as lines, and as numbers for who cannot see them. */
export function Curve({ queues }: { queues: readonly QueueView[] }) {
  const { say } = useWords()
  const steps = sumCurves(queues)
  const sum = (name: (typeof series)[number] | 'leftForCallback') =>
    queues.reduce((total, { today }) => total + today[name], 0)
  const summary = say('curve.summary', {
    offered: sum('offered'),
    answered: sum('answered'),
    abandoned: sum('abandoned'),
  })
  if (sum('offered') === 0) return <p className={styles.quiet}>{say('curve.none')}</p>
  const first = steps[0]
  const last = steps.at(-1)
  const top = Math.max(1, ...steps.map(({ offered }) => offered))
  return (
    <div className={styles.curve}>
      {first !== undefined && last !== undefined && steps.length > 1 ? (
        <svg viewBox={`0 0 ${width} ${height + 24}`} role="img" aria-label={summary}>
          <line className={styles.axis} x1="0" x2={width} y1={height} y2={height} />
          {series.map((name) => (
            <path
              key={name}
              className={styles[name]}
              d={pathOf(
                steps.map((step) => step[name]),
                top,
                width,
                height,
              )}
            />
          ))}
          <text x="0" y={height + 19}>
            {wallClock(first.at)}
          </text>
          <text x={width} y={height + 19} textAnchor="end">
            {wallClock(last.at)}
          </text>
          <text x="0" y="12">
            {top}
          </text>
        </svg>
      ) : (
        <svg viewBox={`0 0 ${width} 40`} role="img" aria-label={summary}>
          {bars(sum('answered'), sum('abandoned'), sum('leftForCallback'), sum('offered')).map(
            ({ name, from, share }) => (
              <rect
                key={name}
                className={styles[`${name}Bar`]}
                x={from * width}
                width={Math.max(0, share * width - 2)}
                y="4"
                height="32"
                rx="4"
              />
            ),
          )}
        </svg>
      )}
      <ul className={styles.legend} aria-hidden="true">
        {series.map((name) => (
          <li key={name} className={styles[`${name}Key`]}>
            {say(`curve.${name}`)} <b>{sum(name)}</b>
          </li>
        ))}
        <li className={styles.callbackKey}>
          {say('curve.callback')} <b>{sum('leftForCallback')}</b>
        </li>
      </ul>
      {steps.length > 1 && (
        <details>
          <summary>{say('curve.table')}</summary>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{say('curve.time')}</th>
                {series.map((name) => (
                  <th key={name} scope="col">
                    {say(`curve.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {steps.map((step) => (
                <tr key={step.at}>
                  <th scope="row">{wallClock(step.at)}</th>
                  {series.map((name) => (
                    <td key={name}>{step[name]}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </div>
  )
}

/** What became of all who came, as parts of one bar; the rest are still waiting. */
function bars(answered: number, abandoned: number, callback: number, offered: number) {
  const whole = Math.max(offered, answered + abandoned + callback)
  return [
    { name: 'answered' as const, from: 0, share: answered / whole },
    { name: 'abandoned' as const, from: answered / whole, share: abandoned / whole },
    { name: 'callback' as const, from: (answered + abandoned) / whole, share: callback / whole },
  ]
}
