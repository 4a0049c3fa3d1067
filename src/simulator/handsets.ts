import {
  type PhoneBehaviour,
  type RingingCall,
  scriptedPhone,
  type Telephone,
} from './called-phones.ts'
import type { Clock } from './clock.ts'

/** Why a telephone rings no more that did not answer. */
export type StoppedRinging = 'answered-elsewhere' | 'over'

/** A telephone in somebody's hand. */
export type Handset = {
  /** The number that it is rung by. */
  readonly number: string
  readonly isBusy: () => boolean
  readonly ring: (call: RingingCall) => void
  readonly stop: (callSid: string, why: StoppedRinging) => void
}

export type HandsetHold = {
  /** Takes the call that rings here; null when another one was quicker. */
  readonly answer: (callSid: string) => RingingCall | null
  /** The telephone is put away; what rang there rings on, for whoever takes one up with that number. */
  readonly close: () => void
}

/** The telephones of one carrier that people hold, by number; several may have the same one. */
export type Handsets = {
  readonly register: (handset: Handset) => HandsetHold
  /** @param otherwise what a number does that nobody holds a telephone of */
  readonly telephone: (number: string, otherwise: PhoneBehaviour) => Telephone
}

type Ringing = { readonly call: RingingCall; readonly number: string; readonly at: Set<Handset> }

/** Time that the network needs to find a telephone engaged. */
const networkMilliseconds = 1000

/** However it is answered; never resolves for a call that is not. */
const untilAnswered = async (call: RingingCall): Promise<void> => {
  for await (const report of call.reports()) {
    if (report.type === 'call' && report.state === 'in-progress') return
  }
  await new Promise(() => {})
}

export const createHandsets = (clock: Clock): Handsets => {
  const held = new Set<Handset>()
  const ringing = new Map<string, Ringing>()

  const ringAt = (one: Ringing, handset: Handset): void => {
    one.at.add(handset)
    handset.ring(one.call)
  }
  const stop = (one: Ringing, why: StoppedRinging, except?: Handset): void => {
    ringing.delete(one.call.callSid)
    for (const handset of one.at) if (handset !== except) handset.stop(one.call.callSid, why)
  }
  const ring = (call: RingingCall, number: string, handsets: readonly Handset[]): void => {
    const one: Ringing = { call, number, at: new Set() }
    ringing.set(call.callSid, one)
    void call.ended.then(() => {
      if (ringing.has(call.callSid)) stop(one, 'over')
    })
    void untilAnswered(call).then(() => {
      if (ringing.has(call.callSid)) stop(one, 'answered-elsewhere')
    })
    for (const handset of handsets) ringAt(one, handset)
  }

  return {
    register: (handset) => {
      held.add(handset)
      for (const one of ringing.values()) {
        if (one.number === handset.number && !handset.isBusy()) ringAt(one, handset)
      }
      return {
        answer: (callSid) => {
          const one = ringing.get(callSid)
          if (!one?.at.has(handset)) return null
          stop(one, 'answered-elsewhere', handset)
          one.call.answer()
          return one.call
        },
        close: () => {
          held.delete(handset)
          for (const one of ringing.values()) one.at.delete(handset)
        },
      }
    },
    telephone: (number, otherwise) => (call) => {
      const here = [...held].filter((handset) => handset.number === number)
      const free = here.filter((handset) => !handset.isBusy())
      if (here.length === 0 && otherwise.kind !== 'by-hand') {
        return scriptedPhone(clock, otherwise)(call)
      }
      if (here.length > 0 && free.length === 0) {
        const cancel = clock.after(networkMilliseconds, () => call.refuse('busy'))
        void call.ended.then(cancel)
        return false
      }
      ring(call, number, free)
      return true
    },
  }
}
