import { ActionIcon, Button } from '@mantine/core'
import type { Ref } from 'react'
import { grouped } from '../number.ts'
import type { Caller } from './caller.ts'
import { CallerChoice } from './caller-choice.tsx'
import type { ConnectionState } from './connection.ts'
import styles from './handset.module.css'
import { Icon } from './icon.tsx'
import { Keypad } from './keypad.tsx'
import { phaseOf, type Telephone } from './telephone.ts'
import { Timer } from './timer.tsx'
import { type Say, useWords } from './words.tsx'

/** What the line is doing at this moment, in words. */
function doing({ call, listening, recording, conversation, person }: Telephone, say: Say): string {
  if (call.state !== 'in-progress') return ''
  if (person === 'talking' || person === 'held') return say(`note.person.${person}`)
  const last = conversation.findLast((remark) => remark.kind === 'prompt')
  if (last?.ended === null) return say(listening ? 'speaking.listening' : 'speaking')
  if (recording) return say('recording')
  if (!listening) return say('working')
  if (listening.maxDigits !== null) return say('listening.count', { count: listening.maxDigits })
  return listening.finishOnKey === ''
    ? say('listening.any')
    : say('listening.any-finish', { finish: listening.finishOnKey })
}

type HandsetProps = {
  ref: Ref<HTMLDivElement>
  telephone: Telephone
  connection: ConnectionState
  /** Null when the number is none of the shipped lines. */
  lineName: string | null
  number: string
  write: (text: string) => void
  erase: () => void
  caller: Caller
  setCaller: (caller: Caller) => void
  sound: boolean
  toggleSound: () => void
  call: () => void
  answer: () => void
  press: (key: string) => void
  /** The person speaks for so many seconds. */
  speak: (seconds: number) => void
  hangUp: () => void
}

/** What one press of the button for speaking stands for. */
const speechSeconds = 5

/** The telephone itself: display, keypad, call and hang-up. */
export function Handset(props: HandsetProps) {
  const { say } = useWords()
  const { telephone, sound } = props
  const { call } = telephone
  const phase = phaseOf(call)
  const soundLabel = say(sound ? 'sound.on' : 'sound.off')
  return (
    <section ref={props.ref} className={styles.handset} tabIndex={-1} aria-label={say('telephone')}>
      <div className={styles.display}>
        <div className={styles.state}>
          <span role="status">
            {props.connection === 'connecting' ? say('connecting') : say(`state.${call.state}`)}
          </span>
          <Timer call={call} />
        </div>
        {phase === 'idle' ? <Dialling {...props} /> : <InCall {...props} />}
      </div>
      <Keypad press={props.press} />
      <div className={styles.actions}>
        {phase !== 'ringing' && (
          <ActionIcon
            variant="default"
            className={styles.sound}
            aria-pressed={sound}
            aria-label={soundLabel}
            title={soundLabel}
            onClick={props.toggleSound}
          >
            <Icon name={sound ? 'sound-on' : 'sound-off'} />
            <kbd>M</kbd>
          </ActionIcon>
        )}
        {phase === 'ringing' && (
          <Button
            key="answer"
            className={styles.main}
            leftSection={<Icon name="call" />}
            rightSection={<kbd>Enter</kbd>}
            onClick={props.answer}
          >
            {say('answer')}
          </Button>
        )}
        {phase !== 'idle' ? (
          <Button
            key="hang-up"
            className={styles.main}
            color="danger"
            leftSection={<Icon name="hang-up" />}
            rightSection={<kbd>Esc</kbd>}
            onClick={props.hangUp}
          >
            {say(phase === 'ringing' ? 'decline' : 'hang-up')}
          </Button>
        ) : (
          <Button
            key="call"
            className={styles.main}
            leftSection={<Icon name="call" />}
            rightSection={<kbd>Enter</kbd>}
            disabled={props.connection !== 'connected' || props.number === ''}
            onClick={props.call}
          >
            {say('call')}
          </Button>
        )}
      </div>
    </section>
  )
}

function InCall({ telephone, lineName, speak }: HandsetProps) {
  const { say } = useWords()
  const { call, typed } = telephone
  const to = 'to' in call ? grouped(call.to) : ''
  return (
    <>
      <h2 className={styles.name}>{lineName ?? to}</h2>
      <p className={styles.to}>{lineName ? to : ''}</p>
      <div className={styles.now}>
        <output className={typed ? styles.typed : styles.doing}>
          {typed || doing(telephone, say)}
        </output>
        {telephone.recording && (
          <Button size="compact-md" variant="default" onClick={() => speak(speechSeconds)}>
            {say('speak', { count: speechSeconds })}
          </Button>
        )}
      </div>
    </>
  )
}

function Dialling(props: HandsetProps) {
  const { say } = useWords()
  return (
    <>
      <div className={styles.field}>
        <input
          type="tel"
          inputMode="tel"
          autoComplete="off"
          enterKeyHint="go"
          className={styles.number}
          aria-label={say('number')}
          placeholder={say('number.placeholder')}
          value={grouped(props.number)}
          onChange={({ currentTarget }) => props.write(currentTarget.value)}
        />
        <ActionIcon
          variant="subtle"
          size={44}
          aria-label={say('number.erase')}
          title={say('number.erase')}
          disabled={props.number === ''}
          onClick={props.erase}
        >
          <Icon name="erase" />
        </ActionIcon>
      </div>
      <CallerChoice caller={props.caller} choose={props.setCaller} />
    </>
  )
}
