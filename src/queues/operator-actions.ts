import type { ActionOutcome, ConsoleActions, RefusalCode } from '../operators/console-actions.ts'
import { type BridgePorts, cutLeg } from './bridge.ts'
import type { Touched } from './ports.ts'
import type { Handover, Talk } from './talks.ts'

export type ActionPorts = BridgePorts & {
  /** Null: there is no such queue. */
  readonly skillsOf: (queue: string) => readonly string[] | null
  /** Where an operator is rung; null: there is none of this name, or they may not sign in. */
  readonly contactOf: (login: string) => Promise<string | null>
  /** The number of ours that somebody sees whom we ring beside a place. */
  readonly anyNumber: () => string
}

const done: ActionOutcome = { kind: 'done' }

const refused = (code: RefusalCode, message: string): ActionOutcome => ({
  kind: 'refused',
  code,
  message,
})

const noTalk = refused('no-call', 'You are in no talk')
const over = refused('over', 'The call is over')

/** What operators and supervisors do with calls. Two of anything have one effect; what comes late has none. */
export const operatorActions = (ports: ActionPorts): ConsoleActions => ({
  accept: (login, reservationId) =>
    settled(ports, async () => {
      const reservation = await ownReservation(ports, login, reservationId)
      return 'kind' in reservation ? reservation : done
    }),
  decline: (login, reservationId) =>
    settled(ports, async () => {
      const reservation = await ownReservation(ports, login, reservationId)
      if ('kind' in reservation) return reservation
      if (!(await ports.claims.release(reservationId, 'declined'))) return over
      cutLeg(ports, reservation.legSid)
      return done
    }),
  hold: (login, isHeld) =>
    inTalk(
      ports,
      login,
      async (talk) => {
        if (!(await ports.carrier.hold(callerIn(talk), isHeld))) return over
        return (await ports.talks.setHeld(talk.id, isHeld)) ? done : over
      },
      { login, makesNoPair: true },
    ),
  mute: (login, isMuted) =>
    inTalk(
      ports,
      login,
      async (talk) => {
        if (!(await ports.carrier.mute(operatorIn(talk), isMuted))) return over
        return (await ports.talks.setMuted(talk.id, isMuted)) ? done : over
      },
      { login, makesNoPair: true },
    ),
  hangUp: (login) =>
    settled(
      ports,
      async () => {
        const talk = await ports.talks.hangingUp(login)
        if (talk === null) return noTalk
        // The room ends with the operator; the caller goes on to the question after the talk.
        await ports.carrier.hangUp(talk.legSid)
        await ports.claims.finish(talk.reservationId, ports.wrapUpSeconds(talk.place.queue))
        return done
      },
      { login },
    ),
  transfer: (login, kind, to) =>
    inTalk(ports, login, async (talk) => {
      if (talk.transfer !== null && talk.transfer.state !== 'failed')
        return refused('busy', 'A transfer is under way')
      const handover = await handoverTo(ports, talk, to)
      if ('kind' in handover) return handover
      return kind === 'blind' ? handOn(ports, talk, handover) : consult(ports, talk, handover)
    }),
  completeTransfer: (login) =>
    inTalk(ports, login, async (talk) => {
      if (talk.transfer?.state !== 'consulting') return refused('no-call', 'Nobody is consulted')
      const other = await ports.talks.consulted(talk.legSid)
      if (other?.legSid === null || other === null) return over
      const { conference } = talk
      await ports.carrier.endOnExit({ conference, callSid: other.legSid }, true)
      await ports.carrier.endOnExit(operatorIn(talk), false)
      await ports.carrier.hold(callerIn(talk), false)
      await ports.talks.setTransfer(talk.id, null)
      await ports.reports.noteOperator(talk.callSid, other.login)
      await ports.claims.finish(talk.reservationId, ports.wrapUpSeconds(talk.place.queue))
      await ports.carrier.hangUp(talk.legSid)
      return done
    }),
  cancelTransfer: (login) =>
    inTalk(ports, login, async (talk) => {
      if (talk.transfer === null) return refused('no-call', 'There is no transfer')
      await endConsultation(ports, talk)
      await ports.talks.setTransfer(talk.id, null)
      await ports.carrier.hold(callerIn(talk), false)
      await ports.talks.setHeld(talk.id, false)
      return done
    }),
  supervise: (login, placeId, how) =>
    settled(ports, async () => {
      const talk = isId(placeId) ? await ports.talks.ofPlace(placeId) : null
      if (talk === null) return refused('no-call', 'Nobody talks there')
      const mine = { conference: talk.conference, callSid: supervisorLabel(login) }
      if (how === 'stop') return (await ports.carrier.remove(mine)) ? done : over
      const isThere =
        how === 'whisper'
          ? await ports.carrier.coach(mine, talk.legSid)
          : (await ports.carrier.coach(mine, null)) &&
            (await ports.carrier.mute(mine, how === 'listen'))
      if (isThere) return done
      const contact = await ports.contactOf(login)
      if (contact === null) return refused('unknown', 'You can be rung nowhere')
      const dialled = await ports.carrier.dial({
        to: contact,
        from: ports.anyNumber(),
        path: `/voice/supervise/${talk.id}/${how}/${login}`,
        statusPath: '/voice/status',
        ringSeconds: ports.ringSeconds(talk.place.queue),
        detectMachine: false,
      })
      return dialled.kind === 'refused' ? refused('unavailable', dialled.message) : done
    }),
})

