import { useEffect, useRef, useState } from 'react'
import { useMedia } from '../look/use-media.ts'
import { dialable, withoutLastDigit } from '../number.ts'
import { usePreference } from '../preference.ts'
import { type Caller, calledBackAt, calledFrom, ownMobile } from './caller.ts'
import { Conversation } from './conversation.tsx'
import { Handset } from './handset.tsx'
import { LineList } from './lines.tsx'
import { Messages } from './messages.tsx'
import { LostConnection, Trouble } from './notices.tsx'
import styles from './phone-page.module.css'
import { isActive, phaseOf } from './telephone.ts'
import { ringTone, soundKey } from './tones.ts'
import { useKeyboard } from './use-keyboard.ts'
import { useLines } from './use-lines.ts'
import { useTelephone } from './use-telephone.ts'
import { Wire } from './wire.tsx'
import { useWords } from './words.tsx'

/** A number as chosen from the list, which the first digit replaces, or as written digit by digit. */
type Entered = { readonly text: string; readonly byHand: boolean }

/** The telephone on its desk: lines at its side, the conversation and the wire on the other. */
export function Desk() {
  const { say } = useWords()
  const [sound, setSound] = usePreference('sound', ['on', 'off'], 'on')
  const [caller, setCaller] = useState<Caller>(ownMobile)
  const phone = useTelephone(sound === 'on', calledBackAt(caller))
  const [attempt, setAttempt] = useState(0)
  const lines = useLines(attempt)
  const [entered, setEntered] = useState<Entered | null>(null)

  const { telephone, connection } = phone
  const known = lines.state === 'loaded' ? lines.lines : []
  const number = entered?.text ?? known[0]?.number ?? ''
  const to = dialable(number)
  const calling = isActive(telephone.call)
  const phase = phaseOf(telephone.call)
  const other = phase !== 'idle' && 'to' in telephone.call ? telephone.call.to : to
  const lineName = known.find((line) => line.number === other)?.name ?? null
  const wide = useMedia('(width >= 1100px)')
  const handset = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (connection === 'connected' && lines.state === 'failed') setAttempt((count) => count + 1)
  }, [connection, lines.state])

  const call = () => {
    if (phase === 'idle' && to !== '') phone.dial(to, calledFrom(caller))
  }
  const press = (key: string) => {
    if (phase === 'ringing') return
    if (sound === 'on') soundKey(key)
    if (calling) phone.press(key)
    else setEntered({ text: entered?.byHand ? entered.text + key : key, byHand: true })
  }
  const erase = () => setEntered({ text: withoutLastDigit(number), byHand: true })
  const toggleSound = () => setSound(sound === 'on' ? 'off' : 'on')

  useKeyboard(phase, (action) => {
    if (action.do === 'press') press(action.key)
    else if (action.do === 'call') call()
    else if (action.do === 'answer') phone.answer()
    else if (action.do === 'hang-up') phone.hangUp()
    else if (action.do === 'erase') erase()
    else toggleSound()
  })

  const rings = phase === 'ringing'
  useEffect(() => {
    if (!rings) return
    const title = document.title
    document.title = say('title.ringing')
    const stop = sound === 'on' ? ringTone() : null
    return () => {
      document.title = title
      stop?.()
    }
  }, [rings, sound, say])

  // What began or ended the call is gone or disabled; the keyboard stays on the telephone.
  const wasCalling = useRef(calling)
  useEffect(() => {
    if (wasCalling.current === calling) return
    wasCalling.current = calling
    const focused = document.activeElement
    if (focused === document.body || focused?.matches(':disabled')) {
      handset.current?.focus({ preventScroll: true })
    }
  }, [calling])

  return (
    <>
      {connection === 'lost' && (
        <LostConnection
          callLost={telephone.call.state === 'ended' && telephone.call.reason === 'connection-lost'}
          serverAnswers={!phone.everConnected && lines.state === 'loaded'}
          retry={phone.retry}
        />
      )}
      <main className={calling ? `${styles.desk} ${styles.calling}` : styles.desk}>
        <details
          className={styles.lines}
          open={wide}
          // It scrolls, and in a call no line in it can be chosen.
          tabIndex={phase === 'idle' ? undefined : 0}
        >
          <summary>
            {say('lines')}
            {lineName && <span>{lineName}</span>}
          </summary>
          <LineList
            lines={lines}
            chosen={to}
            disabled={phase !== 'idle'}
            choose={(chosen) => setEntered({ text: chosen, byHand: false })}
            reload={() => setAttempt(attempt + 1)}
          />
        </details>
        <Handset
          ref={handset}
          telephone={telephone}
          connection={connection}
          lineName={lineName}
          number={number}
          write={(text) => setEntered({ text, byHand: true })}
          erase={erase}
          caller={caller}
          setCaller={setCaller}
          sound={sound === 'on'}
          toggleSound={toggleSound}
          call={call}
          answer={phone.answer}
          press={press}
          speak={phone.speak}
          hangUp={phone.hangUp}
        />
        <div className={styles.side}>
          <Trouble refused={telephone.refused} lines={lines} voiceless={phone.voiceless} />
          <Messages messages={phone.messages} />
          <Conversation remarks={telephone.conversation} />
          <Wire items={telephone.wire} />
        </div>
      </main>
    </>
  )
}
