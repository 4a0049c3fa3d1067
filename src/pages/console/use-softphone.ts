import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { OwnCall } from '../../web/operator/protocol.ts'
import { askSoftphone, type SoftphoneOffer } from './session.ts'
import { simulatedSoftphone } from './simulated-softphone.ts'
import type { Softphone, SoftphoneState } from './softphone.ts'
import { twilioSoftphone } from './twilio-softphone.ts'

/** `elsewhere`: the operator has a telephone of another kind. `other-tab`: another tab of this browser has it. */
export type Phone = SoftphoneState | 'asking' | 'elsewhere' | 'other-tab'

const softphoneUrl = () =>
  new URL('/simulated/softphone', window.location.href.replace(/^http/, 'ws')).href

const againMilliseconds = 3000

async function freshToken(): Promise<string | null> {
  const offer = await askSoftphone()
  return offer === null || offer.kind === 'none' ? null : offer.token
}

function make(kind: Exclude<SoftphoneOffer['kind'], 'none'>): Softphone {
  return kind === 'twilio'
    ? twilioSoftphone(freshToken)
    : simulatedSoftphone(softphoneUrl(), freshToken)
}

/** Waits until no other tab of this browser has the telephone; it is held until the tab is closed. */
function hold(signal: AbortSignal, got: () => Promise<void>): void {
  // Only pages from a secure origin can tell one another; others all ring, which is harmless.
  if (!('locks' in navigator)) void got()
  else void navigator.locks.request('hotline.softphone', { signal }, got).catch(() => undefined)
}

/** By it the tabs of a browser tell one another which reservation was accepted. */
const acceptedChannel = 'hotline.accepted'

/**
 * The operator's leg in this browser. One tab of a browser has it, the next takes over when that one is
 * closed. A leg is answered when its call was accepted, in whatever tab and be it before the leg rings; one
 * that rings while another call is on the screen waits for that. The microphone is off wherever it was switched off.
 *
 * @param awaitsLeg the person has asked to join a talk: the leg that rings next is that one
 */
export function useSoftphone(call: OwnCall | null, awaitsLeg: boolean) {
  const [softphone, setSoftphone] = useState<Softphone | null>(null)
  const [without, setWithout] = useState<'asking' | 'elsewhere' | 'other-tab'>('asking')

  useEffect(() => {
    const leaving = new AbortController()
    let made: Softphone | undefined
    let again: ReturnType<typeof setTimeout> | undefined
    async function begin(): Promise<void> {
      const offer = await askSoftphone()
      if (leaving.signal.aborted) return
      if (offer === null) {
        again = setTimeout(() => void begin(), againMilliseconds)
        return
      }
      if (offer.kind === 'none') {
        setWithout('elsewhere')
        return
      }
      setWithout('other-tab')
      const { kind } = offer
      hold(leaving.signal, async () => {
        if (leaving.signal.aborted) return
        made = make(kind)
        made.register()
        setSoftphone(made)
        await new Promise((left) => leaving.signal.addEventListener('abort', left))
      })
    }
    void begin()
    return () => {
      leaving.abort()
      clearTimeout(again)
      made?.close()
      setSoftphone(null)
    }
  }, [])

  const state = useSyncExternalStore<SoftphoneState | null>(
    softphone ? softphone.watch : nothing,
    () => softphone?.state() ?? null,
  )

  const [accepted, setAccepted] = useState<string | null>(null)
  const tabs = useRef<BroadcastChannel | null>(null)
  useEffect(() => {
    const channel = new BroadcastChannel(acceptedChannel)
    channel.onmessage = ({ data }) => setAccepted(String(data))
    tabs.current = channel
    return () => channel.close()
  }, [])
  const accept = useCallback((reservationId: string) => {
    setAccepted(reservationId)
    tabs.current?.postMessage(reservationId)
  }, [])

  const isAwaited =
    call === null ? awaitsLeg : call.state === 'ringing' && call.card.reservationId === accepted
  useEffect(() => {
    if (state === 'ringing' && isAwaited) softphone?.accept()
  }, [softphone, state, isAwaited])

  const isMuted = call?.isMuted ?? false
  const wasMuted = useRef(false)
  useEffect(() => {
    if (state === 'talking' && wasMuted.current !== isMuted) softphone?.mute(isMuted)
    wasMuted.current = state === 'talking' && isMuted
  }, [softphone, state, isMuted])

  const phone: Phone = state ?? without
  return { softphone, phone, accept }
}

const nothing = () => () => undefined
