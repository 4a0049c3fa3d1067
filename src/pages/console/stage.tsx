import { Button } from '@mantine/core'
import type { Ref } from 'react'
import type { Command, OwnCall, Snapshot } from '../../web/operator/protocol.ts'
import { clockFace } from '../clock-face.ts'
import { numberOf, whoOf } from './card.tsx'
import { Elapsed, useNow } from './clock.tsx'
import { Icon } from './icon.tsx'
import styles from './stage.module.css'
import { TransferPanel, TransferState } from './transfer.tsx'
import type { Phone } from './use-softphone.ts'
import { nameOf, useWords } from './words.tsx'
import { WrapUp } from './wrap-up.tsx'

export type StageProps = {
  ref: Ref<HTMLElement>
  snapshot: Snapshot
  phone: Phone
  isOnline: boolean
  /** A call would not be heard: nobody has touched the page yet. */
  isSilent: boolean
  /** The first Esc of two has been pressed. */
  isEnding: boolean
  isTransferOpen: boolean
  /** A chat is below, so the call takes less room. */
  isCompact: boolean
  command: (command: Command) => void
  accept: () => void
  decline: () => void
  mute: () => void
  hold: () => void
  openTransfer: (open: boolean) => void
  end: () => void
}

/** Whether somebody else is being asked to take the call. */
export const isHandingOver = ({ transfer }: OwnCall): boolean =>
  transfer !== null && transfer.state !== 'failed'

/** The middle column: the call, or what to do until there is one. */
export function Stage(props: StageProps) {
  const { say } = useWords()
  const { call } = props.snapshot
  return (
    <section
      ref={props.ref}
      className={styles.stage}
      data-call={call?.state ?? 'none'}
      data-compact={props.isCompact || undefined}
      tabIndex={-1}
      aria-label={say('stage')}
    >
      {call === null && <Idle {...props} />}
      {call?.state === 'ringing' && <Ringing {...props} call={call} />}
      {call !== null && call.state !== 'ringing' && call.state !== 'wrap-up' && (
        <Live {...props} call={call} />
      )}
      {call?.state === 'wrap-up' && (
        <WrapUp
          key={call.card.reservationId}
          call={call}
          topics={props.snapshot.topics}
          until={props.snapshot.me.wrapUpUntil}
          command={props.command}
        />
      )}
    </section>
  )
}

function Idle({ snapshot, phone, isSilent, command }: StageProps) {
  const { say } = useWords()
  const { me, queues } = snapshot
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0)
  const state = me.presence === 'break' || me.presence === 'offline' ? me.presence : 'available'
  const hint =
    state === 'available' && phone === 'elsewhere'
      ? 'idle.available.elsewhere'
      : `idle.${state}.hint`
  return (
    <div className={styles.idle}>
      <h2>{say(`idle.${state}`)}</h2>
      <p>{say(hint as 'idle.available.hint')}</p>
      {state !== 'available' && (
        <Button
          className={styles.big}
          onClick={() => command({ type: 'presence', state: 'available' })}
        >
          {say('idle.go')}
        </Button>
      )}
      {waiting > 0 && <p className={styles.quiet}>{say('idle.waiting', { count: waiting })}</p>}
      {isSilent && <p className={styles.quiet}>{say('sound.silent')}</p>}
    </div>
  )
}

