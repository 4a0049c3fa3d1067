import { useCallback, useEffect, useRef, useState } from 'react'
import type { Command, OwnCall } from '../../web/operator/protocol.ts'
import { Header } from '../look/header.tsx'
import type { Taste } from '../look/taste.ts'
import { useMedia } from '../look/use-media.ts'
import { usePreference } from '../preference.ts'
import { Board } from './board.tsx'
import { Card, whoOf } from './card.tsx'
import { ChannelPanel } from './channel/channel-panel.tsx'
import { useTalk } from './channel/use-talk.ts'
import { Whereabouts } from './channel/whereabouts.tsx'
import { Choice } from './choice.tsx'
import { Clock } from './clock.tsx'
import styles from './console.module.css'
import { Awaited, Notices, Offline } from './notices.tsx'
import { Outage } from './outage.tsx'
import { OwnHeader, type View, views } from './own-header.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import type { Supervise } from './place-board.tsx'
import { Self } from './self.tsx'
import { signOut } from './session.ts'
import type { Action } from './shortcuts.ts'
import { isHandingOver, Stage } from './stage.tsx'
import { useLink } from './use-link.ts'
import { useRing, useSilence } from './use-ring.ts'
import { useShortcuts } from './use-shortcuts.ts'
import { type Phone, useSoftphone } from './use-softphone.ts'
import { nameOf, type Say, useWords } from './words.tsx'

const tabs = ['call', 'caller', 'self'] as const
type Tab = (typeof tabs)[number]

/** Time in which the second Esc ends a call. */
const endingMilliseconds = 2000

/** Time in which the leg of a supervisor who joins a talk rings. */
const legMilliseconds = 15_000

const phoneText = (phone: Phone, say: Say): string => {
  switch (phone) {
    case 'asking':
    case 'off':
    case 'registering':
      return say('softphone.registering')
    case 'elsewhere':
    case 'other-tab':
      return say(`softphone.${phone}`)
    case 'lost':
    case 'no-microphone':
      return ''
    default:
      return say('softphone.ready')
  }
}

