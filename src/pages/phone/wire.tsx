import { prettyXml } from './pretty-xml.ts'
import type { WireItem } from './telephone.ts'
import styles from './wire.module.css'
import { useWords } from './words.tsx'

type Webhook = Extract<WireItem, { type: 'webhook' }>
type Debugger = Extract<WireItem, { type: 'debugger' }>
type Trace = Extract<WireItem, { type: 'trace' }>

function pathOf(url: string): string {
  const parsed = URL.parse(url, window.location.href)
  return parsed ? parsed.pathname + parsed.search : url
}

/** What a step of a turn is called; others go by the name they come with. */
const stepWords = {
  input: 'trace.input',
  dialog: 'trace.dialog',
  event: 'trace.event',
  log: 'trace.log',
  asked: 'trace.asked',
  fetched: 'trace.fetched',
  variable: 'trace.variable',
  waits: 'trace.waits',
} as const

function stepWord(kind: string): (typeof stepWords)[keyof typeof stepWords] | null {
  return kind in stepWords ? stepWords[kind as keyof typeof stepWords] : null
}

/** A position as its author wrote it; headers carry only ASCII, so the server sends it encoded. */
function readable(position: string): string {
  try {
    return decodeURI(position)
  } catch {
    return position
  }
}

function Exchange({ webhook, trace }: { webhook: Webhook; trace: Trace | null }) {
  const { say } = useWords()
  const failed = webhook.error !== undefined || webhook.status === null || webhook.status >= 400
  return (
    <details className={styles.exchange}>
      <summary>
        <span className={styles.path}>{pathOf(webhook.url)}</span>
        <span className={failed ? styles.failed : styles.status}>
          {webhook.status ?? say('wire.no-answer')}
        </span>
        <span className={styles.time}>
          {say('wire.milliseconds', { count: Math.round(webhook.milliseconds) })}
        </span>
        {webhook.position && (
          <span className={styles.position}>
            <span className="unseen">{say('wire.position')}: </span>
            {readable(webhook.position)}
          </span>
        )}
      </summary>
      {webhook.error && <p className={styles.failed}>{webhook.error}</p>}
      {trace && (
        <>
          <h3>{say('wire.trace')}</h3>
          <Facts
            of={trace.steps.map(({ kind, text }) => {
              const word = stepWord(kind)
              return [word === null ? kind : say(word), text]
            })}
          />
        </>
      )}
      <h3>{say('wire.answer')}</h3>
      <pre>{prettyXml(webhook.answer) || say('wire.empty-answer')}</pre>
      <h3>{say('wire.parameters')}</h3>
      <Facts of={webhook.parameters} />
    </details>
  )
}

function Facts({ of }: { of: readonly (readonly [string, string])[] }) {
  return (
    <dl>
      {of.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name may come again, the order is fixed
        <div key={index}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function DebuggerNote({ item }: { item: Debugger }) {
  const { say } = useWords()
  return (
    <p className={styles.debugger}>
      <a
        href={`https://www.twilio.com/docs/api/errors/${item.code}`}
        target="_blank"
        rel="noreferrer"
      >
        {say('wire.debugger', { code: String(item.code) })}
      </a>{' '}
      {item.message}
    </p>
  )
}

/** What the turn did that a webhook asked for: told just before its answer. */
function traceBefore(items: readonly WireItem[], at: number): Trace | null {
  const before = items[at - 1]
  return before?.type === 'trace' ? before : null
}

/** Folded: everything that went between the carrier and the server, oldest first. */
export function Wire({ items }: { items: readonly WireItem[] }) {
  const { say } = useWords()
  const webhooks = items.filter((item) => item.type === 'webhook').length
  return (
    <details className={styles.wire}>
      <summary>
        {say('wire')}
        <span className={styles.count}>{say('wire.count', { count: webhooks })}</span>
      </summary>
      {items.length === 0 && <p className={styles.empty}>{say('wire.empty')}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard */}
      <section className={styles.items} tabIndex={0} aria-label={say('wire')}>
        {items.map((item, at) => {
          if (item.type === 'webhook') {
            return <Exchange key={item.id} webhook={item} trace={traceBefore(items, at)} />
          }
          return item.type === 'debugger' ? <DebuggerNote key={item.id} item={item} /> : null
        })}
      </section>
    </details>
  )
}
