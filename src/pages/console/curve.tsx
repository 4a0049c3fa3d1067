import { useState } from 'react'
import type { CurveView, QueueView } from '../../web/operator/protocol.ts'
import { wallClock } from '../moments.ts'
import { CallList } from './call-list.tsx'
import styles from './curve.module.css'
import { busyPart, pathOf, roundAbove, type Step, sumCurves } from './curve-path.ts'
import { halfHourAfter } from './half-hour.ts'
import { useWords } from './words.tsx'

const series = ['offered', 'answered', 'abandoned'] as const

const width = 640
const height = 160

/**
 * The day: who came, who was answered, who gave up, beside who was expected; as lines, and as numbers for
 * who cannot see them. Every half hour leads to its calls.
 *
 * @param queue only of this one; null for all
 */
export function Curve(props: {
  queues: readonly QueueView[]
  curves: readonly CurveView[]
  queue: string | null
}) {
  const { say } = useWords()
  const [opened, open] = useState<string | null>(null)
  const isShown = (name: string) => props.queue === null || name === props.queue
  const queues = props.queues.filter(({ name }) => isShown(name))
  const steps = busyPart(sumCurves(props.curves.filter(({ name }) => isShown(name))))
  const hasForecast = steps.some(({ forecast }) => forecast !== null)
  const sum = (name: (typeof series)[number] | 'leftForCallback') =>
    queues.reduce((total, { today }) => total + today[name], 0)
  if (steps.length === 0) return <p className={styles.quiet}>{say('curve.none')}</p>
  return (
    <div className={styles.curve}>
      <Chart
        steps={steps}
        open={open}
        summary={say('curve.summary', {
          offered: sum('offered'),
          answered: sum('answered'),
          abandoned: sum('abandoned'),
        })}
      />
      <ul className={styles.legend} aria-hidden="true">
        {series.map((name) => (
          <li key={name} className={styles[`${name}Key`]}>
            {say(`curve.${name}`)} <b>{sum(name)}</b>
          </li>
        ))}
        {hasForecast && <li className={styles.forecastKey}>{say('curve.forecast')}</li>}
        <li>
          {say('curve.callback')} <b>{sum('leftForCallback')}</b>
        </li>
      </ul>
      {!hasForecast && <p className={styles.quiet}>{say('curve.forecast.none')}</p>}
      {opened !== null && <CallList from={opened} queue={props.queue} close={() => open(null)} />}
      <details>
        <summary>{say('curve.table')}</summary>
        <Numbers steps={steps} open={open} hasForecast={hasForecast} />
      </details>
    </div>
  )
}

type Open = (at: string) => void

/** Between every other two full hours where there are many. */
const hoursBetween = (steps: readonly Step[]): number => (steps.length > 16 ? 4 : 2)

function Chart({ steps, summary, open }: { steps: readonly Step[]; summary: string; open: Open }) {
  const { say } = useWords()
  const lines = {
    offered: steps.map(({ counted }) => counted?.offered ?? null),
    answered: steps.map(({ counted }) => counted?.answered ?? null),
    abandoned: steps.map(({ counted }) => counted?.abandoned ?? null),
  }
  const forecast = steps.map((step) => step.forecast)
  const top = roundAbove([...lines.offered, ...forecast].map((value) => value ?? 0))
  const xOf = (at: number) => (steps.length < 2 ? 0 : (at / (steps.length - 1)) * width)
  const now = steps.findLastIndex(({ counted }) => counted !== null)
  return (
    <div className={styles.chart}>
      <svg viewBox={`-34 -12 ${width + 50} ${height + 40}`} role="img" aria-label={summary}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line
              className={styles.axis}
              x2={width}
              y1={height * (1 - share)}
              y2={height * (1 - share)}
            />
            {Number.isInteger(top * share) && (
              <text x="-8" y={height * (1 - share) + 5} textAnchor="end">
                {top * share}
              </text>
            )}
          </g>
        ))}
        <path className={styles.forecast} d={pathOf(forecast, top, width, height)} />
        {now >= 0 && now < steps.length - 1 && (
          <line className={styles.now} x1={xOf(now)} x2={xOf(now)} y2={height} />
        )}
        {series.map((name) => (
          <path key={name} className={styles[name]} d={pathOf(lines[name], top, width, height)} />
        ))}
        {steps.map(({ at }, index) =>
          wallClock(at).endsWith(':00') && index % hoursBetween(steps) < 2 ? (
            <text key={at} x={xOf(index)} y={height + 20} textAnchor="middle">
              {wallClock(at)}
            </text>
          ) : null,
        )}
      </svg>
      {/* Whoever uses keys or a screen reader finds the same buttons in the table. */}
      <div className={styles.columns} aria-hidden="true">
        {steps.map(({ at, counted, forecast: expected }) => (
          <button
            key={at}
            type="button"
            tabIndex={-1}
            disabled={counted === null}
            title={[
              `${wallClock(at)}–${wallClock(halfHourAfter(at))}`,
              ...(counted === null
                ? []
                : series.map((name) => `${say(`curve.${name}`)}: ${counted[name]}`)),
              ...(expected === null ? [] : [`${say('curve.forecast')}: ${expected}`]),
            ].join('\n')}
            onClick={() => open(at)}
          />
        ))}
      </div>
    </div>
  )
}

function Numbers(props: { steps: readonly Step[]; open: Open; hasForecast: boolean }) {
  const { say, language } = useWords()
  const number = new Intl.NumberFormat(language)
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{say('curve.time')}</th>
          {series.map((name) => (
            <th key={name} scope="col">
              {say(`curve.${name}`)}
            </th>
          ))}
          {props.hasForecast && <th scope="col">{say('curve.forecast')}</th>}
        </tr>
      </thead>
      <tbody>
        {props.steps.map(({ at, counted, forecast }) => (
          <tr key={at}>
            <th scope="row">
              {counted === null ? (
                wallClock(at)
              ) : (
                <button
                  type="button"
                  aria-label={say('calls.open', {
                    from: wallClock(at),
                    to: wallClock(halfHourAfter(at)),
                  })}
                  onClick={() => props.open(at)}
                >
                  {wallClock(at)}
                </button>
              )}
            </th>
            {series.map((name) => (
              <td key={name}>{counted === null ? '—' : number.format(counted[name])}</td>
            ))}
            {props.hasForecast && <td>{forecast === null ? '—' : number.format(forecast)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
