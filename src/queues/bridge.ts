import type { CarrierPort } from './carrier.ts'
import { conferenceOf } from './place.ts'
import type { Claimed, Claims, Hints, PlaceStore, ReleaseReason, Reservation } from './ports.ts'
import type { Talk, TalkStore } from './talks.ts'
import type { WaitReports } from './wait-reports.ts'

/** What bringing caller and operator together stands on. */
export type BridgePorts = {
  readonly places: PlaceStore
  readonly claims: Claims
  readonly carrier: CarrierPort
  readonly reports: WaitReports
  readonly talks: TalkStore
  readonly hints: Pick<Hints, 'hint'>
  readonly wrapUpSeconds: (queue: string) => number
  readonly ringSeconds: (queue: string) => number
  /** The number of ours that operators see calling for somebody with this place. */
  readonly callerId: (reservation: Claimed) => string
  /** A point at which a test ends the process; does nothing elsewhere. */
  readonly failpoint: (name: string) => Promise<void>
  /** What went wrong without anybody waiting for it. */
  readonly onFault: (what: string, cause: unknown) => void
}

/** To be told of whatever became of a reservation. */
const about = ({ place, operator }: Pick<Reservation, 'place' | 'operator'>) => ({
  placeId: place.id,
  login: operator.login,
})

/**
 * Rings the operator of a reservation, once. In doubt nothing is done: a leg that rings tells of itself,
 * and without one the lease runs out.
 */
export const ringOperator = async (ports: BridgePorts, reservation: Claimed): Promise<void> => {
  const { id, place, operator } = reservation
  const consultation = await consultationOf(ports, reservation)
  if (consultation !== null && !consultation.isMeant) return endConsultation(ports, reservation)
  await ports.failpoint('ring.before-dial')
  const dialled = await ports.carrier.dial({
    to: operator.contact,
    from: ports.callerId(reservation),
    path: `/voice/operator/${id}`,
    statusPath: `/voice/leg-status/${id}`,
    ringSeconds: ports.ringSeconds(place.queue),
    detectMachine: false,
  })
  await ports.failpoint('ring.after-dial')
  if (dialled.kind === 'placed') {
    const isWanted = await ports.claims.bindLeg(id, dialled.legSid)
    await ports.failpoint('ring.after-bind')
    if (!isWanted) cutLeg(ports, dialled.legSid)
    return
  }
  if (dialled.kind === 'uncertain') return
  ports.onFault('ring-refused', new Error(`The carrier did not take an order: ${dialled.code}`))
  await giveBack(ports, reservation, dialled.isTemporary ? 'carrier-away' : 'bad-contact')
}

export type OperatorAnswer =
  /** Nobody to talk to any more. */
  | { readonly kind: 'over' }
  /** `endsIt`: the talk is over when this operator leaves. */
  | { readonly kind: 'join'; readonly conference: string; readonly endsIt: boolean }

/**
 * The operator's leg has been answered: it goes into the room of the place, and the caller is fetched. A leg
 * that answers late, or a second one, is turned away.
 */
export const operatorAnswered = async (
  ports: BridgePorts,
  reservationId: string,
  legSid: string,
): Promise<OperatorAnswer> => {
  const reservation = await ports.claims.answer(reservationId, legSid)
  if (reservation === null) return { kind: 'over' }
  await ports.failpoint('answer.after-claim')
  const consultation = await consultationOf(ports, reservation)
  if (consultation !== null) return consulted(ports, reservation, consultation.talk)
  if (reservation.state === 'answered') {
    // The operator hears nothing of it: the room is there whoever comes first.
    bringCaller(ports, reservation).catch((cause) => ports.onFault('bring-caller', cause))
  }
  ports.hints.hint({ ...about(reservation), makesNoPair: true })
  return { kind: 'join', conference: conferenceOf(reservation.place.id), endsIt: true }
}

