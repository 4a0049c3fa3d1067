import { Button } from '@mantine/core'
import { type FormEvent, type KeyboardEvent, type Ref, useRef, useState } from 'react'
import { useMedia } from '../../look/use-media.ts'
import { useWords, wordFor } from '../words.tsx'
import styles from './channel-panel.module.css'
import { Conversation } from './conversation.tsx'
import { Meter } from './meter.tsx'
import { PictureViewer } from './picture-viewer.tsx'
import { trustedOf } from './reached.ts'
import type { Talk, TalkLink } from './talk-link.ts'

const longestText = 4000

/** What goes on beside the voice of an integrated call: who is there, what is written and shown. */
export function ChannelPanel(props: {
  talk: Talk
  link: TalkLink | null
  composer: Ref<HTMLTextAreaElement>
}) {
  const { say } = useWords()
  const { talk, link } = props
  const [picture, setPicture] = useState<{ url: string; label: string } | null>(null)
  const { view, rights } = talk
  if (view === null) {
    return (
      <section className={styles.panel} aria-label={say('channel')}>
        <p className={styles.quiet} role="status">
          {say(talk.isAwaited ? 'channel.awaited' : 'channel.connecting')}
        </p>
      </section>
    )
  }
  const isOnline = talk.connection === 'online'
  const lead = isOnline && rights?.lead === true
  const isCallerHere = talk.online.some(({ kind }) => kind === 'caller')
  return (
    <section className={styles.panel} aria-label={say('channel')}>
      <header>
        <p>
          <b>{say(view.isChatOpen ? 'channel.open' : 'channel.closed')}</b>
          <span className={styles.quiet}>
            {' · '}
            {say(isCallerHere ? 'channel.caller.here' : 'channel.caller.away')}
          </span>
        </p>
        <Trusted talk={talk} />
      </header>
      <div className={styles.actions}>
        <Button
          size="xs"
          variant={view.isChatOpen ? 'default' : 'filled'}
          disabled={!lead}
          rightSection={view.isChatOpen ? undefined : <kbd>C</kbd>}
          onClick={() => link?.openChat(!view.isChatOpen)}
        >
          {say(view.isChatOpen ? 'channel.close' : 'channel.open.do')}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={!lead || !view.isChatOpen}
          rightSection={<kbd>P</kbd>}
          onClick={() => link?.askPhoto()}
        >
          {say('channel.ask-photo')}
        </Button>
        <Meter levels={talk.levels} />
      </div>
      {talk.refused !== null && (
        <p className={styles.refused} role="alert">
          {wordFor(say, `channel.refused.${talk.refused}`, say('channel.refused'))}
        </p>
      )}
      <Conversation
        talk={talk}
        look={(isLooking) => link?.look(isLooking)}
        retry={(id) => link?.retry(id)}
        discard={(id) => link?.discard(id)}
        show={(url, label) => setPicture({ url, label })}
      />
      {view.isChatOpen && rights?.write === true ? (
        <Composer ref={props.composer} write={(text) => link?.write(text)} />
      ) : (
        <p className={styles.quiet}>
          {say(view.endedAt === null ? 'channel.closed.hint' : 'channel.over.hint')}
        </p>
      )}
      {picture && <PictureViewer {...picture} close={() => setPicture(null)} />}
    </section>
  )
}

function Trusted({ talk }: { talk: Talk }) {
  const { say } = useWords()
  const trusted = trustedOf(talk.events, talk.online)
  if (trusted.length === 0) return null
  return (
    <p className={styles.quiet}>
      {say('channel.trusted')}:{' '}
      {trusted.map(({ person, isOnline }, at) => (
        <span key={person.id}>
          {at > 0 && ', '}
          <bdi>{person.name}</bdi>
          {isOnline && ` (${say('channel.trusted.here')})`}
        </span>
      ))}
    </p>
  )
}

function Composer(props: { ref: Ref<HTMLTextAreaElement>; write: (text: string) => void }) {
  const { say } = useWords()
  const [text, setText] = useState('')
  const form = useRef<HTMLFormElement>(null)
  const hasKeys = useMedia('(hover: hover)')

  function send(event: FormEvent): void {
    event.preventDefault()
    const written = text.trim()
    if (written === '') return
    props.write(written)
    setText('')
  }
  function onKey(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (event.key === 'Escape') {
      // Out of the field first: twice Esc ends the call, and must not do so from a half-written word.
      event.stopPropagation()
      event.currentTarget.blur()
    } else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      form.current?.requestSubmit()
    }
  }

  return (
    <form ref={form} className={styles.composer} onSubmit={send}>
      <textarea
        ref={props.ref}
        rows={2}
        maxLength={longestText}
        aria-label={say('channel.write')}
        placeholder={say(hasKeys ? 'channel.write.hint' : 'channel.write')}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={onKey}
      />
      <Button type="submit" disabled={text.trim() === ''} rightSection={<kbd>Enter</kbd>}>
        {say('channel.send')}
      </Button>
    </form>
  )
}