/** Everything an operator works with, once signed in. */
export function Desk(props: { taste: Taste; onSignedOut: () => void; onLeave: () => void }) {
  const { say } = useWords()
  const { station, link } = useLink(props.onSignedOut)
  const { snapshot, connection, unanswered } = station
  const call = snapshot?.call ?? null
  const [supervised, setSupervised] = useState<Supervise | null>(null)
  const [awaitsLeg, setAwaitsLeg] = useState(false)
  const { softphone, phone, accept: acceptLeg } = useSoftphone(call, awaitsLeg)
  const [sound, setSound] = usePreference('sound', ['on', 'off'], 'on')
  const isSilent = useSilence() && sound === 'on'
  useRing(call?.state === 'ringing' && sound === 'on' && phone !== 'other-tab')
  const [view, setView] = usePreference<View>('view', views, 'desk')
  const [tab, setTab] = useState<Tab>('call')
  const [isBig, setIsBig] = useState(false)
  const [isTransferOpen, setTransferOpen] = useState(false)
  const [isEnding, setIsEnding] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  const [news, setNews] = useState<string | null>(null)
  const [isPasswordOpen, setPasswordOpen] = useState(false)
  const hasChannel =
    call?.card.isIntegrated === true && call.state !== 'ringing' && call.state !== 'wrap-up'
  const { talk, link: talkLink } = useTalk(hasChannel ? call.card.callSid : null)
  const composer = useRef<HTMLTextAreaElement>(null)
  const isWide = useMedia('(width >= 1000px)')
  const stage = useRef<HTMLElement>(null)

  const isSupervisor = snapshot !== null && snapshot.me.role !== 'operator'
  const shown: View = isSupervisor && call === null ? view : 'desk'
  const isOnline = connection === 'online'
  const state = call?.state ?? null

  // A call takes the middle of the screen, and the keyboard with it.
  const stateBefore = useRef<OwnCall['state'] | null>(null)
  useEffect(() => {
    if (stateBefore.current === state) return
    stateBefore.current = state
    setIsEnding(false)
    if (state !== 'talking' && state !== 'held') setTransferOpen(false)
    if (state === 'ringing' || state === 'wrap-up') setTab('call')
    if (state === 'ringing') setIsBig(false)
    const focused = document.activeElement
    if (state === 'ringing' || focused === document.body || focused?.matches(':disabled')) {
      stage.current?.focus({ preventScroll: true })
    }
  }, [state])

  useEffect(() => {
    document.title = say(state === 'ringing' ? 'title.ringing' : 'title')
  }, [say, state])

  const isHandingOn = isTransferOpen || (call?.transfer ?? null) !== null
  useEffect(() => link?.look(isHandingOn), [link, isHandingOn])

  useEffect(() => {
    if (!isEnding) return
    const timer = setTimeout(() => setIsEnding(false), endingMilliseconds)
    return () => clearTimeout(timer)
  }, [isEnding])

  // A supervisor's own leg answers by itself, once, and soon after it was asked for.
  useEffect(() => {
    if (!awaitsLeg) return
    const over = () => setAwaitsLeg(false)
    if (phone === 'talking') return over()
    const timer = setTimeout(over, legMilliseconds)
    return () => clearTimeout(timer)
  }, [awaitsLeg, phone])

  const isSupervising =
    supervised !== null &&
    (snapshot?.places.some(({ id, state }) => id === supervised.placeId && state === 'talking') ??
      false)
  const refused = station.refusal?.command
  useEffect(() => {
    if (supervised && (!isSupervising || refused === supervised)) setSupervised(null)
  }, [supervised, isSupervising, refused])

  const command = useCallback((asked: Command) => link?.command(asked), [link])

  function accept(): void {
    if (call?.state !== 'ringing' || phone === 'elsewhere') return
    acceptLeg(call.card.reservationId)
    command({ type: 'accept', reservationId: call.card.reservationId })
  }
  function decline(): void {
    if (call?.state !== 'ringing') return
    if (isOnline) command({ type: 'decline', reservationId: call.card.reservationId })
    else softphone?.reject()
  }
  function end(): void {
    if (isOnline) command({ type: 'hang-up' })
    else softphone?.hangUp()
  }
  const mute = () => command({ type: 'mute', isMuted: !call?.isMuted })
  const hold = () => command({ type: 'hold', isHeld: call?.state !== 'held' })
  function supervise(asked: Supervise): void {
    setSupervised(asked.how === 'stop' ? null : asked)
    setAwaitsLeg(asked.how !== 'stop')
    command(asked)
  }
  function bigScreen(): void {
    setIsBig(!isBig)
    if (isBig) void document.exitFullscreen?.().catch(() => undefined)
    else void document.documentElement.requestFullscreen?.().catch(() => undefined)
  }

  const actions: Readonly<Record<Action, () => void>> = {
    accept,
    decline,
    mute: () => isOnline && mute(),
    hold: () => isOnline && hold(),
    transfer: () => isOnline && call && !isHandingOver(call) && setTransferOpen(true),
    'close-transfer': () => {
      setTransferOpen(false)
      stage.current?.focus()
    },
    end: () => {
      if (isEnding) end()
      setIsEnding(!isEnding)
    },
    chat: () => {
      if (talk.view?.isChatOpen === false) talkLink?.openChat(true)
      composer.current?.focus()
    },
    'ask-photo': () => talk.view?.isChatOpen && talkLink?.askPhoto(),
    finish: () => (document.getElementById('wrap-up') as HTMLFormElement | null)?.requestSubmit(),
    'big-screen': bigScreen,
  }
  useShortcuts(
    { call: state, isTransferOpen, hasChannel, isBoardOpen: shown === 'board' },
    (action) => actions[action](),
  )

  async function leave(): Promise<void> {
    if (await signOut()) props.onLeave()
    else setTrouble(say('sign-out.failed'))
  }

  if (snapshot === null) {
    return (
      <div className={styles.page}>
        <Header taste={props.taste} />
        <Offline station={station} hasVoice={false} retry={() => link?.retry()} />
        <main className={styles.door}>
          <p className={styles.loading} role="status">
            {say('loading')}
          </p>
        </main>
      </div>
    )
  }

  const wish = unanswered.findLast(({ command }) => command.type === 'presence')?.command
  const ringing = call?.state === 'ringing' ? call.card : null
  return (
    <Clock ahead={station.ahead}>
      <div className={isBig ? `${styles.page} ${styles.big}` : styles.page}>
        {!isBig && (
          <OwnHeader
            taste={props.taste}
            me={snapshot.me}
            view={shown}
            setView={setView}
            sound={sound === 'on'}
            toggleSound={() => setSound(sound === 'on' ? 'off' : 'on')}
            changePassword={() => {
              setNews(null)
              setPasswordOpen(true)
            }}
            leave={leave}
          />
        )}
        <Offline
          station={station}
          hasVoice={phone === 'talking' || phone === 'elsewhere'}
          retry={() => link?.retry()}
        />
        <Outage
          outage={snapshot.outage ?? null}
          isOnline={isOnline}
          isTalking={state === 'talking' || state === 'held'}
        />
        <div className="unseen" role="alert">
          {ringing &&
            say('ringing.announce', {
              who: whoOf(ringing, say),
              topic: ringing.topic === null ? '' : nameOf(say, ringing.topic),
            })}
        </div>
        <div className={styles.notices}>
          <Notices
            refusal={station.refusal}
            forget={() => link?.forget()}
            phone={phone}
            isOnline={isOnline}
            trouble={trouble}
            news={news}
            forgetNews={() => setNews(null)}
          />
        </div>
        {shown === 'board' ? (
          <Board
            snapshot={snapshot}
            isOnline={isOnline}
            isBig={isBig}
            bigScreen={bigScreen}
            supervised={supervised}
            command={command}
            supervise={supervise}
          />
        ) : (
          <main className={styles.desk} data-call={state ?? 'none'}>
            {!isWide && (
              <div className={styles.tabs}>
                <Choice
                  label={say('tabs')}
                  name="tab"
                  options={tabs.map((value) => ({ value, label: say(`tab.${value}`) }))}
                  chosen={tab}
                  choose={setTab}
                />
              </div>
            )}
            <div className={styles.self} hidden={!isWide && tab !== 'self'}>
              <Self
                snapshot={snapshot}
                wish={wish?.type === 'presence' ? wish.state : null}
                phone={phoneText(phone, say)}
                command={command}
              />
            </div>
            <div
              className={styles.call}
              data-channel={hasChannel || undefined}
              hidden={!isWide && tab !== 'call'}
            >
              <Stage
                ref={stage}
                snapshot={snapshot}
                phone={phone}
                isOnline={isOnline}
                isSilent={isSilent}
                isEnding={isEnding}
                isTransferOpen={isTransferOpen}
                isCompact={hasChannel}
                command={command}
                accept={accept}
                decline={decline}
                mute={mute}
                hold={hold}
                openTransfer={setTransferOpen}
                end={end}
              />
              {hasChannel && <ChannelPanel talk={talk} link={talkLink} composer={composer} />}
            </div>
            <div className={styles.caller} hidden={!isWide && tab !== 'caller'}>
              <Card
                card={call?.card ?? null}
                whereabouts={
                  hasChannel && talk.view?.location && <Whereabouts location={talk.view.location} />
                }
              />
            </div>
          </main>
        )}
        {isPasswordOpen && (
          <PasswordDialog
            login={snapshot.me.login}
            isRinging={state === 'ringing'}
            close={(outcome) => {
              setPasswordOpen(false)
              if (outcome === 'changed') setNews(say('password.changed'))
              if (outcome === 'signed-out') props.onSignedOut()
            }}
          />
        )}
        <Awaited unanswered={isOnline ? unanswered : []} />
      </div>
    </Clock>
  )
}