type Consultation = {
  /** The talk of the operator who asks for somebody. */
  readonly talk: Talk
  /** The one operator who is meant; null = anybody of the queue. */
  readonly wanted: string | null
  readonly isMeant: boolean
}

/** What is different where the one who waits is an operator; null: it is a caller. */
const consultationOf = async (
  { talks }: BridgePorts,
  { place, operator, isConsultation }: Reservation,
): Promise<Consultation | null> => {
  if (!isConsultation || place.callSid === null) return null
  const talk = await talks.ofLeg(place.callSid)
  if (talk === null) return null
  const wanted = place.preferredOperator
  return { talk, wanted, isMeant: wanted === null || wanted === operator.login }
}

/** Whoever is consulted comes into the room of the one who asks; the caller there is held. */
const consulted = async (
  ports: BridgePorts,
  { id, operator }: Reservation,
  { id: talkId, callSid, conference }: Talk,
): Promise<OperatorAnswer> => {
  await ports.claims.bridge(id, { callSid, conference })
  const transfer = { kind: 'warm', to: operator.login, state: 'consulting' } as const
  await ports.talks.setTransfer(talkId, transfer)
  ports.hints.hint()
  return { kind: 'join', conference, endsIt: false }
}

/** The one who was meant cannot be had: nobody else is rung instead. */
const endConsultation = async (ports: BridgePorts, reservation: Reservation): Promise<void> => {
  const { place } = reservation
  const consultation = await consultationOf(ports, reservation)
  await ports.places.end(place.id, 'cancelled')
  if (consultation !== null) {
    const { talk, wanted } = consultation
    const transfer = { kind: 'warm', to: wanted ?? place.queue, state: 'failed' } as const
    await ports.talks.setTransfer(talk.id, transfer)
  }
  ports.hints.hint()
}

/**
 * Orders the caller into the room. Somebody who has asked to be called back is not there yet. What fails here
 * is tried again when the caller's wait asks for more music.
 */
export const bringCaller = async (ports: BridgePorts, reservation: Reservation): Promise<void> => {
  const { place, id } = reservation
  if (place.mode !== 'hold' || place.callSid === null) return
  await ports.failpoint('redirect.before')
  const isThere = await ports.carrier.redirect(place.callSid, `/voice/bridge/${id}`)
  await ports.failpoint('redirect.after')
  if (!isThere) await callerGone(ports, reservation)
}

/** The caller has hung up: the place ends, the operator is free again, the leg is cut. */
const callerGone = async (ports: BridgePorts, reservation: Reservation) => {
  const { id, place, legSid } = reservation
  if (place.callSid !== null) await ports.places.callEnded(place.callSid)
  await ports.claims.release(id, 'caller-left')
  ports.hints.hint(about(reservation))
  cutLeg(ports, legSid)
}

/** The room that a caller is to go into now, from which the talk counts; null: none any more. */
export const callerArrives = async (
  ports: BridgePorts,
  reservationId: string,
  callSid: string,
): Promise<string | null> => {
  await ports.failpoint('bridge.before')
  const bridged = await ports.claims.bridgeCaller(reservationId, callSid)
  await ports.failpoint('bridge.after')
  if (bridged !== null) {
    ports.hints.hint({ ...bridged, makesNoPair: true })
    return conferenceOf(bridged.placeId)
  }
  const now = await ports.claims.find(reservationId)
  return now?.state === 'bridged' && now.place.callSid === callSid
    ? conferenceOf(now.place.id)
    : null
}

/** How a leg ended that came to nothing. */
const reasons: ReadonlyMap<string, ReleaseReason> = new Map([
  ['busy', 'busy'],
  ['no-answer', 'no-answer'],
  ['failed', 'leg-failed'],
  ['canceled', 'leg-failed'],
])

