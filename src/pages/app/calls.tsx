import { useState } from 'react'
import type { CallView } from '../../web/caller/protocol.ts'
import { useWatched } from '../channel/store.ts'
import { clockFace } from '../clock-face.ts'
import { grouped } from '../number.ts'
import { type Account, isLive } from './account.ts'
import styles from './calls.module.css'
import forms from './forms.module.css'
import { keyOfCall } from './home.ts'
import { LiveCall } from './live-call.tsx'
import { hashOf } from './route.ts'
import { useCalls, useHome } from './use-account.ts'
import { useLines } from './use-lines.ts'
import { clockOf, dayOf } from './when.ts'
import { useWords, wordFor } from './words.tsx'

/** The caller's calls: the live one on top, earlier ones to be read again. */
export function Calls({ account, shown }: { account: Account; shown: string | null }) {
  const { say } = useWords()
  const { calls } = useCalls(account)
  const { cursor, connection } = useHome(account)
  const [isBusy, setIsBusy] = useState(false)

  async function earlier(): Promise<void> {
    setIsBusy(true)
    await account.home?.earlier()
    setIsBusy(false)
  }

  const live = calls?.filter(isLive) ?? []
  const before = calls?.filter((call) => !isLive(call)) ?? []
  return (
    <div className={styles.calls}>
      <h2 className="unseen">{say('room.calls')}</h2>
      {live.map((call) => (
        <LiveCall key={keyOfCall(call)} account={account} call={call} />
      ))}
      {connection === 'offline' && <Unsent account={account} />}
      {calls === null && connection !== 'offline' && (
        <p className={styles.quiet} role="status">
          {say('calls.loading')}
        </p>
      )}
      {calls?.length === 0 && <FirstCall />}
      {before.length > 0 && (
        <>
          <h3 className={styles.heading}>{say('calls.before')}</h3>
          <ul className={styles.list}>
            {before.map((call) => (
              <li key={keyOfCall(call)}>
                <EarlierCall
                  call={call}
                  isShown={call.channel !== null && call.channel === shown}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      {cursor !== null && (
        <button
          type="button"
          className={forms.quiet}
          disabled={isBusy}
          onClick={() => void earlier()}
        >
          {say(isBusy ? 'calls.loading' : 'calls.more')}
        </button>
      )}
    </div>
  )
}

function EarlierCall({ call, isShown }: { call: CallView; isShown: boolean }) {
  const { say, language } = useWords()
  const { channel, startedAt, endedAt, unread } = call
  const lasted = endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt)
  const inside = (
    <>
      <span className={styles.line}>{call.line.name}</span>
      {unread > 0 && <b className={styles.unread}>{say('calls.unread', { count: unread })}</b>}
      <span className={styles.quiet}>
        {dayOf(startedAt, language)}, {clockOf(startedAt)} · {clockFace(lasted)}
      </span>
      <span className={styles.quiet}>
        {wordFor(say, `outcome.${call.outcome}`, say('outcome.other'))}
        {channel !== null && ` · ${say('calls.has-chat')}`}
      </span>
    </>
  )
  return channel === null ? (
    <div className={styles.call}>{inside}</div>
  ) : (
    <a
      className={styles.call}
      href={hashOf({ at: 'call', channel })}
      aria-current={isShown ? 'true' : undefined}
    >
      {inside}
    </a>
  )
}

/** What waits on this device, while the server cannot say which calls there are. */
function Unsent({ account }: { account: Account }) {
  const { say } = useWords()
  const waiting = useWatched(account.outbox)
  const channels = new Map(waiting.map(({ channel, line }) => [channel, line]))
  if (waiting.length === 0) return null
  return (
    <section>
      <h3 className={styles.heading}>{say('unsent')}</h3>
      <ul className={styles.list}>
        {[...channels].map(([channel, line]) => (
          <li key={channel}>
            <a className={styles.call} href={hashOf({ at: 'call', channel })}>
              <span className={styles.line}>{line}</span>
              {waiting
                .filter((item) => item.channel === channel)
                .map((item) => (
                  <span key={item.id} className={styles.excerpt} dir="auto">
                    {item.kind === 'message' ? item.text : say('photo')}
                  </span>
                ))}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** An empty list says how to make the first call. */
function FirstCall() {
  const { say } = useWords()
  const lines = useLines()
  return (
    <section className={styles.first}>
      <h3>{say('first')}</h3>
      <ol>
        <li>
          {say('first.dial')}
          {lines.map(({ number, name }) => (
            <a key={number} className={forms.primary} href={`tel:${number}`}>
              <span>
                {grouped(number)}
                <small>{name}</small>
              </span>
            </a>
          ))}
        </li>
        <li>{say('first.appears')}</li>
        <li>{say('first.chat')}</li>
      </ol>
    </section>
  )
}
