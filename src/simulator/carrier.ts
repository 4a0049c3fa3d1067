import type { Call, CallSetting, NumberSettings } from './call.ts'
import {
  type PhoneBehaviour,
  type PhoneBehaviours,
  politePhone,
  type RungPhone,
  scriptedPhone,
  type Telephone,
} from './called-phones.ts'
import { type Clock, realClock } from './clock.ts'
import { createConferencePost } from './conference-post.ts'
import { type Conferences, createConferences } from './conferences.ts'
import { createRing } from './dialled-leg.ts'
import type { WebhookObservation } from './exchange.ts'
import { type Faults, noFaults } from './faults.ts'
import { createHandsets, type Handsets } from './handsets.ts'
import { randomSids, type Sids } from './identifiers.ts'
import type { Direction } from './inbound.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { type Origination, originate } from './outbound.ts'
import { placeCall } from './place-call.ts'
import { createQueues, type Queues } from './queues.ts'
import { createRateGate } from './rate-gate.ts'
import { createRecordings, type Recordings } from './recordings.ts'
import type { Parameters } from './signature.ts'
import { createSoftphones, type Softphones } from './softphones.ts'
import { fetchFile } from './sound-file.ts'
import type { Speaker } from './speech.ts'
import { createSoundBank } from './streams/sound-bank.ts'
import { noStreamFaults, type StreamFaults } from './streams/stream-faults.ts'
import { createTextMessages, type TextMessages } from './text-messages.ts'
import { httpSender, type Send } from './wire.ts'

export type CarrierOptions = {
  readonly accountSid: string
  readonly authToken: string
  /** E.164 → what the number does; a function for numbers that are made up as they are dialled. */
  readonly numbers:
    | Readonly<Record<string, NumberSettings>>
    | ((number: string) => NumberSettings | undefined)
  /** Default: the real one. */
  readonly clock?: Clock
  readonly faults?: Faults
  /** Default: HTTP/1.1 with a connection for each request. */
  readonly send?: Send
  /** Origins that are reached at another one: `{ 'https://hotline.example': 'http://127.0.0.1:3000' }`. */
  readonly origins?: Readonly<Record<string, string>>
  readonly newSid?: Sids
  /** What recording addresses begin with. */
  readonly apiUrl?: string
  /** What the telephones do that calls are put through to; all others answer politely. */
  readonly phones?: PhoneBehaviours
  /** Sees every request and answer, duplicates and retries included. */
  readonly observe?: (observation: WebhookObservation) => void
  /** Calls a second that the API may start; the rest stay queued. Default: 1, as with a new account. */
  readonly callsPerSecond?: number
  /** Whether `<Enqueue>` tells its action `redirected` when the API leads the call elsewhere. Default: true. */
  readonly actionAfterRedirect?: boolean
  /** Says what is heard on media streams. Default: nobody, all is murmured. */
  readonly voice?: Pick<Speaker, 'speak' | 'close'>
  readonly streamFaults?: StreamFaults
  /** Documents that one call may run, against flows that turn in a circle without waiting. */
  readonly documentLimit?: number
}

/** The simulated carrier: one account with its numbers and calls. */
export type Carrier = {
  readonly accountSid: string
  readonly authToken: string
  readonly clock: Clock
  readonly newSid: Sids
  /**
   * @throws if the account has no such number
   * @param call `from` and `to` go out as they stand; `parameters` come on top of Twilio's own
   */
  readonly dial: (call: {
    readonly to: string
    readonly from?: string
    readonly parameters?: Parameters
  }) => Call
  readonly number: (number: string) => NumberSettings | undefined
  /** Numbers known by name; those of a function only once they were set. */
  readonly numbers: () => ReadonlyMap<string, NumberSettings>
  readonly setNumber: (number: string, settings: NumberSettings) => void
  /** Says what a telephone does from now on when it is rung. */
  readonly setPhone: (address: string, behaviour: PhoneBehaviour) => void
  /** Telephones that were rung, oldest first. */
  readonly rung: () => readonly RungPhone[]
  readonly ledger: Ledger
  readonly queues: Queues
  readonly conferences: Conferences
  /** The telephones in browsers that `client:` addresses ring. */
  readonly softphones: Softphones
  /** The telephones that people hold, rung by their numbers. */
  readonly handsets: Handsets
  readonly messages: TextMessages
  /** Calls somebody because the API says so; the call waits its turn first. */
  readonly originate: (wish: ApiOrigination) => Call
  readonly recordings: Recordings
  /** Calls, oldest first; of ended ones the last thousand of each direction. */
  readonly calls: () => readonly Call[]
  readonly call: (callSid: string) => Call | undefined
  /** Hangs up every call and waits until their webhooks are through. */
  readonly close: () => Promise<void>
}

/** What the API may ask for; the carrier does the rest. */
export type ApiOrigination = Omit<
  Origination,
  'direction' | 'parentCallSid' | 'ordinal' | 'gate' | 'callSid'
> & { readonly callSid?: string }

/** The number of a telephone that was not given one: a Russian mobile. */
export const ownNumber = '+79991234567'

const endedCallsKept = 1000

