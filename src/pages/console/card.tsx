import type { ReactNode } from 'react'
import type { CallCard } from '../../web/operator/protocol.ts'
import type { Language } from '../language/texts.ts'
import { calendarDay, wallClock } from '../moments.ts'
import { grouped } from '../number.ts'
import styles from './card.module.css'
import { useNow } from './clock.tsx'
import { whereOf } from './where.ts'
import { nameOf, type Say, useWords, wordFor } from './words.tsx'

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

const languageName = (tag: string, language: Language): string =>
  new Intl.DisplayNames(language, { type: 'language' }).of(tag.split('-')[0] ?? tag) ?? tag

/** Who calls, in one word where there is only one: the name, or the number. */
export const whoOf = (card: CallCard, say: Say): string => card.name ?? numberOf(card.phone, say)

export const numberOf = (phone: string, say: Say): string =>
  phone.startsWith('+') ? grouped(phone) : say('caller.anonymous')

/** The right column: who calls, from where, why, about what, and what was before. */
export function Card(props: { card: CallCard | null; whereabouts: ReactNode }) {
  const { card } = props
  const { say, language } = useWords()
  if (card === null) {
    return (
      <section className={styles.empty} aria-label={say('caller')}>
        <p>{say('caller.none')}</p>
        <p className={styles.quiet}>{say('caller.none.hint')}</p>
      </section>
    )
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than the screen is scrolled by keys
    <section className={styles.card} tabIndex={0} aria-label={say('caller')}>
      <Part title={say('caller')}>
        <p className={styles.who}>{whoOf(card, say)}</p>
        {card.name !== null && <p className={styles.number}>{numberOf(card.phone, say)}</p>}
        <p>
          {say('caller.language')}: <b>{languageName(card.language, language)}</b>
        </p>
        {card.tier !== null && (
          <p>
            <b>{say(`caller.tier.${card.tier}`)}</b>
          </p>
        )}
        {card.businessNumber !== null && (
          <p>
            {say(`caller.business.${card.businessKind ?? 'unknown'}`)}:{' '}
            <b className={styles.number}>{card.businessNumber}</b>
          </p>
        )}
      </Part>
      <Part title={say('where')}>
        <Place phone={card.phone} />
        {card.line !== '' && (
          <p>
            {say('caller.line')}: {card.line}
            {card.isIntegrated && ` (${say('caller.integrated')})`}
          </p>
        )}
      </Part>
      {props.whereabouts && <Part title={say('location')}>{props.whereabouts}</Part>}
      <Part title={say('why')}>
        {card.topic !== null && (
          <p>
            <b>{nameOf(say, card.topic)}</b>
          </p>
        )}
        {isToldByTopic(card, say) ? null : card.path.length === 0 ? (
          <p className={styles.quiet}>{say('why.none')}</p>
        ) : (
          <ol className={styles.path} aria-label={say('why.path')}>
            {card.path.map((step, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same step may come twice, and never moves
              <li key={at}>{nameOf(say, step)}</li>
            ))}
          </ol>
        )}
      </Part>
      <Part title={say('case')}>
        {card.case === null ? (
          <p className={styles.quiet}>{say('case.none')}</p>
        ) : (
          <>
            <p className={styles.number}>
              <b>{card.case.number}</b>
            </p>
            <p>{card.case.service}</p>
            <p>
              <b>{wordFor(say, `case.${card.case.status}`, card.case.status)}</b>
            </p>
            {card.case.expectedOn !== null && (
              <p>{say('case.expected', { day: calendarDay(card.case.expectedOn, language) })}</p>
            )}
          </>
        )}
      </Part>
      <Part title={say('before')}>
        {card.earlierCalls.length === 0 ? (
          <p className={styles.quiet}>{say('before.none')}</p>
        ) : (
          <ol className={styles.before}>
            {card.earlierCalls.map((call) => (
              <li key={call.callSid}>
                <time dateTime={call.startedAt}>
                  {calendarDay(call.startedAt, language)}, {wallClock(call.startedAt)}
                </time>
                {call.topic !== null && <span>{nameOf(say, call.topic)}</span>}
                {call.isColleague && <span>{say('before.colleague')}</span>}
                <span className={styles.quiet}>
                  {wordFor(say, `outcome.${call.outcome}`, call.outcome)}
                  {call.operator !== null && ` · ${call.operator}`}
                </span>
              </li>
            ))}
          </ol>
        )}
      </Part>
    </section>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={styles.part}>
      <h3>{title}</h3>
      {children}
    </div>
  )
}

function Place({ phone }: { phone: string }) {
  const { say, language } = useWords()
  const now = useNow()
  const { country, zone, isMobile } = whereOf(phone)
  const name = country && new Intl.DisplayNames(language, { type: 'region' }).of(country)
  const time =
    zone &&
    new Intl.DateTimeFormat(language, {
      hour: '2-digit',
      minute: '2-digit',
      timeZone: zone,
    }).format(now)
  const parts = [
    name ?? say('where.unknown'),
    ...(isMobile ? [say('where.mobile')] : []),
    ...(time ? [say('where.time', { time })] : []),
  ]
  return <p>{capital(parts.join(', '))}</p>
}

/** A way of one step that is the topic is said already. */
const isToldByTopic = ({ path, topic }: CallCard, say: Say): boolean =>
  topic !== null && path.every((step) => nameOf(say, step) === nameOf(say, topic))
