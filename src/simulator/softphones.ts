import type { RingingCall, Telephone } from './called-phones.ts'
import type { Clock } from './clock.ts'
import type { SoftphoneCommand, SoftphoneReport } from './softphone-protocol.ts'

/** A softphone as its socket holds it. */
export type Softphone = {
  readonly obey: (command: Exclude<SoftphoneCommand, { type: 'register' }>) => void
  /**
   * The socket is gone. `orderly`: the page said so, and hangs up; otherwise the leg stays up for a moment, as a
   * browser that lost its network stays in a call. What rang there rings on, for whoever registers meanwhile.
   */
  readonly close: (orderly: boolean) => void
}

/** The softphones of one carrier, by identity. */
export type Softphones = {
  readonly register: (
    identity: string,
    send: (report: SoftphoneReport) => void,
    resume?: string,
  ) => Softphone
  readonly telephone: (identity: string) => Telephone
  readonly registered: () => readonly string[]
}

type Registration = { readonly send: (report: SoftphoneReport) => void }

type Ringing = {
  readonly call: RingingCall
  readonly identity: string
  /** Who still rings. */
  readonly at: Set<Registration>
  holder: Registration | null
  muted: boolean
  /** Takes back the hang-up that a lost socket leads to. */
  reprieve: (() => void) | null
}

/** How long a leg outlives the socket of its softphone. */
const lingerMilliseconds = 5000

/** Time that the network looks for a softphone that is not registered: one that comes back meanwhile rings. */
const lookupMilliseconds = 3000

/** Source: the registration and fork rules of Twilio's Voice JavaScript SDK 2. */
export const createSoftphones = (clock: Clock): Softphones => {
  const registrations = new Map<string, Set<Registration>>()
  const calls = new Map<string, Ringing>()

  const stop = (
    ringing: Ringing,
    one: Registration,
    reason: Extract<SoftphoneReport, { type: 'stopped' }>['reason'],
  ): void => {
    if (ringing.at.delete(one)) one.send({ type: 'stopped', callSid: ringing.call.callSid, reason })
  }
  const reject = (ringing: Ringing, one: Registration): void => {
    stop(ringing, one, 'rejected')
    if (ringing.at.size === 0 && ringing.holder === null) ringing.call.refuse('busy')
  }
  const accept = (ringing: Ringing, one: Registration): void => {
    if (ringing.holder !== null || !ringing.at.delete(one)) {
      one.send({ type: 'refused', message: 'The call is not ringing here' })
      return
    }
    ringing.holder = one
    for (const other of [...ringing.at]) stop(ringing, other, 'accepted-elsewhere')
    const { callSid, from } = ringing.call
    one.send({ type: 'accepted', callSid, from })
    ringing.call.answer()
  }
  const ringAt = (ringing: Ringing, one: Registration): void => {
    ringing.at.add(one)
    const { callSid, from, to, custom } = ringing.call
    one.send({ type: 'ringing', callSid, from, to, parameters: custom })
  }
  const follow = async (ringing: Ringing): Promise<void> => {
    const { call } = ringing
    for await (const report of call.reports()) {
      if (report.type === 'utterance') {
        const { text, language, milliseconds } = report
        const { callSid } = call
        ringing.holder?.send({ type: 'utterance', callSid, text, language, milliseconds })
      }
    }
  }

  return {
    registered: () => [...registrations].filter(([, set]) => set.size > 0).map(([name]) => name),

    register: (identity, send, resume) => {
      const own: Registration = { send }
      const set = registrations.get(identity) ?? new Set()
      registrations.set(identity, set)
      set.add(own)
      send({ type: 'registered', identity })
      const lost = resume === undefined ? undefined : calls.get(resume)
      if (lost?.identity === identity && lost.reprieve) {
        lost.reprieve()
        lost.reprieve = null
        lost.holder = own
        send({ type: 'accepted', callSid: lost.call.callSid, from: lost.call.from })
        if (lost.muted) send({ type: 'muted', callSid: lost.call.callSid, on: true })
      } else if (resume !== undefined) {
        send({ type: 'ended', callSid: resume })
      }
      for (const ringing of calls.values()) {
        if (ringing.identity === identity && ringing.holder === null) ringAt(ringing, own)
      }
      return {
        obey: (command) => {
          const ringing = calls.get(command.callSid)
          if (!ringing || ringing.identity !== identity) {
            send({ type: 'refused', message: 'There is no such call' })
            return
          }
          if (command.type === 'accept') accept(ringing, own)
          else if (command.type === 'reject') reject(ringing, own)
          else if (ringing.holder !== own) {
            send({ type: 'refused', message: 'This softphone does not have the call' })
          } else if (command.type === 'hang-up') ringing.call.hangUp()
          else if (command.type === 'keys') ringing.call.press(command.keys)
          else {
            ringing.muted = command.on
            send({ type: 'muted', callSid: command.callSid, on: command.on })
          }
        },
        close: (orderly) => {
          set.delete(own)
          for (const ringing of [...calls.values()]) {
            ringing.at.delete(own)
            if (ringing.holder !== own) continue
            if (orderly) ringing.call.hangUp()
            else ringing.reprieve = clock.after(lingerMilliseconds, ringing.call.hangUp)
          }
        },
      }
    },

    telephone: (identity) => (call) => {
      const set = registrations.get(identity) ?? new Set()
      if (set.size === 0) {
        // One that was away for a moment, as after the server's start, misses no call.
        const cancel = clock.after(lookupMilliseconds, () => {
          if (ringing.at.size === 0 && ringing.holder === null) call.refuse('no-answer', 480)
        })
        void call.ended.then(cancel)
      }
      const { callSid } = call
      const ringing: Ringing = {
        call,
        identity,
        at: new Set(),
        holder: null,
        muted: false,
        reprieve: null,
      }
      calls.set(callSid, ringing)
      void call.ended.then(() => {
        calls.delete(callSid)
        ringing.reprieve?.()
        for (const one of [...ringing.at]) stop(ringing, one, 'canceled')
        ringing.holder?.send({ type: 'ended', callSid })
      })
      void follow(ringing)
      const isThere = set.size > 0
      for (const one of set) ringAt(ringing, one)
      return isThere
    },
  }
}