/** How a supervisor is known in a room. */
export const supervisorLabel = (login: string): string => `supervisor-${login}`

const callerIn = ({ conference, callSid }: Talk) => ({ conference, callSid })
const operatorIn = ({ conference, legSid }: Talk) => ({ conference, callSid: legSid })

const isId = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)

const ownReservation = async (ports: ActionPorts, login: string, id: string) => {
  const reservation = isId(id) ? await ports.claims.find(id) : null
  if (reservation === null) return refused('unknown', 'There is no such call')
  if (reservation.operator.login !== login) return refused('forbidden', 'It is not your call')
  return reservation.state === 'ended' ? over : reservation
}

/** @param touched what it is about; default: others too */
const inTalk = (
  ports: ActionPorts,
  login: string,
  act: (talk: Talk) => Promise<ActionOutcome>,
  touched?: Touched,
): Promise<ActionOutcome> =>
  settled(
    ports,
    async () => {
      const talk = await ports.talks.of(login)
      return talk === null ? noTalk : act(talk)
    },
    touched,
  )

/** A carrier or a database that cannot be asked is an answer too. */
const settled = async (
  ports: ActionPorts,
  act: () => Promise<ActionOutcome>,
  touched?: Touched,
): Promise<ActionOutcome> => {
  try {
    const outcome = await act()
    if (outcome.kind === 'done') ports.hints.hint(touched)
    return outcome
  } catch (cause) {
    ports.onFault('console-action', cause)
    return refused('unavailable', 'It could not be carried out; try again')
  }
}

const handoverTo = async (
  ports: ActionPorts,
  talk: Talk,
  to: { readonly operator: string } | { readonly queue: string },
): Promise<Handover | ActionOutcome> => {
  if ('queue' in to) {
    const skills = ports.skillsOf(to.queue)
    return skills === null
      ? refused('unknown', 'There is no such queue')
      : { queue: to.queue, skills, operator: null }
  }
  if (to.operator === talk.login) return refused('invalid', 'That is you')
  if ((await ports.contactOf(to.operator)) === null)
    return refused('unknown', 'There is no such operator')
  if (!(await ports.talks.canTake(to.operator, talk.place.language)))
    return refused('busy', 'The operator is not free, or does not speak the language')
  return { queue: talk.place.queue, skills: [], operator: to.operator }
}

/** The caller goes back into the queue, before everybody else there, and the operator writes up. */
const handOn = async (ports: ActionPorts, talk: Talk, to: Handover): Promise<ActionOutcome> => {
  const wrapUp = ports.wrapUpSeconds(talk.place.queue)
  if (!(await ports.talks.handOn(talk, to, wrapUp))) return over
  await ports.failpoint('transfer.after-place')
  const isThere = await ports.carrier.redirect(talk.callSid, `/voice/bridge/${talk.reservationId}`)
  if (!isThere) await ports.places.callEnded(talk.callSid)
  cutLeg(ports, talk.legSid)
  return isThere ? done : over
}

/** The caller is held, and somebody else is rung into the same room. */
const consult = async (ports: ActionPorts, talk: Talk, to: Handover): Promise<ActionOutcome> => {
  if (!(await ports.carrier.hold(callerIn(talk), true))) return over
  if (!(await ports.talks.setHeld(talk.id, true))) return over
  const name = to.operator ?? to.queue
  if (!(await ports.talks.setTransfer(talk.id, { kind: 'warm', to: name, state: 'ringing' })))
    return over
  return (await ports.talks.consult(talk, to)) ? done : refused('busy', 'Somebody is being rung')
}

/** Nobody is rung or consulted any more. */
const endConsultation = async (ports: ActionPorts, talk: Talk): Promise<void> => {
  const other = await ports.talks.consulted(talk.legSid)
  const left = await ports.places.callEnded(talk.legSid)
  if (left === null && other !== null) await ports.claims.finish(other.reservationId, 0)
  cutLeg(ports, other?.legSid ?? left?.legSid ?? null)
}