/** What the carrier tells of an operator's leg, in any order and any number of times. */
export const legReported = async (
  ports: BridgePorts,
  reservationId: string,
  legSid: string,
  status: string,
): Promise<void> => {
  const reservation = await ports.claims.find(reservationId)
  if (reservation === null) return
  const { state, place } = reservation
  const isOver = status === 'completed' || reasons.has(status)
  if (reservation.legSid !== null && reservation.legSid !== legSid) {
    // A second leg for the same reservation: only of an order whose answer was lost.
    if (!isOver) cutLeg(ports, legSid)
    return
  }
  if (!isOver) {
    if (!(await ports.claims.bindLeg(reservationId, legSid))) cutLeg(ports, legSid)
    return
  }
  if (state === 'ended') return
  await ports.failpoint('finish.before')
  if (await ports.claims.finish(reservationId, ports.wrapUpSeconds(place.queue))) {
    await ports.failpoint('finish.after')
    const left = await ports.places.callEnded(legSid)
    cutLeg(ports, left?.legSid ?? null)
    // Whoever the operator was consulting has been let go as well.
    ports.hints.hint(left === null ? about(reservation) : {})
    return
  }
  // Somebody else was quicker: what is bridged can only be finished.
  if (state === 'bridged') return
  // An operator who answered and hung up before the caller was there did not want the call.
  await giveBack(ports, reservation, reasons.get(status) ?? 'declined')
  const consultation = await consultationOf(ports, reservation)
  if (consultation !== null) {
    if (consultation.wanted !== null) await endConsultation(ports, reservation)
    return
  }
  if (state === 'answered' && place.mode === 'hold' && place.callSid !== null) {
    // On the way to the room, perhaps: back into the queue.
    await ports.carrier.redirect(place.callSid, `/voice/bridge/${reservationId}`)
  }
}

/**
 * A caller is alone in the room and asks for something to listen to. Where there is nobody to wait for, as
 * the carrier knows even if we were never told, the caller is taken out.
 */
export const callerAlone = async (
  ports: BridgePorts,
  reservationId: string,
  callSid: string,
): Promise<void> => {
  const reservation = await ports.claims.find(reservationId)
  const isOpen = reservation?.state === 'bridged' || reservation?.state === 'answered'
  if (isOpen && !(await isOperatorGone(ports, reservation))) return
  await ports.carrier.redirect(callSid, `/voice/bridge/${reservationId}`)
}

/** The carrier knows a leg to be over: the talk is, whatever was lost of its end. */
const isOperatorGone = async (ports: BridgePorts, reservation: Reservation) => {
  const { id, place, legSid } = reservation
  if (legSid === null || (await ports.carrier.isLive(legSid))) return false
  if (!(await ports.claims.finish(id, ports.wrapUpSeconds(place.queue))))
    await giveBack(ports, reservation, 'declined')
  ports.hints.hint(about(reservation))
  return true
}

/** Talks that began so long ago are looked after. */
const settledSeconds = 60

/**
 * Ends talks whose operator's leg is over by the carrier's word though we never heard of it, so that nobody
 * is shown as talking for ever. Answers how many.
 */
export const sweepTalks = async (ports: BridgePorts): Promise<number> => {
  let swept = 0
  for (const reservationId of await ports.talks.openFor(settledSeconds)) {
    const reservation = await ports.claims.find(reservationId)
    if (reservation !== null && (await isOperatorGone(ports, reservation))) swept += 1
  }
  return swept
}

const giveBack = async (
  ports: BridgePorts,
  reservation: Reservation,
  reason: ReleaseReason,
): Promise<void> => {
  if (await ports.claims.release(reservation.id, reason)) ports.hints.hint(about(reservation))
}

/** Nobody waits for it; what fails is cut by the next round of routing. */
export const cutLeg = (
  {
    carrier,
    onFault,
  }: Pick<BridgePorts, 'onFault'> & { readonly carrier: Pick<CarrierPort, 'hangUp'> },
  legSid: string | null,
): void => {
  if (legSid === null) return
  carrier.hangUp(legSid).catch((cause) => onFault('cut-leg', cause))
}