export const createCarrier = (options: CarrierOptions): Carrier => {
  const given = options.numbers
  const numbers = new Map<string, NumberSettings>(
    typeof given === 'function' ? [] : Object.entries(given),
  )
  const live = new Map<string, Call>()
  const ended: Readonly<Record<Direction, Map<string, Call>>> = {
    inbound: new Map(),
    'outbound-api': new Map(),
    'outbound-dial': new Map(),
  }
  const recordings = createRecordings(options.accountSid)
  const behaviours = new Map<string, PhoneBehaviour>()
  let count = 0
  const clock = options.clock ?? realClock
  const newSid = options.newSid ?? randomSids
  const queues = createQueues(newSid)
  const ledger = createLedger()
  const softphones = createSoftphones(clock)
  const handsets = createHandsets(clock)
  const gate = createRateGate(clock, options.callsPerSecond ?? 1)
  const pending = new Set<Promise<unknown>>()
  const nextOrdinal = (): number => {
    count += 1
    return count - 1
  }
  const wires = {
    authToken: options.authToken,
    clock,
    faults: options.faults ?? noFaults,
    send: options.send ?? httpSender({ keepAlive: false }),
    route: (url: URL): URL => {
      const origin = options.origins?.[url.origin]
      return origin === undefined ? url : new URL(url.pathname + url.search, origin)
    },
    observe: options.observe ?? (() => {}),
  }
  const keep = (work: Promise<unknown>): void => {
    pending.add(work)
    const done = (): void => {
      pending.delete(work)
    }
    work.then(done, done)
  }
  const postNews = createConferencePost({ ...wires, newSid, keep, accountSid: options.accountSid })
  const conferences = createConferences(clock, newSid, postNews)
  const messages = createTextMessages({ ...wires, newSid, keep, accountSid: options.accountSid })
  const telephone = (address: string): Telephone => {
    const behaviour = behaviours.get(address) ?? options.phones?.(address)
    if (behaviour && behaviour.kind !== 'by-hand') return scriptedPhone(clock, behaviour)
    return address.startsWith('client:') && !behaviour
      ? softphones.telephone(address.slice('client:'.length))
      : handsets.telephone(address, behaviour ?? politePhone)
  }
  const enter = (call: Call): void => {
    live.set(call.callSid, call)
    void call.ended.then(() => {
      live.delete(call.callSid)
      const { direction } = call.record()
      const kept = ended[direction]
      kept.set(call.callSid, call)
      const oldest = kept.size > endedCallsKept ? kept.keys().next().value : undefined
      if (oldest !== undefined) kept.delete(oldest)
    })
  }
  const endedCall = (callSid: string): Call | undefined =>
    ended.inbound.get(callSid) ??
    ended['outbound-api'].get(callSid) ??
    ended['outbound-dial'].get(callSid)
  const setting: CallSetting = {
    ...wires,
    accountSid: options.accountSid,
    newSid,
    // Asked for when a call needs it: a server learns only when it listens where that is.
    apiUrl: () => options.apiUrl ?? 'https://api.twilio.com',
    recordings,
    queues,
    conferences,
    telephone,
    ledger,
    ringFor: (leg) => createRing(setting, nextOrdinal)(leg),
    enter,
    sounds: createSoundBank(options.voice ?? null, (url) => fetchFile(wires, url)),
    streamFaults: options.streamFaults ?? noStreamFaults,
    actionAfterRedirect: options.actionAfterRedirect ?? true,
    documentLimit: options.documentLimit ?? 5000,
  }
  const settingsOf = (number: string): NumberSettings | undefined =>
    numbers.get(number) ?? (typeof given === 'function' ? given(number) : undefined)

  return {
    accountSid: options.accountSid,
    authToken: options.authToken,
    clock,
    newSid,
    dial: ({ to, from = ownNumber, parameters = [] }) => {
      const settings = settingsOf(to)
      if (!settings) throw new Error(`The simulated carrier has no number ${to}`)
      return placeCall(setting, { from, to, parameters }, settings, nextOrdinal())
    },
    originate: (wish) =>
      originate(setting, {
        callSid: newSid('CA'),
        ...wish,
        direction: 'outbound-api',
        parentCallSid: null,
        ordinal: nextOrdinal(),
        gate,
      }),
    number: settingsOf,
    numbers: () => numbers,
    setNumber: (number, settings) => {
      numbers.set(number, settings)
    },
    setPhone: (address, behaviour) => {
      behaviours.set(address, behaviour)
    },
    rung: ledger.list,
    ledger,
    queues,
    conferences,
    softphones,
    handsets,
    messages,
    recordings,
    calls: () =>
      [...Object.values(ended).flatMap((calls) => [...calls.values()]), ...live.values()].toSorted(
        (one, other) => one.record().startedAt - other.record().startedAt,
      ),
    call: (callSid) => live.get(callSid) ?? endedCall(callSid),
    close: async () => {
      const calls = [...live.values()]
      for (const call of calls) call.hangUp()
      await Promise.all(calls.map((call) => call.settled))
      while (pending.size > 0) await Promise.allSettled(pending)
      options.voice?.close()
    },
  }
}