function Ringing({ call, phone, isOnline, accept, decline }: StageProps & { call: OwnCall }) {
  const { say } = useWords()
  const { card } = call
  const waited = card.waitedSeconds * 1000 + (useNow() - Date.parse(call.since))
  return (
    <div className={styles.ringing}>
      <p className={styles.label}>{say(card.isCallback ? 'ringing.callback' : 'ringing')}</p>
      <h2>{whoOf(card, say)}</h2>
      {card.name !== null && <p className={styles.number}>{numberOf(card.phone, say)}</p>}
      {card.topic !== null && <p className={styles.topic}>{nameOf(say, card.topic)}</p>}
      <p className={styles.quiet}>
        {card.isCallback && `${say('ringing.callback.hint')} `}
        {say('ringing.waited', { time: clockFace(waited) })}
      </p>
      <div className={styles.answer}>
        {phone === 'elsewhere' ? (
          <p className={styles.pickUp}>
            <Icon name="call" size={32} /> {say('ringing.phone')}
          </p>
        ) : (
          <Button
            className={styles.big}
            leftSection={<Icon name="call" />}
            rightSection={<kbd>Enter</kbd>}
            disabled={!isOnline && phone !== 'ringing'}
            onClick={accept}
          >
            {say('accept')}
          </Button>
        )}
        <Button
          className={styles.big}
          variant="default"
          rightSection={<kbd>Esc</kbd>}
          disabled={!isOnline && phone !== 'ringing'}
          onClick={decline}
        >
          {say('decline')}
        </Button>
      </div>
      {call.ringUntil !== null && <Left until={call.ringUntil} />}
    </div>
  )
}

function Left({ until }: { until: string }) {
  const { say } = useWords()
  const left = Date.parse(until) - useNow()
  if (left <= 0) return null
  return <p className={styles.quiet}>{say('ringing.left', { time: clockFace(left + 999) })}</p>
}

function Live(props: StageProps & { call: OwnCall }) {
  const { say } = useWords()
  const { call, isOnline, isTransferOpen, snapshot } = props
  const { card, isMuted } = call
  const isHeld = call.state === 'held'
  const isTalking = isHeld || call.state === 'talking'
  const connecting = card.isCallback ? 'connecting.callback.hint' : 'connecting.hint'
  const hint = call.state === 'connecting' ? say(connecting) : isHeld ? say('held.hint') : ''
  // The state of the call began anew with the hold; that of the operator is as old as the talk.
  const since = snapshot.me.presence === 'talking' ? snapshot.me.since : call.since
  return (
    <div className={styles.live}>
      <div className={styles.top}>
        <p className={styles.label} role="status">
          {say(call.state as 'talking')}
          {isMuted && ` · ${say('muted')}`}
        </p>
        <h2>{whoOf(card, say)}</h2>
        <p className={styles.timer}>{isTalking && <Elapsed since={since} />}</p>
        <p className={styles.hint}>{isMuted ? say('muted.hint') : hint}</p>
      </div>
      <TransferState
        transfer={call.transfer}
        operators={snapshot.operators}
        command={props.command}
        again={() => props.openTransfer(true)}
      />
      {isTransferOpen ? (
        <TransferPanel
          snapshot={snapshot}
          command={(command) => {
            props.openTransfer(false)
            props.command(command)
          }}
          close={() => props.openTransfer(false)}
        />
      ) : (
        <div className={styles.controls}>
          <Button
            variant="default"
            aria-pressed={isMuted}
            leftSection={<Icon name={isMuted ? 'microphone-off' : 'microphone'} />}
            rightSection={<kbd>M</kbd>}
            disabled={!isTalking || !isOnline}
            onClick={props.mute}
          >
            {say(isMuted ? 'mute.off' : 'mute.on')}
          </Button>
          <Button
            variant="default"
            aria-pressed={isHeld}
            leftSection={<Icon name={isHeld ? 'resume' : 'hold'} />}
            rightSection={<kbd>H</kbd>}
            disabled={!isTalking || !isOnline}
            onClick={props.hold}
          >
            {say(isHeld ? 'hold.off' : 'hold')}
          </Button>
          <Button
            variant="default"
            aria-expanded={isTransferOpen}
            leftSection={<Icon name="transfer" />}
            rightSection={<kbd>T</kbd>}
            disabled={!isTalking || !isOnline || isHandingOver(call)}
            onClick={() => props.openTransfer(!isTransferOpen)}
          >
            {say('transfer')}
          </Button>
          <Button
            color="danger"
            leftSection={<Icon name="hang-up" />}
            rightSection={<kbd>Esc Esc</kbd>}
            disabled={!isOnline && props.phone !== 'talking'}
            onClick={props.end}
          >
            {say(props.isEnding ? 'end.again' : 'end')}
          </Button>
        </div>
      )}
    </div>
  )
}
