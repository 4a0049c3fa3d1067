import type { CallView } from '../../web/caller/protocol.ts'
import { isOperatorOnline, isPhotoAsked } from '../channel/known-channel.ts'
import { clockFace } from '../clock-face.ts'
import type { Account } from './account.ts'
import styles from './calls.module.css'
import forms from './forms.module.css'
import { Icon } from './icon.tsx'
import { hashOf } from './route.ts'
import { useChannel } from './use-account.ts'
import { useTicks } from './use-ticks.ts'
import { useWords } from './words.tsx'

/** The call that goes on: who is there, how long, whether one can write, and why not. */
export function LiveCall({ account, call }: { account: Account; call: CallView }) {
  const { say } = useWords()
  const now = useTicks(true)
  const { channel } = useChannel(account, call.channel)
  const isChatOpen = channel.view?.isChatOpen ?? call.isChatOpen
  const operator = channel.view ? (channel.view.operator?.name ?? null) : call.operator

  const chat = (() => {
    if (!call.line.isIntegrated) return say('live.no-chat')
    if (call.channel === null) return say('live.starting')
    if (isChatOpen && isPhotoAsked(channel)) return say('photo.asked')
    return say(isChatOpen ? 'live.open' : 'live.closed')
  })()

  return (
    <section className={styles.live} aria-label={say('live')}>
      <p className={styles.liveHead}>
        <span className={styles.pulse}>{say('live')}</span>
        <time>{clockFace(now - Date.parse(call.startedAt))}</time>
      </p>
      <h3>{call.line.name}</h3>
      <p className={styles.liveWho}>
        <span>
          {operator === null ? say('live.nobody') : say('live.operator', { name: operator })}
        </span>
        {operator !== null && channel.view !== null && channel.connection === 'online' && (
          <Presence isOnline={isOperatorOnline(channel)} />
        )}
      </p>
      <p className={styles.chatState} role="status">
        <Icon name={isChatOpen ? 'send' : 'lock'} size={20} />
        <span>{chat}</span>
      </p>
      {call.channel !== null && (
        <a
          className={isChatOpen ? forms.primary : forms.plain}
          href={hashOf({ at: 'call', channel: call.channel })}
        >
          {say(isChatOpen ? 'live.write' : 'live.look')}
          {call.unread > 0 && ` · ${say('calls.unread', { count: call.unread })}`}
        </a>
      )}
    </section>
  )
}

/** Whether the operator sees what is written now. */
export function Presence({ isOnline }: { isOnline: boolean }) {
  const { say } = useWords()
  return (
    <span className={isOnline ? styles.online : styles.away}>
      {say(isOnline ? 'operator.online' : 'operator.away')}
    </span>
  )
}
