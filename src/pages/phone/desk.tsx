import { useEffect, useRef, useState } from 'react'
import { useMedia } from '../look/use-media.ts'
import { dialable, withoutLastDigit } from '../number.ts'
import { usePreference } from '../preference.ts'
import { type Caller, calledFrom, ownMobile } from './caller.ts'
import { Conversation } from './conversation.tsx'
import { Handset } from './handset.tsx'
import { LineList } from './lines.tsx'
import { LostConnection, Trouble } from './notices.tsx'
import styles from './phone-page.module.css'
import { isActive } from './telephone.ts'
import { soundKey } from './tones.ts'
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
  const phone = useTelephone(sound === 'on')
  const [attempt, setAttempt] = useState(0)
  const lines = useLines(attempt)
  const [entered, setEntered] = useState<Entered | null>(null)
  const [caller, setCaller] = useState<Caller>(ownMobile)

  const { telephone, connection } = phone
  const known = lines.state === 'loaded' ? lines.lines : []
  const number = entered?.text ?? known[0]?.number ?? ''
  const to = dialable(number)
  const lineName = known.find((line) => line.number === to)?.name ?? null
  const calling = isActive(telephone.call)
  const wide = useMedia('(width >= 1100px)')
  const handset = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (connection === 'connected' && lines.state === 'failed') setAttempt((count) => count + 1)
  }, [connection, lines.state])

  const call = () => {
    if (!calling && to !== '') phone.dial(to, calledFrom(caller))
  }
  const press = (key: string) => {
    if (sound === 'on') soundKey(key)
    if (calling) phone.press(key)
    else setEntered({ text: entered?.byHand ? entered.text + key : key, byHand: true })
  }
  const erase = () => setEntered({ text: withoutLastDigit(number), byHand: true })
  const toggleSound = () => setSound(sound === 'on' ? 'off' : 'on')

  useKeyboard(calling, (action) => {
    if (action.do === 'press') press(action.key)
    else if (action.do === 'call') call()
    else if (action.do === 'hang-up') phone.hangUp()
    else if (action.do === 'erase') erase()
    else toggleSound()
  })

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
        <details className={styles.lines} open={wide}>
          <summary>
            {say('lines')}
            {lineName && <span>{lineName}</span>}
          </summary>
          <LineList
            lines={lines}
            chosen={to}
            disabled={calling}
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
          press={press}
          speak={phone.speak}
          hangUp={phone.hangUp}
        />
        <div className={styles.side}>
          <Trouble refused={telephone.refused} lines={lines} voiceless={phone.voiceless} />
          <Conversation remarks={telephone.conversation} />
          <Wire items={telephone.wire} />
        </div>
      </main>
    </>
  )
}
